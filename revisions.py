"""Numbered Alembic revisions: applied one by one, recorded with their time, undone with what they would lose known.

For the two layers that keep tables, `database` and the SQL backend of `storage`, which may not import each other. Each
has a folder of revisions, a version table, which decides, and a table of records, which tells people when.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain import clock
from domain.migrating import BASE, Migration, read_migrations
from domain.stepping import Applied, StepMigrator, Steps

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext, MigrationInfo


class Revisions:
    """One family of revisions and its two tables."""

    def __init__(self, folder: Path, *, version_table: str, record_table: str, tables: Collection[str]) -> None:
        """`tables` are the names of those whose rows count as stored data."""
        self.folder = folder
        self.tables = tables
        self.version_table = version_table
        self._version = sa.table(version_table, sa.column("version_num", sa.String))
        self.records = sa.Table(
            record_table,
            sa.MetaData(),
            sa.Column("migration_id", sa.String(200), primary_key=True),
            sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        )
        found = sorted((folder / "versions").glob("[0-9]*.py"))
        self.known = read_migrations({file.stem: file.read_text() for file in found})

    def at(self, folder: Path) -> "Revisions":
        """The same family with its revisions in another folder."""
        return Revisions(folder, version_table=self.version_table, record_table=self.records.name, tables=self.tables)

    def version(self, connection: sa.Connection) -> str | None:
        """The number of the newest revision that is applied; found out without loading Alembic."""
        if not sa.inspect(connection).has_table(self.version_table):
            return None
        return connection.scalar(sa.select(self._version.c.version_num))

    def applied(self, connection: sa.Connection) -> Applied:
        """Everything up to the version, and what is not known here under the name that its release recorded."""
        version, recorded = self.version(connection), self._recorded(connection)
        if version is None:
            return {}
        numbers = [each.number for each in self.known]
        if version in numbers:
            ours = self.known[: numbers.index(version) + 1]
            return {each.migration_id: recorded.get(each.migration_id) for each in ours}
        known = {each.migration_id: recorded.get(each.migration_id) for each in self.known}
        foreign = {name: at for name, at in recorded.items() if name not in known}
        return {**known, **(foreign or {version: None})}

    def _recorded(self, connection: sa.Connection) -> dict[str, datetime | None]:
        if not sa.inspect(connection).has_table(self.records.name):
            return {}
        rows = connection.execute(sa.select(self.records.c.migration_id, self.records.c.applied_at))
        return {name: _in_utc(at) for name, at in rows}

    def on_version_apply(
        self,
        ctx: "MigrationContext",
        step: "MigrationInfo",
        heads: Collection[Any],  # noqa: ARG002  # the signature is Alembic's
        run_args: Mapping[str, Any],  # noqa: ARG002  # as above
    ) -> None:
        """What Alembic calls after each revision, in the same transaction: record it, or forget it."""
        from alembic.script import Script

        assert ctx.connection is not None and isinstance(step.up_revision, Script)  # noqa: S101, PT018  # we are online
        name = Path(step.up_revision.path).stem
        self.forget(ctx.connection, name)
        if step.is_upgrade:
            self.record(ctx.connection, name)

    def record(self, connection: sa.Connection, migration_id: str) -> None:
        """Write down that this one is applied now."""
        self.records.create(connection, checkfirst=True)
        connection.execute(sa.insert(self.records).values(migration_id=migration_id, applied_at=clock.now()))

    def forget(self, connection: sa.Connection, migration_id: str) -> None:
        """Write down that it is not."""
        self.records.create(connection, checkfirst=True)
        connection.execute(sa.delete(self.records).where(self.records.c.migration_id == migration_id))


class RevisionSteps(Steps):
    """Steps within one transaction, which the caller holds, and which keeps others out."""

    def __init__(self, connection: sa.Connection, revisions: Revisions) -> None:
        self._connection = connection
        self._revisions = revisions

    def applied(self) -> Applied:
        """What the version table says, with the times of the records."""
        return self._revisions.applied(self._connection)

    def apply(self, migration: Migration) -> None:
        """Alembic's upgrade by one."""
        from alembic import command

        command.upgrade(self._config(), migration.number)

    def note(self, migration: Migration) -> None:
        """A record with the present time."""
        self._revisions.record(self._connection, migration.migration_id)

    def undo(self, migration: Migration) -> None:
        """Alembic's downgrade by one."""
        from alembic import command

        numbers = [BASE, *(each.number for each in self._revisions.known)]
        command.downgrade(self._config(), numbers[numbers.index(migration.number) - 1])

    def losses(self, migrations: Sequence[Migration]) -> Mapping[str, int]:
        """Found out by doing it and taking it back, so that no revision can forget to say."""
        before, columns = self._rows(), self._columns()
        trial = self._connection.begin_nested()
        try:
            for migration in migrations:
                self.undo(migration)
            after, left = self._rows(), self._columns()
        finally:
            trial.rollback()
        lost = {f"rows of {table}": count - after.get(table, 0) for table, count in before.items()}
        gone = [(table, name) for table, name in columns if table in after and (table, name) not in left]
        return {**lost, **{f"values of {table}.{name}": self._values(table, name) for table, name in gone}}

    def _config(self) -> "Config":
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self._revisions.folder).replace("%", "%%"))
        config.attributes["connection"] = self._connection
        return config

    def _present(self) -> list[str]:
        return sorted(set(sa.inspect(self._connection).get_table_names()) & set(self._revisions.tables))

    def _rows(self) -> dict[str, int]:
        counts = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in self._present()}
        return {name: self._connection.execute(count).scalar_one() for name, count in counts.items()}

    def _columns(self) -> set[tuple[str, str]]:
        inspector = sa.inspect(self._connection)
        return {(table, column["name"]) for table in self._present() for column in inspector.get_columns(table)}

    def _values(self, table: str, column: str) -> int:
        counted = sa.select(sa.func.count(sa.column(column))).select_from(sa.table(table))
        return self._connection.execute(counted).scalar_one()


class RevisionMigrator(StepMigrator):
    """Moves the tables of one family."""

    def __init__(
        self,
        store: str,
        revisions: Revisions,
        reading: Callable[[], AbstractContextManager[sa.Connection | None]],
        alone: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        """`reading` gives a connection, None where there is no database yet; `alone` one in a transaction of its own
        that no other runner enters, committed at the end.
        """
        self.store = store
        self.known = revisions.known
        self._revisions = revisions
        self._reading = reading
        self._connected_alone = alone

    def check(self) -> None:
        """As promised; where everything is in order one row tells it."""
        with self._reading() as connection:
            version = None if connection is None else self._revisions.version(connection)
        if version != self.known[-1].number:
            super().check()

    def _applied(self) -> Applied:
        with self._reading() as connection:
            return {} if connection is None else self._revisions.applied(connection)

    @contextmanager
    def _alone(self) -> Iterator[Steps]:
        with self._connected_alone() as connection:
            yield RevisionSteps(connection, self._revisions)


def _in_utc(moment: datetime) -> datetime:
    """SQLite gives back no zone; PostgreSQL that of the connection."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
