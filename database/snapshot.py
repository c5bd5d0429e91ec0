"""All tables as they were at one moment, for backups: read in a transaction of its own, while others write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, collate, select, table

from database.columns import ColumnKind, TableShape, kind_of, read_as
from database.dialects import dialect_of
from database.engine import open_engine
from database.tables import Base

ROWS_AT_ONCE = 500
NOT_DATA = frozenset({"alembic_version", "migrations"})
"""Tables in which migrations are recorded; they say what a database is, and are made with it."""

Row = tuple[Any, ...]


class Snapshot:
    """The rows of one moment, and the revision that the tables had then."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.revision = MigrationContext.configure(connection).get_current_revision()  # the first read sets the moment

    def rows(self, shape: TableShape) -> Iterator[Row]:
        """Every row of a table, in the order of its key and in constant memory."""
        return read_rows(self._connection, shape)


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Open one. Nobody is kept waiting by it; on SQLite the log grows while it is open, so it is closed soon.

    Raises Invalid for a bad address, Unavailable when nothing answers.
    """
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as plain:
            connection = plain.execution_options(**dialect_of(engine).snapshot_options)
            with connection.begin():
                yield Snapshot(connection)
    finally:
        engine.dispose()


def present_shapes() -> list[TableShape]:
    """The tables of this release, each behind those that it refers to."""
    return [shape_of(each) for each in Base.metadata.sorted_tables if each.name not in NOT_DATA]


def shape_of(defined: Table) -> TableShape:
    """How the rows of this table are written."""
    columns = {str(each.name): kind_of(each) for each in defined.columns}
    return TableShape(str(defined.name), columns, tuple(str(each.name) for each in defined.primary_key))


def read_rows(connection: Connection, shape: TableShape) -> Iterator[Row]:
    """Every row in the order of its key: text by its bytes, so that all engines agree on it."""
    order = dialect_of(connection.engine).byte_order
    query = select(*(read_as(name, kind) for name, kind in shape.columns.items())).select_from(table(shape.table))
    keys = [(read_as(name, shape.columns[name]), shape.columns[name]) for name in shape.key]
    query = query.order_by(*(collate(key, order) if kind is ColumnKind.TEXT else key for key, kind in keys))
    found = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    return (tuple(row) for row in found)
