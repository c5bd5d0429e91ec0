"""How sessions and messages look as documents, and back.

A header is stored under the names of its struct, with `_id` beside `session_id`; times are BSON dates. A message is
`{_id: {s: <session id>, id: <message id>}, n, life, role, content, timestamp, meta}`. What `life` is stands in
`messages.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from domain.clock import EPOCH
from domain.errors import CorruptSession, Invalid
from domain.kinds import KINDS, kind_named
from domain.session import SUMMARY_FIELDS, Message, Session, SessionSummary, Transition
from storage.mongo.connection import Document

SUMMARY_PROJECTION: dict[str, int] = {"_id": 0, **dict.fromkeys(SUMMARY_FIELDS, 1)}

_BARE_EPOCH = EPOCH.replace(tzinfo=None)
_SUMMARY_TIMES = tuple(name for name in SUMMARY_FIELDS if name.endswith("_at"))

_FREE_FIELDS: dict[type[Session], tuple[str, ...]] = {
    struct: tuple(field.name for field in msgspec.structs.fields(struct) if field.type == dict[str, Any])
    for struct in KINDS.values()
}


def new_life() -> str:
    """A name for the time between a session's creation and its deletion."""
    return uuid4().hex


def header_document(session: Session, life: str) -> Document:
    """The header as it is stored."""
    return {"_id": session.session_id, **plain(session), "life": life}


def plain(value: "Session | Transition | Mapping[str, Any]") -> Document:
    """Structs and enums as BSON knows them; times stay times."""
    built: Document = msgspec.to_builtins(value, builtin_types=(datetime,))
    return built


def read_header(document: Document) -> Session:
    """The session in a stored header, able to tell what changes. Raises CorruptSession."""
    return _read(document).remember(lambda: _read(document))


def _read(document: Document) -> Session:
    try:
        # Told the one kind: for each call that names a union of them, msgspec works it out anew.
        session = msgspec.convert(document, kind_named(document.get("kind", "")))
    except (msgspec.ValidationError, Invalid) as error:
        raise CorruptSession(
            "This session cannot be read.", session_id=str(document.get("_id")), reason=str(error)
        ) from error
    for name in _FREE_FIELDS[type(session)]:
        if value := getattr(session, name):
            setattr(session, name, _unshared(value))
    return session


def _unshared(value: Any) -> Any:
    """A copy of free-form data: `convert` shares it with the document, which must stay as it was stored.

    The driver reads whole numbers of 64 bits as a subclass of int that is no plain data; they become int.
    """
    if isinstance(value, dict):
        return {key: _unshared(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unshared(inner) for inner in value]
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def read_summaries(rows: list[Document]) -> list[SessionSummary]:
    """The rows of a list, their times without a zone. Raises CorruptSession."""
    try:
        for row in rows:
            row.setdefault("mode", None)
            for name in _SUMMARY_TIMES:
                if (moment := row.get(name)) is not None:
                    row[name] = EPOCH + (moment - _BARE_EPOCH)  # `replace(tzinfo=UTC)` takes ten times as long
        return msgspec.convert(rows, list[SessionSummary])
    except (msgspec.ValidationError, TypeError) as error:
        raise CorruptSession("A session in this list cannot be read.", reason=str(error)) from error


def message_document(session_id: str, message: Message, n: int, life: str) -> Document:
    """A message as it is stored in its place."""
    return {
        "_id": {"s": session_id, "id": message.message_id},
        "n": n,
        "life": life,
        "role": message.role,
        "content": message.content,
        "timestamp": message.timestamp,
        "meta": message.meta,
    }


def read_message(document: Document) -> Message:
    """The message in a stored document. Raises CorruptSession."""
    try:
        return _message(document)
    except (KeyError, TypeError) as error:
        raise CorruptSession(
            "A message cannot be read.", message_key=str(document.get("_id")), reason=f"it has no {error}"
        ) from error


def _message(document: Document) -> Message:
    return Message(
        message_id=document["_id"]["id"],
        role=document["role"],
        content=document["content"],
        timestamp=document["timestamp"],
        meta=_unshared(document["meta"]),
        n=document["n"],
    )
