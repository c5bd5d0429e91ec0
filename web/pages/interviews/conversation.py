"""The conversation: what was said, the question now, and what has been understood so far."""

from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import Conflict, Invalid
from domain.interview import GoalStatus, Interview
from domain.session import Message
from web.auth import current_actor, login_or_guest_required
from web.pages.interviews.blueprint import interviews
from web.pages.rendering import is_partial
from web.services import app_services

SHOWN_MESSAGES = 60
"""How many messages the page shows at first; the rest is one click away."""


@interviews.get("/<session_id:session_id>")
@login_or_guest_required
def conversation(session_id: str) -> str:
    """The page; htmx asks for its changing parts alone."""
    return _render(session_id)


@interviews.post("/<session_id:session_id>/answer")
@login_or_guest_required
def answer(session_id: str) -> str | Response | tuple[str, int]:
    """Take an answer; the same `message_id` again is not a second one."""
    content = _content()
    refusal, status = _take(session_id, content)
    if refusal:
        return (refusal if is_partial() else _render(session_id, content=content, refusal=refusal)), status
    if is_partial():
        return _render(session_id)
    return redirect(url_for("interviews.conversation", session_id=session_id, _anchor="answer"))


def _take(session_id: str, content: str) -> tuple[str, int]:
    """Hand the answer on; return why it was not taken, in words for the page, and the status code."""
    if not content:
        return "Write an answer first, or choose one of the suggestions.", 422
    message_id = request.form.get("message_id", "")
    try:
        app_services().interviews.answer(current_actor(), session_id, message_id=message_id, content=content)
    except (Invalid, Conflict) as refusal:
        return refusal.message, 409 if isinstance(refusal, Conflict) else 422
    return "", 200


def _content() -> str:
    """What was typed, and below it the suggestion that was pressed: without a script both arrive at once."""
    parts = (request.form.get("content", "").strip(), request.form.get("suggested", "").strip())
    return "\n".join(part for part in parts if part).replace("\r\n", "\n")


def _render(session_id: str, *, content: str = "", refusal: str = "") -> str:
    everything = "all" in request.args
    interview = app_services().interviews.load(
        current_actor(), session_id, messages=None if everything else SHOWN_MESSAGES
    )
    facts = [fact for fact in interview.facts if fact.replaced_by is None]
    return render_template(
        "interviews/_live.html" if is_partial() else "interviews/conversation.html",
        interview=interview,
        guest=current_actor().guest,
        said=_before_the_question(interview),
        hidden_count=interview.message_count - len(interview.messages),
        places={message.message_id: message.n for message in interview.messages},
        facts=facts,
        clear_count=sum(goal.status == GoalStatus.COMPLETE for goal in interview.goals),
        message_id=str(uuid4()),
        content=content,
        refusal=refusal,
    )


def _before_the_question(interview: Interview) -> list[Message]:
    """The messages without the last one when that is the question, which stands large below them."""
    said = list(interview.messages)
    if said and said[-1].role == "interviewer" and said[-1].content == interview.current_question:
        said.pop()
    return said
