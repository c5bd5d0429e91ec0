"""The schemas of both stores: whether they are those of this release, and how they get there."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import telemetry
from domain.errors import Conflict, Invalid
from domain.migrating import BASE, MigrationState, Migrator, check_not_ahead


class Step(NamedTuple):
    """One migration of one store."""

    store: str
    migration_id: str


Tell = Callable[[Step], None]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_log = telemetry.logger(__name__)


class Schemas:
    """The database and the session storage, moved together or one at a time (`only`)."""

    def __init__(self, *, database: Migrator, sessions: Migrator) -> None:
        self._stores = {"database": database, "sessions": sessions}

    def check(self, only: str | None = None) -> None:
        """Return when they are current; a read or two for each. Raises SchemaBehind, SchemaAhead, Unavailable."""
        for name in self._chosen(only):
            self._stores[name].check()

    def states(self, only: str | None = None) -> list[tuple[str, MigrationState]]:
        """Every migration of the chosen stores, each store in order."""
        return [(name, state) for name in self._chosen(only) for state in self._stores[name].states()]

    def up(self, to: str | None = None, only: str | None = None, tell: Tell | None = None) -> list[Step]:
        """Apply what is missing; idempotent, safe when raced. `to` belongs to the store that knows it.

        `tell` hears of the steps of each store as soon as they are done. Raises SchemaAhead for either of the chosen
        stores before anything is done, Invalid for an unknown `to`.
        """
        names = self._chosen(only) if to is None else [self._knowing(to, only)]
        for name in names:
            check_not_ahead(name, self._stores[name].states())
        done = ((name, self._stores[name].up(to)) for name in names)
        return _told("migrations_applied", done, tell)

    def down(
        self, to: str | None = None, only: str | None = None, *, lose_data: bool = False, tell: Tell | None = None
    ) -> list[Step]:
        """Undo the newest step, of either store when none is named, or all that come after `to`.

        Raises Conflict for what has no way back or would delete what is stored, Invalid for an unknown `to`; then that
        store is as it was.
        """
        if to is None:
            names = [only or self._newest()]
        else:
            names = ["sessions", "database"] if (to, only) == (BASE, None) else [self._knowing(to, only)]
        done = ((name, self._stores[name].down(to, lose_data=lose_data)) for name in names)
        return _told("migrations_undone", done, tell)

    def _chosen(self, only: str | None) -> list[str]:
        return [only] if only else list(self._stores)

    def _newest(self) -> str:
        """The store whose newest applied step was applied last; the sessions when both were at once."""
        newest = {name: self._last_applied_at(name) for name in ("sessions", "database")}
        times = {name: at for name, at in newest.items() if at is not None}
        if not times:
            raise Conflict("Nothing is applied, so there is nothing to undo.")
        return max(times, key=lambda name: times[name])

    def _last_applied_at(self, name: str) -> datetime | None:
        applied = [state for state in self._stores[name].states() if state.applied]
        return (applied[-1].applied_at or _LONG_AGO) if applied else None

    def _knowing(self, to: str, only: str | None) -> str:
        """The one store that has a migration of this id or number."""
        known = {
            name: [BASE, *(state.migration_id for state in self._stores[name].states() if state.known)]
            for name in self._chosen(only)
        }
        found = [name for name, ids in known.items() if any(to in (each, each.partition("_")[0]) for each in ids)]
        if not found:
            raise Invalid("--to", to, dict.fromkeys(each for ids in known.values() for each in ids))
        if len(found) > 1:
            raise Invalid("--to", to, "a migration of one store; name it: --only database, or --only sessions")
        return found[0]


def _told(event: str, done: Iterable[tuple[str, list[str]]], tell: Tell | None) -> list[Step]:
    """The steps of one store after the other; each store is logged and told before the next begins."""
    steps: list[Step] = []
    for store, migration_ids in done:
        if migration_ids:
            _log.info(event, store=store, migrations=migration_ids)
        steps += (fresh := [Step(store, migration_id) for migration_id in migration_ids])
        if tell is not None:
            for step in fresh:
                tell(step)
    return steps
