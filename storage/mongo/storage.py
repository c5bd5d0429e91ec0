"""`MongoSessionStorage`: the contract on MongoDB.

Headers are read and written one at a time, with one command each; what belongs to several documents stands in
`messages.py` and `bulk.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.errors import Busy, GreenroomError, SessionExists, SlotTaken
from domain.migrating import Migrator
from domain.session import HISTORY_LIMIT, Session, SessionSummary, Transition
from storage.base import MovableStorage
from storage.cursor import Cursor
from storage.mongo.bulk import MongoBulk
from storage.mongo.connection import ClientFactory, Connection, Document, bounded_write, client_factory, engine_errors
from storage.mongo.documents import SUMMARY_PROJECTION, header_document, new_life, plain, read_header, read_summaries
from storage.mongo.messages import MongoMessages
from storage.mongo.migrate import MongoMigrator
from storage.mongo.queries import page_filter, page_order
from storage.query import SessionQuery
from storage.registry import StorageConfig

IDS_AT_ONCE = 500
KEY_TRIES = 8
"""How often a claim is repeated when the holder of its key is gone before it could be named."""


class MongoSessionStorage(MongoMessages, MongoBulk, MovableStorage):
    """Keeps sessions in a MongoDB replica set; one member is enough.

    A write returns when the journal of a majority holds it. A reply that is lost does not make it happen twice: the
    driver asks again under the same number and a replica set gives its first answer.
    """

    name: ClassVar[str] = "mongo"

    def __init__(self, make_client: ClientFactory, database_name: str) -> None:
        self._connection = Connection(make_client, database_name)

    @classmethod
    def from_config(cls, config: StorageConfig) -> Self:
        """Take the address and the database of the settings. Raises Invalid for an address that cannot be one."""
        return cls(client_factory(config.mongo_url), config.mongo_database)

    def migrator(self) -> Migrator:
        """The collections move by the migrations in `storage/migrations/mongo`."""
        return MongoMigrator(self._connection)

    def repair(self) -> None:
        """Finish the deletions that a crash interrupted."""
        self._connection.finish_deletions()

    def ping(self) -> None:
        """Return when a primary answers within a second."""
        self._connection.ping()

    def close(self) -> None:
        """Close the client of this process."""
        self._connection.close()

    def _insert(self, session: Session) -> None:
        document = header_document(session, new_life())
        for _ in range(KEY_TRIES):
            try:
                with bounded_write():
                    self._connection.here.sessions.insert_one(document)
            except DuplicateKeyError as error:
                if not _is_about_key(error):
                    raise SessionExists(session.session_id) from error
                self._name_holder(session.exclusive_key)
            else:
                return
        raise _contested(session.session_id)

    def _load(self, session_id: str) -> Session | None:
        with engine_errors():
            document = self._connection.here.sessions.find_one({"_id": session_id})
        return None if document is None else read_header(document)

    def _update(
        self,
        session_id: str,
        changes: Mapping[str, Any],
        updated_at: datetime,
        *,
        kind: str,
        user_id: str | None,
        revision: int | None,
    ) -> int | None:
        wanted: Document = {"_id": session_id, "kind": kind}
        if user_id is not None:
            wanted["user_id"] = user_id
        change = {"$set": {**plain(changes), "updated_at": updated_at}, "$inc": {"revision": 1}}
        if revision is None:
            return self._update_any_revision(wanted, change)
        with bounded_write():
            done = self._connection.here.sessions.update_one({**wanted, "revision": revision}, change)
        return revision + 1 if done.matched_count else None

    def _update_any_revision(self, wanted: Document, change: Document) -> int | None:
        with bounded_write():
            after = self._connection.here.sessions.find_one_and_update(
                wanted, change, {"revision": 1}, return_document=ReturnDocument.AFTER
            )
        return None if after is None else int(after["revision"])

    def _move(self, session: Session, step: Transition, exclusive_key: str | None) -> Session | None:
        wanted = {"_id": session.session_id, "status": session.status, "exclusive_key": session.exclusive_key}
        change = {
            "$set": {"status": step.to_status, "exclusive_key": exclusive_key, "updated_at": step.at},
            "$push": {"history": {"$each": [plain(step)], "$slice": -HISTORY_LIMIT}},
            "$inc": {"revision": 1},
        }
        for _ in range(KEY_TRIES):
            try:
                with bounded_write():
                    moved = self._connection.here.sessions.find_one_and_update(
                        wanted, change, return_document=ReturnDocument.AFTER
                    )
                return None if moved is None else read_header(moved)
            except DuplicateKeyError:
                self._name_holder(exclusive_key)
        raise _contested(session.session_id)

    def _find(self, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
        with engine_errors():
            rows = self._connection.here.bare_sessions.find(
                page_filter(query, place), SUMMARY_PROJECTION, sort=page_order(query), limit=limit, batch_size=limit
            ).to_list()
        return read_summaries(rows)

    def _ids_of(self, user_id: str) -> Iterator[str]:
        """In parts of their own, because a cursor dies when its reader takes long between two of them."""
        last = ""
        wanted: Document = {"user_id": user_id}
        while True:
            wanted["_id"] = {"$gt": last}
            with engine_errors():
                rows = self._connection.here.sessions.find(wanted, {"_id": 1}, sort=[("_id", 1)], limit=IDS_AT_ONCE)
                ids = [str(row["_id"]) for row in rows]
            if not ids:
                return
            yield from ids
            last = ids[-1]

    def _purge_deleted(self) -> None:
        self._connection.finish_deletions()

    def _name_holder(self, exclusive_key: str | None) -> None:
        """Raise SlotTaken naming who holds this key; return when it was given up in the meantime."""
        with engine_errors():
            holder = self._connection.here.sessions.find_one({"exclusive_key": exclusive_key}, {"_id": 1})
        if holder is not None:
            raise SlotTaken(str(exclusive_key), holder["_id"])


def _is_about_key(error: DuplicateKeyError) -> bool:
    return "exclusive_key" in (error.details or {}).get("keyPattern", {})


def _contested(session_id: str) -> GreenroomError:
    return Busy("Too many others wanted this place at once; try again.", session_id=session_id)
