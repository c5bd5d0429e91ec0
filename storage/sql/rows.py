"""How a session, a message and a summary become rows, and rows become them again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from domain import clock
from domain.clock import EPOCH, MILLISECOND
from domain.errors import CorruptSession, Invalid
from domain.kinds import HEADER
from domain.session import Message, Session, SessionSummary
from storage.sql.schema import sessions

Row = tuple[Any, ...]

COUNTERS = frozenset({"revision", "message_count"})
"""Header fields that stand in columns alone."""
COLUMNS = frozenset(sessions.columns.keys()) - {"payload"}
NO_META = "{}"


def milliseconds(moment: datetime | None) -> int | None:
    """Whole milliseconds since 1970, as the tables keep times."""
    return None if moment is None else clock.milliseconds(moment)


def as_text(value: Any) -> str:
    """A value as the JSON text that the tables keep."""
    return msgspec.json.encode(value).decode()


def header_row(session: Session) -> dict[str, Any]:
    """Every column of a session's row."""
    payload = {name: getattr(session, name) for name in session.__struct_fields__ if name not in COUNTERS}
    row = {name: _column_value(getattr(session, name, None)) for name in COLUMNS}
    return row | {"payload": as_text({"kind": session.kind} | payload)}


def changed_columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that repeat one of these changed fields, with their new values."""
    return {name: _column_value(value) for name, value in changes.items() if name in COLUMNS}


def _column_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    return str(value) if isinstance(value, str) else value


def read_header(session_id: str, row: Row) -> Session:
    """The session of a row `(payload, revision, message_count)`, remembering what was stored.

    Raises CorruptSession.
    """
    payload, revision, message_count = row
    session = _decode(session_id, payload)
    session.revision = revision
    session.message_count = message_count
    return session.remember(lambda: _decode(session_id, payload))


def _decode(session_id: str, payload: str) -> Session:
    try:
        session: Session = HEADER.decode(payload)
    except (msgspec.MsgspecError, Invalid) as error:
        raise CorruptSession(
            f"The payload of session {session_id} in table sessions cannot be read: {error}", session_id=session_id
        ) from error
    return session


def message_row(session_id: str, message: Message) -> dict[str, Any]:
    """Every column of a message's row."""
    return {
        "session_id": session_id,
        "n": message.n,
        "message_id": message.message_id,
        "role": message.role,
        "content": message.content,
        "timestamp": milliseconds(message.timestamp),
        "meta": as_text(message.meta) if message.meta else NO_META,
    }


def read_messages(rows: Iterable[Row]) -> list[Message]:
    """The messages of rows `(n, message_id, role, content, timestamp, meta)`."""
    return [
        Message(
            n=n,
            message_id=message_id,
            role=role,
            content=content,
            timestamp=EPOCH + MILLISECOND * timestamp,
            meta={} if meta == NO_META else _read_meta(message_id, meta),
        )
        for n, message_id, role, content, timestamp, meta in rows
    ]


def _read_meta(message_id: str, meta: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(meta, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise CorruptSession(
            f"Column meta of message {message_id} in table session_messages cannot be read: {error}",
            message_id=message_id,
        ) from error


def read_summaries(rows: Iterable[Row]) -> list[SessionSummary]:
    """The summaries of rows that hold `SUMMARY_FIELDS` in their order."""
    return [
        SessionSummary(
            session_id=session_id,
            kind=kind,
            user_id=user_id,
            title=title,
            status=status,
            starts_at=None if starts_at is None else EPOCH + MILLISECOND * starts_at,
            parent_id=parent_id,
            mode=mode,
            created_at=(created := EPOCH + MILLISECOND * created_at),
            updated_at=created if updated_at == created_at else EPOCH + MILLISECOND * updated_at,
            archived_at=None if archived_at is None else EPOCH + MILLISECOND * archived_at,
            revision=revision,
            message_count=message_count,
        )
        for (
            session_id,
            kind,
            user_id,
            title,
            status,
            starts_at,
            parent_id,
            mode,
            created_at,
            updated_at,
            archived_at,
            revision,
            message_count,
        ) in rows
    ]
