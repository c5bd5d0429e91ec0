"""The index: what lists are read from, and which message ids a session has. Derived from the files; decides nothing.

A session is marked before one of its files changes and unmarked with the row that shows the change. A mark that nobody
is working on was left by a crash: its session is read again. A row remembers how far into the session's messages their
ids were read (`read_to`), so that an append looks at new lines only.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

import msgspec

from domain.clock import milliseconds
from domain.session import Session, SessionSummary, summary_of
from storage.cursor import Cursor
from storage.file.database import Connections, Identity
from storage.file.listing import statement_for
from storage.file.sessions import Stamp
from storage.query import SessionQuery

VERSION = 1
"""Of the tables below; an index of another version is made anew."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_SUMMARIES = msgspec.json.Decoder(list[SessionSummary])
_TABLES = f"""
PRAGMA journal_mode = WAL;
PRAGMA user_version = {VERSION};
CREATE TABLE signature (boot TEXT NOT NULL);
CREATE TABLE marks (session_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE message_ids (
    session INTEGER NOT NULL, digest INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (session, digest, place)
) WITHOUT ROWID;
CREATE TABLE sessions (
    number INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    mode TEXT,
    parent_id TEXT,
    created_at INTEGER NOT NULL,
    starts_at INTEGER,
    stamp TEXT NOT NULL,
    messages_size INTEGER NOT NULL,
    read_to INTEGER NOT NULL DEFAULT 0,
    summary TEXT NOT NULL
);
CREATE INDEX created_by_any ON sessions (created_at, session_id);
CREATE INDEX created_by_any_status ON sessions (status, created_at, session_id);
CREATE INDEX created_by_user ON sessions (user_id, created_at, session_id, kind, status, mode, parent_id, summary);
CREATE INDEX created_by_user_status ON sessions (user_id, status, created_at, session_id);
CREATE INDEX created_by_kind ON sessions (kind, created_at, session_id);
CREATE INDEX created_by_kind_status ON sessions (kind, status, created_at, session_id);
CREATE INDEX created_by_parent ON sessions (parent_id, created_at, session_id) WHERE parent_id IS NOT NULL;
CREATE INDEX starts_by_any ON sessions (starts_at, session_id) WHERE starts_at IS NOT NULL;
CREATE INDEX starts_by_user ON sessions (user_id, starts_at, session_id) WHERE starts_at IS NOT NULL;
CREATE INDEX starts_by_kind ON sessions (kind, starts_at, session_id) WHERE starts_at IS NOT NULL;
CREATE INDEX starts_by_kind_status ON sessions (kind, status, starts_at, session_id) WHERE starts_at IS NOT NULL;
CREATE INDEX starts_by_parent ON sessions (parent_id, starts_at, session_id) WHERE starts_at IS NOT NULL;
"""
_PUT = """
INSERT INTO sessions (session_id, user_id, kind, status, mode, parent_id, created_at, starts_at,
    stamp, messages_size, summary)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (session_id) DO UPDATE SET
    user_id = excluded.user_id, kind = excluded.kind, status = excluded.status, mode = excluded.mode,
    parent_id = excluded.parent_id, created_at = excluded.created_at, starts_at = excluded.starts_at,
    stamp = excluded.stamp, messages_size = excluded.messages_size, summary = excluded.summary
"""


