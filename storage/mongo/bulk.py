"""Everything out of MongoDB and into it, for migrations from and to other storages."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import msgspec
import pymongo
from pymongo.errors import BulkWriteError, DuplicateKeyError

from domain.errors import Conflict, CorruptSession, SlotTaken
from domain.session import Session
from storage.base import BulkStorage, Unreadable
from storage.mongo.connection import LONG_SECONDS, Connection, Document, engine_errors
from storage.mongo.documents import header_document, message_document, new_life, read_header, read_message

BATCH_SESSIONS: Final = 200
BATCH_MESSAGES: Final = 5_000
"""A batch ends with whichever is full first."""


class MongoBulk(BulkStorage):
    """The bulk half of the storage."""

    _connection: Connection

    def scan(self) -> Iterator[Session | Unreadable]:
        """Every session in the order of the ids: two streams in the same order, merged."""
        place = self._connection.here
        with engine_errors(), place.messages.find(sort=[("_id.s", 1), ("n", 1)]) as said:
            talks = groupby(said, key=lambda message: str(message["_id"]["s"]))
            talk = next(talks, None)
            with place.sessions.find(sort=[("_id", 1)]) as headers:
                for header in headers:
                    while talk is not None and talk[0] < header["_id"]:
                        talk = next(talks, None)
                    spoken = talk[1] if talk is not None and talk[0] == header["_id"] else ()
                    yield _session(header, spoken)

    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions as they are, a batch at a time. Raises SlotTaken; what was written before it stays."""
        return sum(self._write_batch(batch) for batch in _batches(sessions))

    def _write_batch(self, batch: list[Session]) -> int:
        """Messages before the headers that count them, so that a crash leaves nothing that counts too much."""
        newest = {session.session_id: session for session in batch}
        with engine_errors(), pymongo.timeout(LONG_SECONDS):
            present = self._present(newest)
            missing = [session for session in newest.values() if session.session_id not in present]
            older = [session for session in newest.values() if _is_newer(session, present.get(session.session_id))]
            try:
                self._add(missing)
                for session in older:
                    self._renew(session, present[session.session_id])
            except (DuplicateKeyError, BulkWriteError) as error:
                self._refuse_taken_keys(batch)
                raise Conflict("A session is there with other messages in the same places.", why=str(error)) from error
        return len(missing) + len(older)

    def _present(self, ids: Iterable[str]) -> dict[str, Document]:
        fields = {"life": 1, "revision": 1, "message_count": 1}
        found = self._connection.here.sessions.find({"_id": {"$in": list(ids)}}, fields)
        return {header["_id"]: header for header in found}

    def _add(self, sessions: list[Session]) -> None:
        """Sessions that are not there. Messages under their ids belong to nobody: an interrupted run left them."""
        here = self._connection.here
        headers = [header_document(_counting(session), new_life()) for session in sessions]
        said = [
            message_document(session.session_id, message, message.n, header["life"])
            for session, header in zip(sessions, headers, strict=True)
            for message in session.messages
        ]
        if said:
            here.messages.delete_many({"_id.s": {"$in": [header["_id"] for header in headers]}})
            here.messages.insert_many(said)
        if headers:
            here.sessions.insert_many(headers)

    def _renew(self, session: Session, present: Document) -> None:
        """A session that is there, older or with fewer messages: what is newer of each."""
        here = self._connection.here
        known = present["message_count"]
        said = [
            message_document(session.session_id, message, message.n, present["life"])
            for message in session.messages
            if message.n > known
        ]
        if said:
            here.messages.insert_many(said)
        fields = header_document(session, present["life"]) if session.revision > present["revision"] else {}
        written = {name: value for name, value in fields.items() if name not in ("_id", "message_count")}
        counted = {"$max": {"message_count": _counting(session).message_count}}
        here.sessions.update_one({"_id": session.session_id}, {**counted, **({"$set": written} if written else {})})

    def _refuse_taken_keys(self, batch: list[Session]) -> None:
        wanted = {session.exclusive_key: session.session_id for session in batch if session.exclusive_key is not None}
        with engine_errors():
            holders = list(self._connection.here.sessions.find({"exclusive_key": {"$in": list(wanted)}}))
        for holder in holders:
            if wanted[holder["exclusive_key"]] != holder["_id"]:
                raise SlotTaken(holder["exclusive_key"], holder["_id"])


def _session(header: Document, said: Iterable[Document]) -> Session | Unreadable:
    """The header with the messages that it counts."""
    try:
        session = read_header(header)
        counted = (document for document in said if document["n"] <= session.message_count)
        return session.with_messages([read_message(document) for document in counted])
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


def _is_newer(session: Session, present: Document | None) -> bool:
    if present is None:
        return False
    return bool(session.revision > present["revision"] or _counting(session).message_count > present["message_count"])


def _counting(session: Session) -> Session:
    """The session with a count that is never less than its messages."""
    count = max(session.message_count, len(session.messages))
    return session if count == session.message_count else msgspec.structs.replace(session, message_count=count)
