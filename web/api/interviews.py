"""Interviews for programs: what `InterviewService` does, as JSON."""

from typing import Any

from flask import Response, url_for

from domain.actor import Actor
from domain.interview import Interview
from services.interviews.markdown import report_as_markdown
from services.interviews.service import InterviewService
from web.api.conditional import check_if_match, idempotency_key, tagged
from web.api.documents import (
    AnswerDocument,
    InterviewDocument,
    InterviewList,
    MessageList,
    ReportDocument,
    json_response,
)
from web.api.frame import ApiBlueprint
from web.api.schemas import (
    AnswerSchema,
    InterviewChangesSchema,
    InterviewFilterSchema,
    MessageSliceSchema,
    NewInterviewSchema,
    StreamStartSchema,
)
from web.services import app_services
from web.streams import interview_stream

ONE = "/<session_id:session_id>"

blueprint = ApiBlueprint(
    "api_interviews", __name__, url_prefix="/api/interviews", description="Interviews on incidents."
)
operation = blueprint.operation


@operation("POST", "", body=NewInterviewSchema, answers=201, document=InterviewDocument, refuses=(409,), keyed=True)
def open_interview(actor: Actor, body: dict[str, Any]) -> Response:
    """Open an interview.

    The summary is read at once; `current_question` is the first question.
    """
    interview = _interviews().open(actor, **body, idempotency_key=idempotency_key())
    response = _document(interview, status=201)
    response.headers["Location"] = url_for(".load", session_id=interview.session_id)
    return response


@operation("GET", "", query=InterviewFilterSchema, document=InterviewList)
def list_interviews(actor: Actor, query: dict[str, Any]) -> Response:
    """List your interviews, the newest first."""
    statuses = query.pop("status", None)
    page = _interviews().list_interviews(actor, statuses=statuses, **query)
    return json_response(InterviewList(items=page.items, next_cursor=page.next_cursor))


@operation("GET", ONE, document=InterviewDocument, tagged=True)
def load(actor: Actor, session_id: str) -> Response:
    """Load an interview."""
    return _document(_interviews().load(actor, session_id, messages=0))


@operation("PATCH", ONE, body=InterviewChangesSchema, document=InterviewDocument, refuses=(409,), tagged=True)
def change(actor: Actor, session_id: str, body: dict[str, Any]) -> Response:
    """Change or correct an interview.

    What is left out stays as it is, in `extracted_summary` too; a list that is given replaces the whole list. With
    `If-Match`, nothing is overwritten that you have not seen.
    """
    return _document(_interviews().change(actor, session_id, body, revision=_revision(actor, session_id)))


@operation("DELETE", ONE, answers=204, tagged=True)
def delete(actor: Actor, session_id: str) -> Response:
    """Delete an interview, with all that was said. This cannot be undone."""
    _revision(actor, session_id)
    _interviews().delete(actor, session_id)
    return Response(status=204)


@operation("POST", f"{ONE}/answer", body=AnswerSchema, document=AnswerDocument, refuses=(409,), tagged=True)
def answer(actor: Actor, session_id: str, body: dict[str, Any]) -> Response:
    """Answer the current question.

    The same `message_id` again gives the same answer again and stores nothing; so retry whenever you are in doubt.
    """
    _revision(actor, session_id)
    given = _interviews().answer(actor, session_id, **body)
    document = AnswerDocument(
        session=InterviewDocument.of(given.session),
        question=given.question,
        suggestions=given.suggestions,
        facts=given.facts,
        goals=given.goals,
        done=given.done,
    )
    return tagged(json_response(document), given.session.etag)


@operation("POST", f"{ONE}/pause", document=InterviewDocument, refuses=(409,), tagged=True)
def pause(actor: Actor, session_id: str) -> Response:
    """Pause: nothing is lost, and it can be resumed at any time, anywhere."""
    _revision(actor, session_id)
    return _document(_interviews().pause(actor, session_id))


@operation("POST", f"{ONE}/resume", document=InterviewDocument, refuses=(409,), tagged=True)
def resume(actor: Actor, session_id: str) -> Response:
    """Resume a paused interview."""
    _revision(actor, session_id)
    return _document(_interviews().resume(actor, session_id))


@operation("POST", f"{ONE}/complete", document=InterviewDocument, refuses=(409,), tagged=True)
def complete(actor: Actor, session_id: str) -> Response:
    """End the interview and make its report; what is open goes into the report as gaps."""
    _revision(actor, session_id)
    return _document(_interviews().complete(actor, session_id))


@operation("POST", f"{ONE}/reopen", document=InterviewDocument, refuses=(409,), tagged=True)
def reopen(actor: Actor, session_id: str) -> Response:
    """Reopen a complete or failed interview; the next report gets the next version."""
    _revision(actor, session_id)
    return _document(_interviews().reopen(actor, session_id))


@operation("POST", f"{ONE}/assessment", document=ReportDocument, refuses=(409,), tagged=True)
def assess(actor: Actor, session_id: str) -> Response:
    """Ask for an assessment, which is made only on request and marked as such."""
    _revision(actor, session_id)
    report = _interviews().assess(actor, session_id)
    return _report_document(_interviews().load(actor, session_id, messages=0), ReportDocument.of(session_id, report))


@operation("GET", f"{ONE}/messages", query=MessageSliceSchema, document=MessageList, tagged=True)
def messages(actor: Actor, session_id: str, query: dict[str, Any]) -> Response:
    """List what was said, oldest first."""
    limit = query["limit"]
    interview = _interviews().load(actor, session_id, messages=0)
    found = _interviews().messages(actor, session_id, after=query["after"], limit=limit + 1)
    items, more = found[:limit], len(found) > limit
    return tagged(
        json_response(MessageList(items=items, next_cursor=str(items[-1].n) if more else None)), interview.etag
    )


@operation("GET", f"{ONE}/report", document=ReportDocument, refuses=(409,), tagged=True)
def report(actor: Actor, session_id: str) -> Response:
    """Load the report; 409 (`report_not_ready`) while the interview runs."""
    made = _interviews().report(actor, session_id)
    return _report_document(_interviews().load(actor, session_id, messages=0), ReportDocument.of(session_id, made))


@operation("GET", f"{ONE}/report.md", media_type="text/markdown", refuses=(409,), tagged=True)
def report_markdown(actor: Actor, session_id: str) -> Response:
    """Load the report as Markdown."""
    made = _interviews().report(actor, session_id)
    interview = _interviews().load(actor, session_id, messages=0)
    return tagged(Response(report_as_markdown(interview, made), mimetype="text/markdown"), interview.etag)


@operation("GET", f"{ONE}/events", query=StreamStartSchema, media_type="text/event-stream", guests=True)
def events(actor: Actor, session_id: str, query: dict[str, Any]) -> Response:
    """Follow an interview by server-sent events.

    `message` carries one message, `state` the ETag and status after a change, `bye` ends the stream. Resume with
    `Last-Event-ID`; without one the stream begins behind message `after`.
    """
    return interview_stream(actor, session_id, after=query["after"])


def _interviews() -> InterviewService:
    return app_services().interviews


def _revision(actor: Actor, session_id: str) -> int | None:
    """The revision that the client says it knows, once it is sure that this is the present one."""
    return check_if_match(lambda: _interviews().load(actor, session_id, messages=0))


def _document(interview: Interview, status: int = 200) -> Response:
    return tagged(json_response(InterviewDocument.of(interview), status), interview.etag)


def _report_document(interview: Interview, document: ReportDocument) -> Response:
    return tagged(json_response(document), interview.etag)
