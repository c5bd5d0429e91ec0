"""Everything out of MongoDB and into it, for migrations from and to other storages. How it is written: `writing.py`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

import bson
import pymongo
from pymongo.collection import Collection as Documents

from domain.errors import CorruptSession
from domain.session import Session
from storage.base import BulkStorage, Stamp, Unreadable
from storage.mongo.connection import AWARE, Connection, Document, engine_errors
from storage.mongo.documents import read_header, read_message
from storage.mongo.writing import write_batch
from storage.parts import FIRST_SESSIONS, few_enough, fitting

BATCH_SESSIONS: Final = 500
BATCH_MESSAGES: Final = 5_000
"""A batch that is written ends with whichever is full first."""
TRIES: Final = 100
"""How often a session is read again that others delete and make anew meanwhile."""


class MongoBulk(BulkStorage):
    """The bulk half of the storage."""

    _connection: Connection

    def is_there(self) -> bool:
        """Whether the collection of sessions is there."""
        with engine_errors():
            return bool(self._connection.here.database.list_collection_names(filter={"name": "sessions"}))

    def count(self) -> int:
        """What the engine keeps count of; after a crash of the engine it may be off."""
        with engine_errors():
            return self._connection.here.sessions.estimated_document_count()

    def scan(self, after: str = "") -> Iterator[Session | Unreadable]:
        """Every session in the order of the ids, in parts, because a cursor dies when its reader takes long."""
        limit = FIRST_SESSIONS
        while True:
            with engine_errors():
                headers, said, size = self._part(after, limit)
            if not headers:
                return
            for header in headers:
                found = self._whole(header, said.get(header["_id"], []))
                if found is not None:
                    yield found
            after = headers[-1]["_id"]
            limit = fitting(len(headers), size)

    def _part(self, after: str, limit: int) -> tuple[list[Document], dict[str, list[Document]], int]:
        """Some headers behind an id, the messages of each, and how many bytes they all are."""
        here = self._connection.here
        found, size = _read(here.sessions, {"_id": {"$gt": after}}, limit=limit, sort=[("_id", 1)])
        headers = list(few_enough(found, lambda header: _number(header.get("message_count"))))
        said, more = self._said([header["_id"] for header in headers])
        return headers, {name: list(talk) for name, talk in groupby(said, key=_session_of)}, size + more

    def _said(self, ids: list[str]) -> tuple[list[Document], int]:
        """The messages of these sessions in order, and how many bytes they are."""
        order = [("_id.s", pymongo.ASCENDING), ("n", pymongo.ASCENDING)]
        return _read(self._connection.here.messages, {"_id.s": {"$in": ids}}, sort=order)

    def _whole(self, header: Document, said: list[Document]) -> Session | Unreadable | None:
        """The session of a header with messages that were read a little later; None when it was deleted between."""
        counted = _counted(header, said)
        if len(counted) == header.get("message_count") and all(one["life"] == header.get("life") for one in counted):
            return _session(header, counted)
        return self._read_again(str(header["_id"]))

    def _read_again(self, session_id: str) -> Session | Unreadable | None:
        """One session, with a second look at its header after its messages: in one life, what is counted stays."""
        for _ in range(TRIES):
            with engine_errors():
                header = self._connection.here.sessions.find_one({"_id": session_id})
                said, _ = self._said([session_id])
                same = {"_id": session_id, "life": None if header is None else header.get("life")}
                if header is None:
                    return None
                if self._connection.here.sessions.find_one(same, {"_id": 1}) is not None:
                    return _as_counted(header, _counted(header, said))
        return Unreadable(session_id, "It is deleted and made anew all the time.")

    def stamps(self, ids: Collection[str]) -> dict[str, Stamp]:
        """The stamps of these sessions, asked for at once."""
        with engine_errors():
            headers, _ = _read(self._connection.here.sessions, {"_id": {"$in": list(ids)}})
        return {
            header["_id"]: Stamp(header["revision"], header["message_count"])
            for header in headers
            if isinstance(_session(header, []), Session)
        }

    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions as they are, a batch at a time. Raises SlotTaken, Conflict, Invalid, with some written."""
        return sum(write_batch(self._connection, batch) for batch in _batches(sessions))


def _read(place: "Documents[Document]", wanted: Mapping[str, Any], **how: Any) -> tuple[list[Document], int]:
    """What is found, and how many bytes it is, which the raw answer tells for nothing."""
    raw: list[Any] = list(place.find_raw_batches(wanted, **how))  # bytes, whatever its annotation says
    return [document for part in raw for document in bson.decode_all(part, AWARE)], sum(map(len, raw))


def _counted(header: Document, said: list[Document]) -> list[Document]:
    count = _number(header.get("message_count"))
    return [document for document in said if document["n"] <= count]


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _session_of(message: Document) -> str:
    return str(message["_id"]["s"])


def _as_counted(header: Document, said: list[Document]) -> Session | Unreadable:
    count = header.get("message_count")
    if len(said) != count:
        return Unreadable(str(header["_id"]), f"It counts {count} messages, and {len(said)} are there.")
    return _session(header, said)


def _session(header: Document, said: list[Document]) -> Session | Unreadable:
    try:
        return read_header(header).with_messages([read_message(document) for document in said])
    except CorruptSession as error:
        return Unreadable(str(header["_id"]), str(error.facts.get("reason", error.message)))


def _batches(sessions: Iterable[Session]) -> Iterator[list[Session]]:
    batch: list[Session] = []
    messages = 0
    for session in sessions:
        batch.append(session)
        messages += len(session.messages)
        if len(batch) >= BATCH_SESSIONS or messages >= BATCH_MESSAGES:
            yield batch
            batch, messages = [], 0
    if batch:
        yield batch
