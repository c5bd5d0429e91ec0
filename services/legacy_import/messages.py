"""What was said, as old installations kept it: a list within the file, with no ids of its own."""

from datetime import datetime, tzinfo
from typing import Any, Final

from domain import checks
from domain.errors import Invalid
from domain.session import Message
from services.legacy_import.values import Fields, as_time

ROLES: Final = {
    "interviewer": "interviewer",
    "assistant": "interviewer",
    "ai": "interviewer",
    "bot": "interviewer",
    "interviewee": "interviewee",
    "user": "interviewee",
    "human": "interviewee",
    "note": "note",
}
"""Who speaks, by what they were called; anybody else becomes a note, so that no answer is ever put into a mouth."""


def read_messages(session_id: str, fields: Fields, began: datetime, zone: tzinfo) -> list[Message]:
    """The messages in their order, numbered; one without a time has that of the one before it.

    Their own further values are kept in `meta`. Raises Invalid where something said could not be kept as it is.
    """
    listed = fields.take("messages")
    if not isinstance(listed, list | None):
        raise Invalid("messages", listed, "a list")
    found: list[Message] = []
    for n, said in enumerate(listed or [], start=1):
        place = f"messages[{n - 1}]"
        if not isinstance(said, dict):
            raise Invalid(place, said, "an object with role and content")
        one = Fields(said, fields.notes, place)
        message = _read(one, found[-1].timestamp if found else began, zone)
        message.message_id, message.n = f"{session_id}:{n}", n
        _check(place, message)
        found.append(message)
    return found


def _read(fields: Fields, before: datetime, zone: tzinfo) -> Message:
    meta: dict[str, Any] = {}
    message = Message(
        message_id="",
        role=_role(fields, meta),
        content=_content(fields),
        timestamp=_time(fields, meta, before, zone),
        meta=meta,
    )
    meta.update(fields.rest())
    return message


def _check(place: str, message: Message) -> None:
    try:
        checks.check_message(message)
    except Invalid as refusal:
        field = str(refusal.facts["field"])
        shown = getattr(message, field, refusal.facts["value"])
        raise Invalid(f"{place}.{field}", shown, refusal.facts["allowed"]) from None


def _role(fields: Fields, meta: dict[str, Any]) -> str:
    said = fields.text("role")
    role = ROLES.get((said or "").strip().lower(), "note")
    if said != role:
        meta["role"] = said
        fields.note_once("messages.role", f"{said!r} is now {role}")
    return role


def _content(fields: Fields) -> str:
    """As it was typed, blanks included."""
    typed = fields.peek("content")
    content = fields.text("content")
    if content is None:
        fields.note("content", "nothing stands there")
        return typed if isinstance(typed, str) else ""
    return content


def _time(fields: Fields, meta: dict[str, Any], before: datetime, zone: tzinfo) -> datetime:
    said = fields.take("timestamp")
    if said is None:
        return before
    try:
        return as_time("timestamp", said, zone)
    except Invalid:
        meta["timestamp"] = said
        fields.note("timestamp", f"{said!r} is no time; kept in meta, and the one before stands for it")
        return before
