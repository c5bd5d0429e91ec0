"""How a schema moves from step to step, whatever the engine: which steps, in which order, and which are refused.

A store fills in how its steps are read, how others are kept out meanwhile, and what one step does.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from domain.errors import Conflict, Invalid
from domain.migrating import BASE, Migration, MigrationState, Migrator, check_not_ahead, states_of

Applied = Mapping[str, datetime | None]
"""When each migration was applied; None where nobody noted it."""


class Steps(ABC):
    """What can be done to one store while everybody else is kept out."""

    @abstractmethod
    def applied(self) -> Applied:
        """What is applied now."""

    @abstractmethod
    def apply(self, migration: Migration) -> None:
        """Do one step and record it."""

    @abstractmethod
    def note(self, migration: Migration) -> None:
        """Record a step that is done already, by a release that recorded none."""

    @abstractmethod
    def losses(self, migrations: Sequence[Migration]) -> Mapping[str, int]:
        """What undoing these would delete of what is stored, counted by kind. Changes nothing."""

    @abstractmethod
    def undo(self, migration: Migration) -> None:
        """Undo one step and its record."""


class StepMigrator(Migrator):
    """A `Migrator` over single steps. `known` are the migrations of this release, in order."""

    known: Sequence[Migration]

    @abstractmethod
    def _applied(self) -> Applied:
        """What is applied, read without waiting for anybody."""

    @abstractmethod
    def _alone(self) -> AbstractContextManager[Steps]:
        """Keep every other runner out. What an engine can undo is undone when the block raises."""

    def states(self) -> list[MigrationState]:
        """Known and recorded, side by side."""
        return states_of(self.known, self._applied())

    def up(self, to: str | None = None) -> list[str]:
        """Apply and record; a place where nothing is left to do is only read."""
        wanted = self.known[: self._position("--to", to) + 1] if to is not None else self.known
        if not self._open_steps(wanted, self._applied()):
            return []
        with self._alone() as steps:
            applied = steps.applied()
            missing = [each for each in self._open_steps(wanted, applied) if each.migration_id not in applied]
            for migration in self._open_steps(wanted, applied):
                (steps.apply if migration in missing else steps.note)(migration)
        return [each.migration_id for each in missing]

    def down(self, to: str | None = None, *, lose_data: bool = False) -> list[str]:
        """All refusals come before the first step."""
        place = None if to is None else self._position("--to", to)
        with self._alone() as steps:
            going = self._going(steps.applied(), place)
            _refuse_one_way(going)
            if not lose_data:
                _refuse_losses(going, steps.losses(going))
            for migration in going:
                steps.undo(migration)
        return [each.migration_id for each in going]

    def _open_steps(self, wanted: Sequence[Migration], applied: Applied) -> list[Migration]:
        """Those that are to be done or noted. Raises SchemaAhead."""
        check_not_ahead(self.store, states_of(self.known, applied))
        return [each for each in wanted if applied.get(each.migration_id) is None]

    def _going(self, applied: Applied, place: int | None) -> list[Migration]:
        check_not_ahead(self.store, states_of(self.known, applied))
        here = [each for each in self.known if each.migration_id in applied]
        if place is None:
            return here[-1:]
        return [each for each in reversed(self.known[place + 1 :]) if each in here]

    def _position(self, field: str, to: str) -> int:
        """Where the migration of this id or number stands; -1 is before all of them."""
        names = [BASE, *(each.migration_id for each in self.known)]
        numbers = [BASE, *(each.number for each in self.known)]
        if to in names:
            return names.index(to) - 1
        if to in numbers:
            return numbers.index(to) - 1
        raise Invalid(field, to, names)


def _refuse_one_way(going: Sequence[Migration]) -> None:
    for migration in going:
        if not migration.reversible:
            raise Conflict(f"{migration.migration_id} has no way down; nothing was undone. Restore a backup instead.")


def _refuse_losses(going: Sequence[Migration], losses: Mapping[str, int]) -> None:
    lost = [f"{count} {what}" for what, count in losses.items() if count]
    if lost:
        names = ", ".join(each.migration_id for each in going)
        raise Conflict(f"Undoing {names} would delete {', '.join(lost)}; nothing was undone. Say --lose-data to do it.")
