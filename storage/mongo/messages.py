"""The messages of a session, beside its header.

The header's `message_count` is the point of commitment: a message is there once the header counts it. Adding one means
to place it at `message_count + 1`, which a unique index grants to one writer only, and then to raise the count. Whoever
finds the place taken raises the count for the one who took it, dead or alive, and tries the next place. So there is at
most one message that is placed and not counted, nobody reads it, nothing waits for a process that died, and the count
is exact wherever it did.

`life` is a name that a header gets when it is created and never again. A message of another life than the header's is
what a dying process left of a session that was deleted; it is cleared away when its place is needed.
`docs/adr/0020-a-message-is-there-once-it-is-counted.md` measures this against the other ways.
"""

import time
from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError
from pymongo.results import UpdateResult

from domain.errors import Busy
from domain.session import Message, Session
from storage.base import SessionStorage
from storage.mongo.connection import WRITE_SECONDS, Connection, Document, bounded_write, engine_errors
from storage.mongo.documents import message_document, read_message

COUNTED = {"life": 1, "message_count": 1, "user_id": 1}


class MongoMessages(SessionStorage):
    """The half of the storage that knows messages."""

    _connection: Connection

    def _append(self, session_id: str, message: Message, user_id: str | None) -> Message | None:
        end = time.monotonic() + WRITE_SECONDS
        in_the_way: Document | None = None
        while time.monotonic() < end:
            header = self._counted(session_id)
            if in_the_way is not None:
                self._make_way(header, in_the_way)
            if header is None or user_id not in (None, header["user_id"]):
                return None
            document = message_document(session_id, message, header["message_count"] + 1, header["life"])
            in_the_way, term = self._place(document)
            if in_the_way is not None and _is_same(in_the_way, document) and self._commit(header, in_the_way, term):
                return read_message(in_the_way)
        raise Busy("Too many others speak in this session at once; try again.", session_id=session_id)

    def _counted(self, session_id: str) -> Document | None:
        """The part of a header that appending needs."""
        with engine_errors():
            return self._connection.here.sessions.find_one({"_id": session_id}, COUNTED)

    def _place(self, document: Document) -> tuple[Document | None, Any]:
        """Store the message, unless its id or its place is taken; return what stands there, and the primary's term.

        One member's word is enough here: the majority that acknowledges the count has this message before it, for as
        long as the primary is the same.
        """
        here = self._connection.here
        rest = {name: value for name, value in document.items() if name != "_id"}
        try:
            with bounded_write():
                done = here.quick_messages.update_one({"_id": document["_id"]}, {"$setOnInsert": rest}, upsert=True)
        except DuplicateKeyError:
            with engine_errors():
                return here.messages.find_one({"_id.s": document["_id"]["s"], "n": document["n"]}), None
        term = _term(done)
        if not done.matched_count:
            return document, term
        with engine_errors():
            return here.messages.find_one({"_id": document["_id"]}), term

    def _commit(self, header: Document, placed: Document, term: Any) -> bool:
        """Count a placed message, durably; tell whether it is there now.

        It is not when the session is gone, or when a primary that never heard of this message gave its place away.
        Counting what is counted already changes nothing, and still waits until a majority holds it.
        """
        wanted = {"_id": header["_id"], "life": header["life"], "message_count": {"$gte": placed["n"] - 1}}
        with bounded_write():
            done = self._connection.here.sessions.update_one(wanted, {"$max": {"message_count": placed["n"]}})
        if not done.matched_count:
            return False
        return _term(done) == term or self._place_again(placed)

    def _place_again(self, placed: Document) -> bool:
        """Another primary counted than the one that stored, and may have lost the message: store it where it counts."""
        rest = {name: value for name, value in placed.items() if name != "_id"}
        try:
            with bounded_write():
                self._connection.here.messages.update_one({"_id": placed["_id"]}, {"$setOnInsert": rest}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def _make_way(self, header: Document | None, other: Document) -> None:
        """Count the message that took the place, or clear it away when it is not of this life.

        The header was read after the message, and no life comes back: a message of another life than this one's is of
        an earlier one.
        """
        here = self._connection.here
        with bounded_write():
            if header is None or other["life"] != header["life"]:
                here.messages.delete_one({"_id": other["_id"], "life": other["life"]})
            elif other["n"] == header["message_count"] + 1:
                counted = {"$max": {"message_count": other["n"]}}
                here.quick_sessions.update_one({"_id": header["_id"], "life": header["life"]}, counted)
                header["message_count"] = other["n"]

    def _delete(self, session_id: str, user_id: str | None) -> bool:
        header = self._counted(session_id)
        if header is None or not self._is_owner(header, user_id):
            return False
        return self._take_away(header, {"user_id": header.get("user_id")})

    def remove(self, session: Session) -> bool:
        """Remove the header that is as it was, then the messages that it counted."""
        header = self._counted(session.session_id)
        wanted = {name: getattr(session, name) for name in ("created_at", "revision", "message_count")}
        return header is not None and self._take_away(header, wanted)

    def _take_away(self, header: Document, wanted: Document) -> bool:
        """Delete this header, if it is in the same life and has these values, and then the messages of that life."""
        session_id, here, lives = header["_id"], self._connection.here, self._lives(header)
        with bounded_write():
            for life in lives:
                here.deletions.update_one({"_id": life}, {"$set": {"session_id": session_id}}, upsert=True)
            gone = here.sessions.delete_one({"_id": session_id, "life": header.get("life"), **wanted})
        if gone.deleted_count:
            for life in lives:
                self._connection.clear_away(life, session_id)
        return gone.deleted_count > 0

    def _is_owner(self, header: Document, user_id: str | None) -> bool:
        """Whether this user may delete it. Raises CorruptSession, as `load` does, where the header names no owner."""
        if user_id is not None and not isinstance(header.get("user_id"), str):
            self._load(header["_id"])
        return user_id in (None, header.get("user_id"))

    def _lives(self, header: Document) -> list[Any]:
        """The life of this header; of a damaged one without it, those of the messages that lie there."""
        if "life" in header:
            return [header["life"]]
        with engine_errors():
            return self._connection.here.messages.distinct("life", {"_id.s": header["_id"]})

    def _load_with(self, session_id: str, last: int | None) -> tuple[Session | None, list[Message]]:
        """The header, then the messages it counts: one that came in between is left to the next reader."""
        session = self._load(session_id)
        if session is None:
            return None, []
        count = session.message_count
        return session, self._between(session_id, 0 if last is None else count - last, count)

    def _messages_after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        count = self._count(session_id)
        return self._between(session_id, after, count if limit is None else min(count, after + limit))

    def _last_messages(self, session_id: str, count: int) -> list[Message]:
        end = self._count(session_id)
        return self._between(session_id, end - count, end)

    def _count(self, session_id: str) -> int:
        header = self._counted(session_id)
        return 0 if header is None else int(header["message_count"])

    def _between(self, session_id: str, after: int, up_to: int) -> list[Message]:
        """Messages with `after < n <= up_to`, which lie side by side in the index."""
        if after >= up_to:
            return []
        wanted: Mapping[str, Any] = {"_id.s": session_id, "n": {"$gt": after, "$lte": up_to}}
        order = [("_id.s", ASCENDING), ("n", ASCENDING)]
        with engine_errors():
            found = self._connection.here.messages.find(wanted, sort=order).to_list()
        return [read_message(document) for document in found]


def _term(done: UpdateResult) -> Any:
    """Which primary answered: it gets a new id with every election. None outside of a replica set."""
    return (done.raw_result or {}).get("electionId")


def _is_same(one: Document, other: Document) -> bool:
    return bool(one["_id"] == other["_id"] and one["life"] == other["life"])
