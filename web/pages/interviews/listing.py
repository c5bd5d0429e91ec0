"""My interviews, newest first."""

from flask import render_template, request

from domain.interview import InterviewStatus
from web.auth import current_actor, login_required
from web.pages.interviews.blueprint import interviews
from web.pages.rendering import is_partial
from web.services import app_services

PAGE_ROWS = 20


@interviews.get("")
@login_required
def index() -> str:
    """A page of my interviews; htmx asks for further rows alone."""
    status, mode = request.args.get("status") or None, request.args.get("mode") or None
    page = app_services().interviews.list_interviews(
        current_actor(),
        statuses=[status] if status else None,
        mode=mode,
        cursor=request.args.get("cursor"),
        limit=PAGE_ROWS,
    )
    template = "interviews/_rows.html" if is_partial() else "interviews/index.html"
    return render_template(template, page=page, status=status, mode=mode, statuses=list(InterviewStatus))
