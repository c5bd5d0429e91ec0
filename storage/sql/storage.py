"""Sessions in SQL: SQLite in a file of its own, or PostgreSQL."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, Self, TypeVar

import msgspec
import sqlalchemy as sa

from domain.errors import Invalid, SessionExists, SlotTaken, StorageUnavailable
from domain.migrating import Migrator
from domain.session import HISTORY_LIMIT, Message, Session, SessionSummary, Transition
from storage.base import MovableStorage, SessionQuery
from storage.cursor import Cursor
from storage.registry import StorageConfig
from storage.sql.bulk import NO_LIMIT, SqlBulk
from storage.sql.database import Database, Duplicate, Execute, Parameters, ReplyLost, twice
from storage.sql.finding import find
from storage.sql.migrate import migrator
from storage.sql.postgresql import PostgresqlDatabase
from storage.sql.rows import changed_columns, header_row, message_row, read_header, read_messages
from storage.sql.sqlite import SqliteDatabase

POOL_SIZE: Final = 8
WAIT_SECONDS: Final = 10.0
INSERT_TRIES: Final = 8
IDS_AT_ONCE: Final = 500

T = TypeVar("T")


class SqlSessionStorage(SqlBulk, MovableStorage):
    """Keeps sessions in the tables of `schema.py`, in statements compiled once from SQLAlchemy Core.

    They run on the driver's connection under SQLAlchemy's pool, because Core's own connection costs more than a whole
    statement. A write whose answer is lost with the connection is looked up, never blindly repeated.
    """

    name: ClassVar[str] = "sql"

    def __init__(self, url: str, *, pool_size: int = POOL_SIZE, wait_seconds: float = WAIT_SECONDS) -> None:
        self._db = open_database(url, pool_size=pool_size, wait_seconds=wait_seconds)

    @classmethod
    def from_config(cls, config: StorageConfig) -> Self:
        """Keep sessions at `config.database_url`."""
        return cls(config.database_url)

    def migrator(self) -> Migrator:
        """The tables move by the revisions in `storage/migrations/sql`."""
        return migrator(self._db)

    def repair(self) -> None:
        """Nothing: the engine finishes or undoes by itself what a crash interrupted."""

    def ping(self) -> None:
        """Return when the database answers within a second; raise StorageUnavailable when it does not."""
        self._db.ping()

    def close(self) -> None:
        """Close every connection."""
        self._db.close()

    # --- writing -----------------------------------------------------------------------------------------------------

    def _insert(self, session: Session) -> None:
        row = header_row(session)
        for _ in range(INSERT_TRIES):
            try:
                inserted = self._settled(
                    lambda: bool(self._db.write(self._db.statements.insert, row)),
                    lambda: self._stored_payload(session.session_id) == row["payload"],
                )
            except Duplicate:
                self._refuse_taken(row["exclusive_key"], session.session_id)
                continue
            if not inserted:
                raise SessionExists(session.session_id)
            return
        raise StorageUnavailable("The exclusive key changed hands too often; nothing was stored. Try again.")

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
        written = {**changes, "updated_at": updated_at}
        conditions = {"kind": kind, "user_id": user_id, "revision": revision}
        return self._settled(
            lambda: self._write_fields(self._db.write, session_id, written, conditions),
            lambda: self._written_already(session_id, written, revision),
        )

    def _write_fields(
        self, execute: Execute, session_id: str, changes: Mapping[str, Any], conditions: Mapping[str, Any]
    ) -> int | None:
        met = {name: value for name, value in conditions.items() if value is not None}
        text = self._db.statements.update(tuple(changes), frozenset(met))
        columns = {f"new_{name}": value for name, value in changed_columns(changes).items()}
        rows = execute(text, {"session_id": session_id, **met, **columns, **self._db.merging(changes)})
        return rows[0][0] if rows else None

    def _written_already(self, session_id: str, written: Mapping[str, Any], revision: int | None) -> int | None:
        """The revision of a write whose answer was lost, when it is there. Raises when that cannot be told any more."""
        present = self._load(session_id)
        if present is None:
            return None
        if all(getattr(present, name) == value for name, value in written.items()):
            return present.revision
        if revision is not None and present.revision > revision:
            raise ReplyLost("The connection broke while saving, and somebody wrote since: load it again to see.")
        return None

    def _move(self, session: Session, step: Transition, exclusive_key: str | None) -> Session | None:
        try:
            return self._settled(
                lambda: self._move_once(session, step, exclusive_key), lambda: self._moved_already(session, step)
            )
        except Duplicate:
            self._refuse_taken(exclusive_key, session.session_id)
            return None

    def _move_once(self, session: Session, step: Transition, exclusive_key: str | None) -> Session | None:
        session_id = session.session_id
        with self._db.transaction() as (execute, *_):
            rows = execute(self._db.statements.lock, {"session_id": session_id})
            present = read_header(session_id, rows[0]) if rows else None
            if present is None or _place_of(present) != _place_of(session):
                return None
            changes = {
                "status": step.to_status,
                "exclusive_key": exclusive_key,
                "history": [*present.history, step][-HISTORY_LIMIT:],
                "updated_at": step.at,
            }
            self._write_fields(execute, session_id, changes, {})
            return read_header(session_id, execute(self._db.statements.load, {"session_id": session_id})[0])

    def _moved_already(self, session: Session, step: Transition) -> Session | None:
        present = self._load(session.session_id)
        return present if present is not None and step in present.history else None

    def _append(self, session_id: str, message: Message, user_id: str | None) -> Message | None:
        row = message_row(session_id, message)
        owner = {} if user_id is None else {"user_id": user_id}
        try:
            place = twice(lambda: self._db.append({**row, **owner}, frozenset(owner)))
        except Duplicate:
            place = None
        if place is not None:
            return msgspec.structs.replace(message, n=place)
        stored = self._db.read(self._db.statements.stored_message(frozenset(owner)), {**row, **owner})
        return read_messages(stored)[0] if stored else None

    def _delete(self, session_id: str, user_id: str | None) -> bool:
        return self._remove_where(session_id, {} if user_id is None else {"user_id": user_id})

    def _refuse_taken(self, exclusive_key: str | None, session_id: str) -> None:
        """Say who holds the key, or that the session itself does; return when it was given up meanwhile."""
        for (holder,) in self._db.read(self._db.statements.holder, {"exclusive_key": exclusive_key}):
            if holder == session_id:
                raise SessionExists(session_id)
            raise SlotTaken(str(exclusive_key), holder)

    # --- reading -----------------------------------------------------------------------------------------------------

    def _load(self, session_id: str) -> Session | None:
        rows = self._db.read(self._db.statements.load, {"session_id": session_id})
        return read_header(session_id, rows[0]) if rows else None

    def _stored_payload(self, session_id: str) -> str | None:
        rows = self._db.read(self._db.statements.load, {"session_id": session_id})
        return rows[0][0] if rows else None

    def _load_with(self, session_id: str, last: int | None) -> tuple[Session | None, list[Message]]:
        asked: Parameters = {"session_id": session_id, "limit": NO_LIMIT if last is None else last}
        texts = self._db.statements
        headers, messages = self._db.read_both(texts.load, texts.last_messages, asked)
        header = read_header(session_id, headers[0]) if headers else None
        return header, read_messages(reversed(messages))

    def _messages_after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        asked: Parameters = {"session_id": session_id, "after": after, "limit": NO_LIMIT if limit is None else limit}
        return read_messages(self._db.read(self._db.statements.messages_after, asked))

    def _last_messages(self, session_id: str, count: int) -> list[Message]:
        asked: Parameters = {"session_id": session_id, "limit": count}
        return read_messages(reversed(self._db.read(self._db.statements.last_messages, asked)))

    def _find(self, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
        return find(self._db, query, place, limit)

    def _ids_of(self, user_id: str) -> Iterator[str]:
        last = ""
        while rows := self._db.read(
            self._db.statements.ids_of, {"user_id": user_id, "session_id": last, "limit": IDS_AT_ONCE}
        ):
            yield from (session_id for (session_id,) in rows)
            last = rows[-1][0]

    def _purge_deleted(self) -> None:
        """A deletion is one transaction, so nothing is left half done."""
        self._db.purge_deleted()


def open_database(url: str, *, pool_size: int, wait_seconds: float) -> Database:
    """The engine that an address names. Raises Invalid, without showing a password, for one that is not supported."""
    address = _parsed(url)
    if address.get_backend_name() == "sqlite":
        return SqliteDatabase(address, pool_size=pool_size, wait_seconds=wait_seconds)
    if address.get_backend_name() in ("postgres", "postgresql"):
        driver = address.set(drivername="postgresql+psycopg")
        return PostgresqlDatabase(driver, pool_size=pool_size, wait_seconds=wait_seconds)
    raise Invalid("SESSION_DATABASE_URL", str(address), "an address that begins with sqlite:/// or postgresql://")


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError:
        raise Invalid("SESSION_DATABASE_URL", "…", "an address such as postgresql://user@host/database") from None


def _place_of(session: Session) -> tuple[str, str | None]:
    return session.status, session.exclusive_key
