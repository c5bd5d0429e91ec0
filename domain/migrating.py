"""Numbered migrations: what is known, what was applied, and when a schema is the one that this release needs.

A store keeps its migrations in a folder, one file each, named by their numbers (`001_initial_schema.py`). The first
line of a file's docstring says what the migration is about; one without a way down says by that that it has none.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from domain.errors import SchemaAhead, SchemaBehind

BASE = "base"
"""Where a schema is before its first migration."""

WAYS_DOWN = {"down", "downgrade"}


class Migration(msgspec.Struct, frozen=True):
    """One that this release brings along."""

    migration_id: str
    about: str
    reversible: bool

    @property
    def number(self) -> str:
        """What its name begins with; it says the order."""
        return self.migration_id.partition("_")[0]


class MigrationState(msgspec.Struct, frozen=True, kw_only=True):
    """Where one migration stands. An applied one without `applied_at` was applied before that was recorded."""

    migration_id: str
    about: str
    applied: bool
    applied_at: datetime | None
    reversible: bool
    known: bool


class Migrator(ABC):
    """Moves the schema of one store. Safe when several processes do it at once: the second waits for the first.

    Every method raises Unavailable when the store is away. What moves a schema raises Busy when others hold it for
    longer than minutes, and leaves what is recorded true when it fails.
    """

    store: str
    """How people call the store: `database` or `sessions`."""

    @abstractmethod
    def states(self) -> list[MigrationState]:
        """Every migration that is known or recorded, in order. Changes nothing and waits for nobody."""

    @abstractmethod
    def up(self, to: str | None = None) -> list[str]:
        """Apply what is missing, up to `to` (the newest); return what was applied.

        Raises SchemaAhead when something is recorded that is not known, Invalid for an unknown `to`.
        """

    @abstractmethod
    def down(self, to: str | None = None, *, lose_data: bool = False) -> list[str]:
        """Undo the newest one, or all that come after `to`; return what was undone, the newest first.

        Raises Conflict when one has no way down, or would delete what is stored and `lose_data` was not said, before
        anything is undone; SchemaAhead and Invalid as `up`.
        """

    def check(self) -> None:
        """Return when the schema is the one that this release needs. Raises SchemaBehind, SchemaAhead."""
        check_current(self.store, self.states())


def read_migrations(sources: Mapping[str, str]) -> list[Migration]:
    """What migrations say of themselves, in order, from the text of each file by its name; nothing is executed."""
    return [_read(name, ast.parse(sources[name])) for name in sorted(sources)]


def _read(migration_id: str, module: ast.Module) -> Migration:
    about = (ast.get_docstring(module) or "").partition("\n")[0].rstrip(".")
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    return Migration(migration_id, about, reversible=not functions.isdisjoint(WAYS_DOWN))


def states_of(known: Sequence[Migration], applied: Mapping[str, datetime | None]) -> list[MigrationState]:
    """Each known one, and each applied one that is not known."""
    ours = [
        MigrationState(
            migration_id=each.migration_id,
            about=each.about,
            applied=each.migration_id in applied,
            applied_at=applied.get(each.migration_id),
            reversible=each.reversible,
            known=True,
        )
        for each in known
    ]
    return [
        *ours,
        *(_unknown(name, applied[name]) for name in sorted(applied.keys() - {each.migration_id for each in known})),
    ]


def _unknown(migration_id: str, applied_at: datetime | None) -> MigrationState:
    return MigrationState(
        migration_id=migration_id,
        about="of a newer release",
        applied=True,
        applied_at=applied_at,
        reversible=False,
        known=False,
    )


def check_current(store: str, states: Sequence[MigrationState]) -> None:
    """Return when every known migration is applied and no other. Raises SchemaAhead, SchemaBehind."""
    check_not_ahead(store, states)
    missing = [each.migration_id for each in states if not each.applied]
    if missing:
        raise SchemaBehind(store, found=newest_applied(states), missing=missing)


def check_not_ahead(store: str, states: Sequence[MigrationState]) -> None:
    """Return when nothing is applied that is not known. Raises SchemaAhead."""
    unknown = [each.migration_id for each in states if not each.known]
    if unknown:
        newest = [each.migration_id for each in states if each.known][-1]
        raise SchemaAhead(store, found=unknown[-1], newest=newest)


def newest_applied(states: Sequence[MigrationState]) -> str:
    """The id of the last one in order that is applied, `base` when there is none."""
    return next((each.migration_id for each in reversed(states) if each.applied), BASE)