class Index:
    """The rows of the index. Every method that names a session is called under that session's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(path)

    # --- the file as a whole -----------------------------------------------------------------------------------------

    def identity(self) -> Identity | None:
        """Which file is in use; it changes when the index was replaced. None when there is none."""
        return self._connections.identity()

    def is_usable(self) -> bool:
        """Whether there is one, and of this release. What it says may be old."""
        if self.identity() is None:
            return False
        with self._connections.reading() as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone() == (VERSION,))

    def is_signed(self) -> bool:
        """Whether it was found right since the machine started.

        Its commits are not synced, so after a power failure it may lack the newest, marks included.
        """
        with self._connections.reading() as connection:
            return bool(connection.execute("SELECT boot FROM signature").fetchone() == (boot_id(),))

    def replace(self) -> None:
        """Put an empty index in place of whatever is there; it is not signed yet."""
        fresh = self.path.with_name(f".{self.path.name}.{uuid4().hex}")
        connection = sqlite3.connect(fresh)
        try:
            connection.execute("PRAGMA synchronous = OFF")  # made again after a power failure, so not worth a wait
            connection.executescript(_TABLES)
        finally:
            connection.close()
        self._connections.close()
        # The file itself first: without it, nobody takes what is left for an index.
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        fresh.rename(self.path)

    def sign(self) -> None:
        """Say that every row is right."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM signature")
            connection.execute("INSERT INTO signature VALUES (?)", (boot_id(),))

    def close(self) -> None:
        """Give back the connections."""
        self._connections.close()

    # --- marks -------------------------------------------------------------------------------------------------------

    def mark(self, session_id: str) -> bool:
        """Mark a session before it changes; False when a crash left it marked, and its row must be made again first."""
        with self._connections.writing() as connection:
            return connection.execute("INSERT OR IGNORE INTO marks VALUES (?)", (session_id,)).rowcount == 1

    def marked(self) -> list[str]:
        """Sessions that are being changed right now, or were when a process died."""
        with self._connections.reading() as connection:
            return [row[0] for row in connection.execute("SELECT session_id FROM marks")]

    def is_marked(self, session_id: str) -> bool:
        """Whether this one is."""
        with self._connections.reading() as connection:
            return bool(connection.execute("SELECT 1 FROM marks WHERE session_id = ?", (session_id,)).fetchone())

    # --- rows --------------------------------------------------------------------------------------------------------

    def put(self, session: Session, stamp: Stamp) -> None:
        """Show a header as it is now, and take the mark away."""
        with self._connections.writing() as connection:
            _put(connection, session, stamp)

    def put_afresh(self, session: Session, stamp: Stamp) -> None:
        """Show a session of which nothing is known: the ids of its messages are to be read again."""
        with self._connections.writing() as connection:
            _remove(connection, session.session_id)
            _put(connection, session, stamp)

    def remove(self, session_id: str, unless: Callable[[], bool] = lambda: False) -> None:
        """Forget a session, and take its mark away; `unless` is asked when nobody else can write the index."""
        with self._connections.writing() as connection:
            if not unless():
                _remove(connection, session_id)
                connection.execute("DELETE FROM marks WHERE session_id = ?", (session_id,))

    def stamps(self) -> dict[str, tuple[str, int]]:
        """Which header, and how large a file of messages, each row was made from."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT session_id, stamp, messages_size FROM sessions")
            return {session_id: (stamp, messages_size) for session_id, stamp, messages_size in rows}

    def page(self, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
        """Up to `limit` rows of a query, behind a place."""
        if query.statuses is not None and not query.statuses:
            return []
        with self._connections.reading() as connection:
            rows = connection.execute(*statement_for(query, place, limit)).fetchall()
        return _SUMMARIES.decode(f"[{','.join(row[0] for row in rows)}]")

    def ids_of(self, user_id: str) -> list[str]:
        """Every session that is listed as this user's."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT session_id FROM sessions WHERE user_id = ?", (user_id,))
            return [row[0] for row in rows]

    def purge_deleted(self) -> None:
        """Rows are overwritten as they are deleted; what the log still holds of them goes here, unless it is read."""
        with self._connections.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- messages ----------------------------------------------------------------------------------------------------

    def read_to(self, session_id: str) -> int | None:
        """How far into the messages their ids are known; None for a session that has no row."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT read_to FROM sessions WHERE session_id = ?", (session_id,)).fetchone()
        return None if row is None else row[0]

    def learn(self, session_id: str, messages: Iterable[tuple[str, int]], read_to: int) -> None:
        """Note the ids of messages and the places where they stand, up to `read_to`."""
        with self._connections.writing() as connection:
            _learn(connection, session_id, messages, read_to)

    def forget_messages(self, session_id: str) -> None:
        """Note nothing of the messages; their ids are to be read again."""
        with self._connections.writing() as connection:
            _forget_messages(connection, session_id)

    def places(self, session_id: str, message_id: str) -> list[int]:
        """Where a message of this id may stand: usually nowhere or at one place. The file has the last word."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT place FROM message_ids JOIN sessions ON session = number WHERE session_id = ? AND digest = ?",
                (session_id, _digest(message_id)),
            )
            return [row[0] for row in rows]

    def count(self, session_id: str, message_id: str, n: int, start: int, end: int) -> None:
        """Show a message that was appended as number `n`, from `start` to `end`; take the mark away."""
        with self._connections.writing() as connection:
            connection.execute(
                "UPDATE sessions SET summary = json_set(summary, '$.message_count', ?), messages_size = ?"
                " WHERE session_id = ?",
                (n, end, session_id),
            )
            known = connection.execute("SELECT read_to FROM sessions WHERE session_id = ?", (session_id,)).fetchone()
            if known == (start,):
                _learn(connection, session_id, [(message_id, start)], end)
            connection.execute("DELETE FROM marks WHERE session_id = ?", (session_id,))


def boot_id() -> str:
    """What differs after each start of the machine; where that cannot be learnt, after each question."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return uuid4().hex


def _put(connection: sqlite3.Connection, session: Session, stamp: Stamp) -> None:
    summary = summary_of(session)
    values = (
        summary.session_id,
        summary.user_id,
        summary.kind,
        summary.status,
        summary.mode,
        summary.parent_id,
        milliseconds(summary.created_at),
        None if summary.starts_at is None else milliseconds(summary.starts_at),
        stamp.header,
        stamp.messages_size,
        msgspec.json.encode(summary).decode(),
    )
    connection.execute(_PUT, values)
    connection.execute("DELETE FROM marks WHERE session_id = ?", (session.session_id,))


def _remove(connection: sqlite3.Connection, session_id: str) -> None:
    _forget_messages(connection, session_id)
    connection.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))


def _forget_messages(connection: sqlite3.Connection, session_id: str) -> None:
    connection.execute(
        "DELETE FROM message_ids WHERE session = (SELECT number FROM sessions WHERE session_id = ?)", (session_id,)
    )
    connection.execute("UPDATE sessions SET read_to = 0 WHERE session_id = ?", (session_id,))


def _learn(connection: sqlite3.Connection, session_id: str, messages: Iterable[tuple[str, int]], read_to: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO message_ids SELECT number, ?, ? FROM sessions WHERE session_id = ?",
        ((_digest(message_id), place, session_id) for message_id, place in messages),
    )
    connection.execute("UPDATE sessions SET read_to = ? WHERE session_id = ?", (read_to, session_id))


def _digest(message_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(message_id.encode(), digest_size=8).digest(), "big", signed=True)
