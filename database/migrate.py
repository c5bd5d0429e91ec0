"""Brings the relational tables to a revision, one runner at a time, all or nothing."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

import telemetry
from database.engine import open_engine
from database.sqlite import begin_writing

LOCK_TIMEOUT_SECONDS = 120
"""How long a second runner waits for the first."""

_ADVISORY_LOCK = 7_466_729_613_204_500_311
"""Any number that nobody else locks in this database."""

_log = telemetry.logger(__name__)
logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells three times that there is nothing to do


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the tables to a revision; do nothing when they are there.

    Two runners at once are safe: the second waits and finds the work done. A failure leaves everything as it was.
    Raises Invalid for a bad address, Busy when the other runner does not end, Unavailable when nothing answers.
    """
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the tables back to a revision (`base`: to nothing). Data that has no place there is lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def current_revision(url: str) -> str | None:
    """The revision that the tables have, None for an empty database."""
    with _locked_connection(url) as connection:
        return _revision(connection)


def _run(url: str, work: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with _locked_connection(url) as connection:
        before = _revision(connection)
        config.attributes["connection"] = connection
        work(config)
        if _revision(connection) != before:
            _log.info("database_migrated", before=before, after=_revision(connection))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


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
