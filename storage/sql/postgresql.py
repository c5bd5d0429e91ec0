"""PostgreSQL: psycopg 3 under a bounded pool, every single statement its own transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, cast

import psycopg
import sqlalchemy as sa
from psycopg import errors, pq, sql

from domain.errors import StorageUnavailable
from storage.sql.database import (
    MIGRATING_SECONDS,
    Database,
    Duplicate,
    Execute,
    Parameters,
    ReplyLost,
    Transaction,
    held_by_another_runner,
)
from storage.sql.pool import unreachable
from storage.sql.rows import Row, as_text
from storage.sql.schema import messages, sessions
from storage.sql.statements import Statements, count_one_more, parameter

MIGRATION_LOCK: Final = 0x67726E_726D_7373
"""The advisory lock under which only one process at a time changes the tables."""

CONNECTING: Final = {"connect_timeout": "5", "tcp_user_timeout": "10000", "application_name": "greenroom"}
CUT_OFF: Final = (errors.AdminShutdown, errors.CrashShutdown, errors.IdleSessionTimeout)

Connection = psycopg.Connection[Row]


def merge(names: Sequence[str]) -> sa.ColumnElement[Any]:
    """The payload with the fields of the JSON object `changes` in it."""
    old = sa.func.json_each(sessions.c.payload).table_valued("key", "value", name="old")
    new = sa.func.json_each(sa.bindparam("changes", type_=sa.JSON)).table_valued("key", "value", name="new")
    replaced: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{name}'") for name in names]
    kept = sa.select(old.c.key, old.c.value).where(old.c.key.not_in(replaced)).correlate(sessions)
    fields = sa.union_all(kept, sa.select(new.c.key, new.c.value)).subquery("field")
    return sa.select(sa.func.json_object_agg(fields.c.key, fields.c.value)).correlate(sessions).scalar_subquery()


def listed_ids() -> Any:
    """The ids in the array `ids`."""
    return sa.select(sa.func.unnest(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))))


def append(conditions: frozenset[str]) -> sa.UpdateBase:
    """Count and insert in one statement, so that it is one way to the server and one commit."""
    counted = count_one_more(conditions).cte("counted")
    columns = [column.name for column in messages.columns if column.name != "n"]
    row = sa.select(*(parameter(messages.c[name]) for name in columns), counted.c.message_count)
    return sa.insert(messages).from_select([*columns, "n"], row).returning(messages.c.n)


class PostgresqlDatabase(Database):
    """Sessions on a PostgreSQL server."""

    def __init__(self, url: sa.URL, *, pool_size: int, wait_seconds: float) -> None:
        connecting = {name: value for name, value in CONNECTING.items() if name not in url.query}
        super().__init__(url, [pool_size], wait_seconds, **connecting)
        (self._engine,) = self.engines
        self.statements = Statements(self._engine.dialect, merge, listed_ids)
        self._append = {
            conditions: self.statements.compiled(append(conditions))
            for conditions in (frozenset[str](), frozenset({"user_id"}))
        }

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        (pool,) = self.pools
        pooled = pool.take()
        connection = cast(Connection, pooled.driver_connection)
        try:
            yield connection
        except errors.UniqueViolation as error:
            raise Duplicate(str(error)) from error
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
            if not (connection.closed or isinstance(error, CUT_OFF)):
                raise StorageUnavailable("The session storage (SQL) refuses.", reason=str(error).strip()) from error
            connection.close()
            pool.close_idle()  # the others are as dead as this one
            raise ReplyLost("The connection to the session storage broke.", reason=str(error).strip()) from error
        finally:
            # An interrupt may leave a statement half done; only a connection at rest is good for the next one.
            at_rest = connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
            (pool.give_back if at_rest else pool.discard)(pooled)

    def read(self, text: str, parameters: Parameters) -> list[Row]:
        """Read; a connection that turns out to be dead is replaced once."""
        try:
            return self.write(text, parameters)
        except ReplyLost:
            return self.write(text, parameters)

    def read_both(self, first: str, second: str, parameters: Parameters) -> tuple[list[Row], list[Row]]:
        """Read twice in one way to the server and back."""
        try:
            return self._pipelined(first, second, parameters)
        except ReplyLost:
            return self._pipelined(first, second, parameters)

    def _pipelined(self, first: str, second: str, parameters: Parameters) -> tuple[list[Row], list[Row]]:
        with self._connection() as connection, connection.pipeline():
            one = connection.execute(first, parameters)
            other = connection.execute(second, parameters)
            return one.fetchall(), other.fetchall()

    def write(self, text: str, parameters: Parameters) -> list[Row]:
        """Execute one statement; its commit is on the server's disk when it answers."""
        with self._connection() as connection:
            return _run(connection, text, parameters)

    def append(self, message: Parameters, conditions: frozenset[str]) -> int | None:
        """The row of the session is locked while its counter rises, so places have no gap and no double."""
        stored = self.write(self._append[conditions], message)
        return stored[0][0] if stored else None

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """An ordinary transaction, committed at the end of the block."""
        with self._connection() as connection, connection.transaction():
            yield Transaction(partial(_run, connection), partial(_run_many, connection), partial(_add_rows, connection))

    @contextmanager
    def snapshot(self) -> Iterator[Execute]:
        """A transaction that reads, all of it as of its first statement."""
        with self._connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield partial(_run, connection)

    def listing(self, ids: Collection[str]) -> dict[str, Any]:
        """An array."""
        return {"ids": list(ids)}

    def merging(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """One JSON object of all fields."""
        return {"changes": as_text(changes)}

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """All in one transaction, under an advisory lock."""
        with self.reaching(self._engine):
            try:
                with self._engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{MIGRATING_SECONDS}s'")
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                    yield connection
            except sa.exc.OperationalError as error:
                if isinstance(error.orig, errors.LockNotAvailable):
                    raise held_by_another_runner() from error
                raise

    def purge_deleted(self) -> None:
        """Nothing: the server's own vacuum overwrites rows that are gone."""

    def _probe(self) -> None:
        try:
            with psycopg.connect(**self._engine.dialect.create_connect_args(self._engine.url)[1]) as connection:
                connection.execute("SELECT session_id FROM sessions LIMIT 1").fetchall()
        except psycopg.Error as error:
            raise unreachable(error) from error


def _run(connection: Connection, text: str, parameters: Parameters) -> list[Row]:
    return connection.execute(text, parameters).fetchall()


def _run_many(connection: Connection, text: str, rows: Sequence[Parameters]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(text, rows)


def _add_rows(connection: Connection, table: sa.Table, rows: Sequence[Parameters]) -> None:
    """By COPY, the quickest way in that the engine has."""
    names = table.columns.keys()
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
