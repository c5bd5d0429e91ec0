"""What SQLite needs: its pragmas, transactions that begin when we say so, and whether one has written."""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from database.refusals import as_refusal

BUSY_TIMEOUT_SECONDS = 10
WAL_TRIES = 100
selects_never_write = True
"""There are no functions that write, and no statement that writes within a SELECT."""

snapshot_options: dict[str, Any] = {}
"""Nothing to ask for: a transaction sees what was there at its first read."""
byte_order = "BINARY"

_CHANGES_BEFORE = "greenroom_changes_before"


def pool_size(url: URL, wanted: int) -> int:
    """A database in memory exists once per connection, so it gets a single one."""
    return 1 if url.database in (None, "", ":memory:") else wanted


def is_missing(url: URL) -> bool:
    """Whether this is a file of SQLite's that does not exist yet; to connect would make it."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return False
    return not Path(str(url.database)).exists()


def engine_options(_url: URL) -> dict[str, Any]:
    """Connections that threads may hand on, and that leave `BEGIN` to us."""
    return {"connect_args": {"check_same_thread": False, "isolation_level": None, "timeout": BUSY_TIMEOUT_SECONDS}}


def prepare(engine: Engine) -> None:
    """Set the pragmas of every new connection and begin every transaction explicitly, deferred."""
    event.listen(engine, "connect", _set_pragmas)
    # The driver would begin only before a write, so two reads of one block could see different states. An event on
    # every `begin` does the same at a tenth of the cost of a whole scope more.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign,assignment]


def begin_writing(connection: Connection) -> None:
    """Take the write lock for a transaction that has done nothing yet. Raises Busy when others do not let go of it."""
    raw = _raw(connection)
    raw.execute("ROLLBACK")
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise as_refusal(error) or error from error
    connection.info[_CHANGES_BEFORE] = raw.total_changes


def purge_deleted(engine: Engine) -> None:
    """Rows are overwritten as they are deleted; what the log still holds of them goes with it.

    A reader that is in the middle of something keeps the log: then it goes with a later one.
    """
    pooled = engine.raw_connection()
    try:
        cast(sqlite3.Connection, pooled.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        pooled.close()


def restart_numbers(_connection: Connection, _table: str, _column: str) -> None:
    """Nothing: the next number follows the largest one by itself."""


def has_written(connection: Connection) -> bool:
    """Whether the open transaction has changed a row."""
    return bool(_raw(connection).total_changes != connection.info[_CHANGES_BEFORE])


has_failed = None
"""SQLite undoes a failed statement alone, so a transaction never stands broken."""


def _set_pragmas(raw: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA secure_delete = ON")  # what is erased is not to be found in the file's free pages
    for _ in range(WAL_TRIES - 1):
        if raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        # The switch does not wait for another process that makes it at the same moment, whatever the time-out says.
        with suppress(sqlite3.OperationalError):
            raw.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(BUSY_TIMEOUT_SECONDS / WAL_TRIES)
    raw.execute("PRAGMA journal_mode = WAL")


def _begin(pooled: PoolProxiedConnection) -> None:
    raw = cast(sqlite3.Connection, pooled.driver_connection)
    raw.execute("BEGIN")
    pooled.info[_CHANGES_BEFORE] = raw.total_changes


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)
