"""Brings the session tables into the shape of this release, by the numbered revisions in `storage/migrations/sql`."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from domain.errors import StorageUnavailable

VERSION_TABLE: Final = "session_storage_version"
"""Its own, because the relational side may keep revisions of its own in the same database."""
HEAD: Final = "001"
REVISIONS: Final = Path(__file__).parents[1] / "migrations" / "sql"


def is_current(engine: sa.Engine) -> bool:
    """Whether the tables have the shape of this release already; found out without loading Alembic."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return False
        version = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE)))
        return bool(version == HEAD)


def upgrade(connection: sa.Connection) -> None:
    """Apply the revisions that are missing, within the caller's transaction, which keeps others out.

    Raises StorageUnavailable when the tables belong to a release that this one does not know.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailable(
            f"The session tables are not of this release: {error}. Start the release that wrote them."
        ) from error
