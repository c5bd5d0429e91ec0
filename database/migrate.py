"""Moves the relational tables from revision to revision, one runner at a time, all or nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from database.engine import open_engine
from database.sqlite import begin_writing, is_missing
from database.tables import Base
from revisions import RevisionMigrator, Revisions

LOCK_TIMEOUT_SECONDS = 120
"""How long a second runner waits for the first."""

_ADVISORY_LOCK = 7_466_729_613_204_500_311
"""Any number that nobody else locks in this database."""

logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells three times that there is nothing to do


REVISIONS = Revisions(
    Path(__file__).parent / "migrations",
    version_table="alembic_version",
    record_table="migrations",
    tables=Base.metadata.tables.keys(),
)


def upgrade(url: str) -> None:
    """Bring the tables into the shape of this release; do nothing when they have it.

    Two runners at once are safe: the second waits and finds the work done. A failure leaves everything as it was.
    Raises Invalid for a bad address, Busy when the other runner does not end, Unavailable when nothing answers,
    SchemaAhead when a newer release was here.
    """
    migrator(url).up()


def migrator(url: str, revisions: Revisions = REVISIONS) -> RevisionMigrator:
    """What moves the tables at an address. All steps of one call are done, or none."""
    return RevisionMigrator("database", revisions, partial(_reading, url), partial(_locked_connection, url))


@contextmanager
def _reading(url: str) -> Iterator[Connection | None]:
    """A connection that waits for nobody; None where there is no file yet, and none is made."""
    engine = open_engine(url, pool_size=1)
    try:
        if is_missing(engine.url):
            yield None
        else:
            with engine.connect() as connection:
                yield connection
    finally:
        engine.dispose()


@contextmanager
def _locked_connection(url: str) -> Iterator[Connection]:
    """A transaction that no other runner can enter; commits at the end."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            locked = _sqlite_lock if engine.dialect.name == "sqlite" else _postgresql_lock
            with locked(connection):
                yield connection
    finally:
        engine.dispose()


@contextmanager
def _postgresql_lock(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        yield


@contextmanager
def _sqlite_lock(connection: Connection) -> Iterator[None]:
    """The write lock of the file. Foreign keys rest meanwhile: a table that is rebuilt is dropped, which cascades."""
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101  # it was just opened
    raw.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_SECONDS * 1000}")
    raw.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        begin_writing(connection)
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the migration would leave a row of {broken[0]} that refers to nothing")
