"""Migrations that are plain modules with `up(place)`, `down(place)` and `losses(place)`."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from domain import clock
from domain.migrating import Migration, read_migrations
from domain.stepping import Steps


def migrations_in(folder: Path) -> list[Migration]:
    """What the folder holds, in order."""
    return read_migrations({file.stem: file.read_text() for file in sorted(folder.glob("[0-9]*.py"))})


class ModuleSteps(Steps):
    """Steps on an engine without transactions over everything.

    A step is recorded after it is done and its record goes before it is undone, so that a crash leaves a step that is
    done once more, and never one that is recorded and not there.
    """

    def __init__(self, folder: Path, place: Any) -> None:
        """`place` is what each migration is given."""
        self._folder = folder
        self._place = place

    @abstractmethod
    def record(self, migration_id: str, applied_at: datetime) -> None:
        """Write down, durably, that it is applied."""

    @abstractmethod
    def forget(self, migration_id: str) -> None:
        """Write down, durably, that it is not."""

    def apply(self, migration: Migration) -> None:
        """Its `up`, then its record."""
        self._module(migration).up(self._place)
        self.note(migration)

    def note(self, migration: Migration) -> None:
        """Its record alone."""
        self.record(migration.migration_id, clock.now())

    def undo(self, migration: Migration) -> None:
        """Its record, then its `down`."""
        self.forget(migration.migration_id)
        self._module(migration).down(self._place)

    def losses(self, migrations: Sequence[Migration]) -> Mapping[str, int]:
        """What the modules say."""
        lost: Counter[str] = Counter()
        for migration in migrations:
            lost.update(self._module(migration).losses(self._place))
        return lost

    def _module(self, migration: Migration) -> ModuleType:
        """By its path: the name of a module cannot begin with a number in an import statement."""
        spec = spec_from_file_location(
            f"migration_{migration.migration_id}", self._folder / f"{migration.migration_id}.py"
        )
        assert spec is not None and spec.loader is not None  # noqa: S101, PT018  # the file was just read
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
