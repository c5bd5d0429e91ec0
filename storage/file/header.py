"""The header file of one session: indented JSON that a person can read, and that keeps what it does not know.

`message_count` does not stand in it, because an append must not rewrite it; it is read from the messages.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.errors import CorruptSession, Invalid
from domain.kinds import HEADER
from domain.session import Session


class Label(msgspec.Struct, frozen=True):
    """The little of a header that says whose it is and what it claims."""

    session_id: str
    user_id: str
    exclusive_key: Any = None


_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LABEL = msgspec.json.Decoder(Label)


def written(session: Session) -> bytes:
    """The file of a new header."""
    return _indented(_FIELDS.decode(msgspec.json.encode(session)))


def changed(data: bytes, changes: Mapping[str, Any]) -> bytes:
    """The file with some fields set anew; all others, known or not, stay as they are."""
    fresh = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in changes.items()}
    return _indented(_FIELDS.decode(data) | fresh)


def parse(data: bytes, session_id: str) -> Session:
    """The session in a header file. Raises CorruptSession when it cannot be read or belongs to another session."""
    try:
        session: Session = HEADER.decode(data)
    except (msgspec.MsgspecError, Invalid, UnicodeDecodeError) as error:
        raise corrupt(session_id, f"its header cannot be read ({error})") from error
    if session.session_id != session_id:
        raise corrupt(session_id, f"its folder holds the header of {session.session_id}")
    return session.remember(lambda: HEADER.decode(data))


def owner(data: bytes, session_id: str) -> str:
    """Whose session it is, whatever else of the header is damaged. Raises CorruptSession as `parse` does."""
    label = _label(data)
    if label is not None and label.session_id == session_id:
        return label.user_id
    return parse(data, session_id).user_id  # which says what is wrong


def names_owner(data: bytes, user_id: str) -> bool:
    """Whether the header says that the session is this user's, even where it is no JSON any more."""
    label = _label(data)
    if label is not None:
        return label.user_id == user_id
    return (
        re.search(rb'^  "user_id": ' + re.escape(msgspec.json.encode(user_id)) + rb",?$", data, re.MULTILINE)
        is not None
    )


def exclusive_key(data: bytes) -> str | None:
    """The key that a header carries, whatever else of it is damaged; None when that cannot be read."""
    label = _label(data)
    return label.exclusive_key if label is not None and isinstance(label.exclusive_key, str) else None


def _label(data: bytes) -> Label | None:
    try:
        return _LABEL.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def corrupt(session_id: str, reason: str) -> CorruptSession:
    """What is raised for a session that is there and cannot be read."""
    return CorruptSession(
        f"What is stored of this session cannot be read: {reason}.", session_id=session_id, reason=reason
    )


def _indented(fields: dict[str, msgspec.Raw]) -> bytes:
    fields.pop("message_count", None)
    return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"
