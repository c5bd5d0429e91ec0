"""Puts rows into a database as they are, all of them or none, and tells what is in one."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Insert, func, inspect, select, table
from sqlalchemy.exc import DataError, IntegrityError

from database.columns import ColumnKind, TableShape, written_as
from database.dialects import dialect_of
from database.engine import open_engine
from database.snapshot import Row, present_shapes, read_rows
from domain.errors import Invalid

ROWS_AT_ONCE = 500


class Loading:
    """A transaction that fills tables. What it has put in is read back through it, before anything is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, shape: TableShape, rows: Iterable[Row]) -> int:
        """Put these rows in and return how many there were; tables that others refer to come first. Raises Invalid."""
        names = list(shape.columns)
        columns = [written_as(name, kind) for name, kind in shape.columns.items()]
        statement = table(shape.table, *columns).insert()  # type: ignore[arg-type]  # they are column clauses
        count, remaining = 0, iter(rows)
        while part := [dict(zip(names, row, strict=True)) for row in islice(remaining, ROWS_AT_ONCE)]:
            self._put(shape, statement, part)
            count += len(part)
        self._restart_numbers(shape)
        return count

    def _put(self, shape: TableShape, statement: Insert, part: list[dict[str, Any]]) -> None:
        try:
            self._connection.execute(statement, part)
        except (IntegrityError, DataError) as error:
            raise Invalid(shape.table, "…", f"rows that fit to each other ({error.orig})") from None

    def rows(self, shape: TableShape) -> Iterator[Row]:
        """What the table holds now, in the order of its key."""
        return read_rows(self._connection, shape)

    def _restart_numbers(self, shape: TableShape) -> None:
        """Numbers that the engine gives by itself go on behind those that were put in."""
        restart = dialect_of(self._connection.engine).restart_numbers
        for name, kind in shape.columns.items():
            if kind is ColumnKind.INTEGER:
                restart(self._connection, shape.table, name)


@contextmanager
def loading(url: str) -> Iterator[Loading]:
    """A transaction on this database; kept when the block ends cleanly. Raises Busy, Unavailable."""
    with _writing(url) as connection:
        yield Loading(connection)


def rows_in(url: str) -> dict[str, int]:
    """How many rows the tables of this release have in a database, those that have some."""
    with _engine(url) as engine, engine.connect() as connection:
        names = _present(connection)
        counts = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    return {name: count for name, count in counts.items() if count}


def empty(url: str) -> None:
    """Remove every row of these tables, in one transaction; then let the engine give up what it keeps of them."""
    with _writing(url) as connection:
        for name in reversed(_present(connection)):
            connection.execute(table(name).delete())
    with _engine(url) as engine:
        dialect_of(engine).purge_deleted(engine)


def _present(connection: Connection) -> Sequence[str]:
    """The tables of this release that there are, each behind those that it refers to."""
    there = set(inspect(connection).get_table_names())
    return [shape.table for shape in present_shapes() if shape.table in there]


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    with _engine(url) as engine, engine.connect() as connection, connection.begin():
        dialect_of(engine).begin_writing(connection)
        yield connection


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url, pool_size=1)
    try:
        yield engine
    finally:
        engine.dispose()
