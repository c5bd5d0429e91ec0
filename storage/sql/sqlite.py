"""SQLite: one writing connection behind a lock and a small pool of readers on one file in WAL mode."""

import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from domain.errors import Busy, Invalid, StorageUnavailable
from storage.sql.database import Database, Duplicate, Execute, Parameters, Transaction
from storage.sql.migrate import is_current, upgrade
from storage.sql.rows import Row, as_text
from storage.sql.schema import sessions
from storage.sql.statements import Statements, count_one_more

WAL_TRIES: Final = 100


def merge(names: Sequence[str]) -> sa.ColumnElement[Any]:
    """The payload with the JSON texts `json_<name>` in their places."""
    pairs: list[Any] = []
    for name in names:
        pairs += [sa.literal_column(f"'$.{name}'"), sa.func.json(sa.bindparam(f"json_{name}", type_=sa.Text))]
    return sa.func.json_set(sessions.c.payload, *pairs)


def listed_ids() -> Any:
    """The ids in the JSON list `ids`."""
    listed = sa.func.json_each(sa.bindparam("ids", type_=sa.Text)).table_valued("value")
    return sa.select(listed.c.value)


class SqliteDatabase(Database):
    """Sessions in one SQLite file. A commit is on the disk when it returns (WAL with synchronous=FULL)."""

    def __init__(self, url: sa.URL, *, pool_size: int, wait_seconds: float) -> None:
        if not url.database or url.database == ":memory:":
            raise Invalid("SESSION_DATABASE_URL", str(url), "sqlite:////path/to/a/file.sqlite")
        connecting = {"timeout": wait_seconds, "check_same_thread": False}
        super().__init__(url, [pool_size, 1], wait_seconds, **connecting)
        self.file = Path(url.database)
        readers, self._writer = self.engines
        sa.event.listen(readers, "connect", partial(_set, ["query_only=ON"]))
        sa.event.listen(
            self._writer, "connect", partial(_set, ["synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"])
        )
        self.statements = Statements(sqlite.dialect(paramstyle="named"), merge, listed_ids)
        self._count = {
            conditions: self.statements.compiled(count_one_more(conditions))
            for conditions in (frozenset[str](), frozenset({"user_id"}))
        }

    @contextmanager
    def _connection(self, *, writing: bool) -> Iterator[sqlite3.Connection]:
        pool = self.pools[writing]
        pooled = pool.take()
        after = pool.give_back
        try:
            yield cast(sqlite3.Connection, pooled.driver_connection)
        except sqlite3.IntegrityError as error:
            raise Duplicate(str(error)) from error
        except sqlite3.DatabaseError as error:
            after = pool.discard
            raise self._refusal(error) from error
        finally:
            after(pooled)

    def _refusal(self, error: sqlite3.DatabaseError) -> Busy | StorageUnavailable:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Busy("Too many others wrote at once; nothing was changed. Try again.")
        return StorageUnavailable(
            "The session storage (SQLite) cannot be used. What was acknowledged before is kept.",
            reason=f"{self.file}: {error}",
        )

    def read(self, text: str, parameters: Parameters) -> list[Row]:
        """Read on a connection that cannot write."""
        with self._connection(writing=False) as connection:
            return connection.execute(text, parameters).fetchall()

    def read_both(self, first: str, second: str, parameters: Parameters) -> tuple[list[Row], list[Row]]:
        """Read twice on one connection; there is no way between us and the file that could be saved."""
        with self._connection(writing=False) as connection:
            return connection.execute(first, parameters).fetchall(), connection.execute(second, parameters).fetchall()

    def write(self, text: str, parameters: Parameters) -> list[Row]:
        """Write in one statement, which is a transaction of its own and takes the write lock before it reads."""
        with self._connection(writing=True) as connection:
            return connection.execute(text, parameters).fetchall()

    def append(self, message: Parameters, conditions: frozenset[str]) -> int | None:
        """Count and insert; nobody else writes between the two."""
        with self.transaction() as transaction:
            counted = transaction.execute(self._count[conditions], message)
            if not counted:
                return None
            place: int = counted[0][0]
            transaction.execute(self.statements.insert_message, {**message, "n": place})
            return place

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin IMMEDIATE: a transaction that reads first and writes after a foreign commit would fail at once."""
        with self._connection(writing=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(
                    partial(_run, connection), partial(_run_many, connection), partial(_add_rows, connection)
                )
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[Execute]:
        """A transaction that reads: WAL shows it the file as it was at its first statement."""
        with self._connection(writing=False) as connection:
            connection.execute("BEGIN")
            try:
                yield partial(_run, connection)
            finally:
                connection.execute("ROLLBACK")

    def listing(self, ids: Collection[str]) -> dict[str, Any]:
        """A JSON list."""
        return {"ids": as_text(list(ids))}

    def has_tables(self) -> bool:
        """Whether there is a file with the table; opening one that is not there would make it."""
        return self.file.is_file() and super().has_tables()

    def merging(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """One JSON text a field."""
        return {f"json_{name}": as_text(value) for name, value in changes.items()}

    def upgrade(self) -> None:
        """Make the folder, the file in WAL mode, and its tables."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._connection(writing=True) as connection:
            self._switch_to_wal(connection)
        with self.reaching(self._writer):
            if not is_current(self._writer):
                with self._writer.begin() as connection:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    upgrade(connection)

    def _switch_to_wal(self, connection: sqlite3.Connection) -> None:
        """The switch does not honour the busy time-out while another process switches at the same moment."""
        for _ in range(WAL_TRIES - 1):
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError:
                time.sleep(self.wait_seconds / WAL_TRIES)
            else:
                return
        connection.execute("PRAGMA journal_mode=WAL")

    def purge_deleted(self) -> None:
        """Rows are overwritten as they are deleted; what the log still holds of them goes with it.

        A reader that is in the middle of something keeps the log for a moment: then it goes with a later one.
        """
        with self._connection(writing=True) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _probe(self) -> None:
        with self._connection(writing=False) as connection:
            connection.execute("SELECT session_id FROM sessions LIMIT 1").fetchall()


def _set(pragmas: Sequence[str], connection: sqlite3.Connection, _record: object) -> None:
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _run(connection: sqlite3.Connection, text: str, parameters: Parameters) -> list[Row]:
    return connection.execute(text, parameters).fetchall()


def _run_many(connection: sqlite3.Connection, text: str, rows: Sequence[Parameters]) -> None:
    connection.executemany(text, rows)


def _add_rows(connection: sqlite3.Connection, table: sa.Table, rows: Sequence[Parameters]) -> None:
    names = table.columns.keys()
    values = ", ".join(f":{name}" for name in names)
    text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})"  # noqa: S608  # names of our own
    connection.executemany(text, rows)
