"""The header file of one session: indented JSON that a person can read, and that keeps what it does not know.

`message_count` does not stand in it, because an append must not rewrite it; it is read from the messages.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.errors import CorruptSession, Invalid
from domain.kinds import HEADER
from domain.session import Session

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


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


def corrupt(session_id: str, reason: str) -> CorruptSession:
    """What is raised for a session that is there and cannot be read."""
    return CorruptSession(
        f"What is stored of this session cannot be read: {reason}.", session_id=session_id, reason=reason
    )


def _indented(fields: dict[str, msgspec.Raw]) -> bytes:
    fields.pop("message_count", None)
    return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"
