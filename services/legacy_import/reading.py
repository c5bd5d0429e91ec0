"""One old file as an interview of today, or a refusal that names the field, the value and what is allowed.

What people said or wrote, and who, when and where it stands, comes over as it is or not at all. Conclusions that do
not fit, and values that nobody knows, are kept under `extra`. Nothing is dropped in silence.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from domain import checks
from domain.errors import Invalid
from domain.interview import GoalStatus, Interview, IntervieweeRole, InterviewStatus, Stage
from domain.session import Message
from services.legacy_import.conclusions import Conclusions
from services.legacy_import.document import read_document
from services.legacy_import.files import SUFFIX
from services.legacy_import.messages import read_messages
from services.legacy_import.values import Fields, as_time, is_empty

NOT_GIVEN = "not given"
"""Stands for a name that is missing; today's interviews have one."""


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """What old files do not say themselves: whose they are, and where their times without a zone were read."""

    user_id: str
    zone: tzinfo


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """An interview with its messages, and what does not come over as it stands, a line each."""

    interview: Interview
    notes: list[str]


def read_interview(name: str, data: bytes, defaults: Defaults) -> Read:
    """Read a file. Raises Invalid for one that could not be taken over without losing or inventing something."""
    notes: list[str] = []
    fields = Fields(read_document(data), notes)
    session_id = _session_id(name, fields)
    began = _began(fields, defaults)
    said = read_messages(session_id, fields, began, defaults.zone)
    interview = _interview(session_id, fields, began, said, defaults)
    checks.check_session(interview)
    return Read(interview=interview.with_messages(said), notes=notes)


def _session_id(name: str, fields: Fields) -> str:
    """The one that stands in the file; without one, the file is named after it."""
    own, stem = fields.text("session_id"), name[: -len(SUFFIX)]
    session_id = checks.check_session_id(stem if own is None else own)
    if own is None:
        fields.note("session_id", f"missing; the file's name stands for it, {stem}")
    elif own != stem:
        fields.note("session_id", f"{own}, whatever the file is called")
    return session_id


def _began(fields: Fields, defaults: Defaults) -> datetime:
    """When it was made; a file that does not say so may still say when its first words were."""
    began = fields.time("created_at", defaults.zone)
    if began is None:
        began = _first_words(fields.peek("messages"), defaults.zone)
        fields.note("created_at", f"missing; the first message stands for it, {began.isoformat()}")
    return began


def _first_words(said: Any, zone: tzinfo) -> datetime:
    for each in said if isinstance(said, list) else []:
        if isinstance(each, dict) and not is_empty(each.get("timestamp")):
            return as_time("messages.timestamp", each["timestamp"], zone)
    raise Invalid("created_at", None, "a time such as 2024-05-01T09:30:00")


def _interview(
    session_id: str, fields: Fields, began: datetime, said: Sequence[Message], defaults: Defaults
) -> Interview:
    extra: dict[str, Any] = {}
    values: dict[str, Any] = {
        "session_id": session_id,
        "created_at": began,
        "updated_at": fields.time("updated_at", defaults.zone) or began,
        "user_id": fields.text("user_id") or defaults.user_id,
        **_who_and_how(fields),
        **_later_fields(fields, defaults.zone),
        **Conclusions(fields, said, extra).read(),
    }
    values["extra"] = {**fields.rest(), **extra}
    values["stage"] = _stage(said)
    interview = Interview(
        **checks.check_fields(Interview, values), revision=1, message_count=len(said), heard=len(said)
    )
    _note_goals(interview, fields)
    return interview


def _who_and_how(fields: Fields) -> dict[str, Any]:
    """What is asked when an interview is opened, and where it stands."""
    return {
        "status": _or(fields, "status", fields.words("status", [*InterviewStatus]), InterviewStatus.ACTIVE),
        "incident_name": _or(fields, "incident_name", fields.text("incident_name"), NOT_GIVEN),
        "interviewee_name": _or(fields, "interviewee_name", fields.text("interviewee_name"), NOT_GIVEN),
        "interviewee_role": _or(
            fields, "interviewee_role", fields.words("interviewee_role", [*IntervieweeRole]), IntervieweeRole.WITNESS
        ),
        "mode": fields.words("mode", ["text", "voice"]) or "text",
        "summary": fields.text("summary") or "",
    }


def _later_fields(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    """What only later files have; where it is missing, today's interview begins without it."""
    texts = {name: fields.text(name) for name in ("title", "user_email", "hume_conversation_id")}
    times = {name: fields.time(name, zone) for name in ("archived_at", "voice_call_started_at", "voice_call_ended_at")}
    lasted = {"voice_call_duration_seconds": fields.take("voice_call_duration_seconds")}
    return {name: value for name, value in {**texts, **times, **lasted}.items() if value is not None}


def _or(fields: Fields, name: str, value: str | None, instead: str) -> str:
    if value is not None:
        return value
    fields.note(name, f"missing; {instead!s} stands for it")
    return instead


def _stage(said: Sequence[Message]) -> Stage:
    """Never closed, also where it is complete: one that is reopened could not be gone on with, only ended again."""
    return Stage.PROBING if said else Stage.ACCOUNT


def _note_goals(interview: Interview, fields: Fields) -> None:
    """The status decides, not the goals: somebody may have wanted to add something."""
    done = interview.goals and all(goal.status == GoalStatus.COMPLETE for goal in interview.goals)
    if done and interview.status == InterviewStatus.ACTIVE:
        fields.note("status", "active, though every goal is complete; it stays active")
