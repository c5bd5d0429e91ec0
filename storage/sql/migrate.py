"""Moves the session tables by the numbered revisions in `storage/migrations/sql`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from revisions import RevisionMigrator, Revisions
from storage.sql.database import Database
from storage.sql.schema import metadata

REVISIONS: Final = Revisions(
    Path(__file__).parents[1] / "migrations" / "sql",
    version_table="session_storage_version",
    record_table="session_migrations",
    tables=metadata.tables.keys(),
)
"""With tables of their own, because the relational side may keep its revisions in the same database."""


def migrator(database: Database, revisions: Revisions = REVISIONS) -> RevisionMigrator:
    """What moves the tables of this database. All steps of one call are done, or none."""

    @contextmanager
    def reading() -> Iterator[sa.Connection | None]:
        if not database.is_there():
            yield None
            return
        engine = database.engines[0]
        with database.reaching(engine), engine.connect() as connection:
            yield connection

    return RevisionMigrator("sessions", revisions, reading, database.migrating)
