"""The report: a document to read, print and take along."""

from functools import partial

import msgspec
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import Conflict, NotFound
from domain.interview import Interview, Report
from services.interviews.corrected import corrections_of
from services.interviews.markdown import report_as_markdown
from services.interviews.wording import is_verbatim
from web.auth import current_actor, login_required
from web.pages.interviews.blueprint import interviews
from web.services import app_services


@interviews.get("/<session_id:session_id>/report")
@login_required
def report(session_id: str) -> str | tuple[str, int]:
    """The newest report, or the version asked for; while the interview runs, a page that says so."""
    interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    try:
        document = _document(interview)
    except Conflict:
        return render_template("interviews/report_not_ready.html", interview=interview), 409
    return render_template(
        "interviews/report.html",
        interview=interview,
        report=document,
        corrections_of=partial(corrections_of, facts=interview.facts),
        is_verbatim=is_verbatim,
    )


@interviews.post("/<session_id:session_id>/assess")
@login_required
def assess(session_id: str) -> Response:
    """Add the assessment, which is made on request only."""
    app_services().interviews.assess(current_actor(), session_id)
    return redirect(url_for("interviews.report", session_id=session_id, _anchor="assessment"))


@interviews.get("/<session_id:session_id>/report.md")
@login_required
def report_markdown(session_id: str) -> Response:
    """The report as Markdown."""
    interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    return _download(report_as_markdown(interview, _document(interview)).encode(), "text/markdown", interview, "md")


@interviews.get("/<session_id:session_id>/report.json")
@login_required
def report_json(session_id: str) -> Response:
    """The report as JSON."""
    interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    body = msgspec.json.format(msgspec.json.encode(_document(interview)), indent=2)
    return _download(body, "application/json", interview, "json")


def _document(interview: Interview) -> Report:
    """The version in the query, else the newest. Raises NotFound, or Conflict while the interview runs."""
    if "version" not in request.args:
        return app_services().interviews.report(current_actor(), interview.session_id)
    wanted = request.args.get("version", type=int)
    for document in interview.reports:
        if document.version == wanted:
            return document
    raise NotFound("There is no such version of this report.")


def _download(body: bytes, content_type: str, interview: Interview, ending: str) -> Response:
    response = Response(body, content_type=f"{content_type}; charset=utf-8")
    name = f"report-{interview.session_id[:8]}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
