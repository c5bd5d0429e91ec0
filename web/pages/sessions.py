"""The one permanent address of any session, whatever its kind; safe to put in a calendar."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import SessionAccessDenied
from domain.interview import Interview, InterviewStatus
from web.auth import find_actor
from web.errors import LoginNeeded
from web.services import app_services

sessions = Blueprint("sessions", __name__)


@sessions.get("/s/<session_id:session_id>")
def permalink(session_id: str) -> str | Response:
    """The page of a session, or its card where the kind has no page of its own."""
    actor = find_actor()
    try:
        session = app_services().overview.open_to(actor, session_id)
    except SessionAccessDenied:
        if actor is None:
            raise LoginNeeded from None
        raise
    if isinstance(session, Interview):
        done = session.status == InterviewStatus.COMPLETE
        page = "interviews.report" if done else "interviews.conversation"
        return redirect(url_for(page, session_id=session_id))
    return render_template("sessions/card.html", session=session, actor=actor)
