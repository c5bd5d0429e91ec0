"""Moves the folder of sessions by the numbered migrations in `storage/migrations/file`.

What was applied stands in `migrations.json` beside the sessions.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from domain.errors import Busy, StorageUnavailable
from domain.stepping import Applied, StepMigrator, Steps
from storage.file.faults import unavailable
from storage.file.place import Place
from storage.migrations.modules import ModuleSteps, migrations_in

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "file"
WAIT_SECONDS = 120.0
"""How long a second runner waits for the first."""


class FileMigrator(StepMigrator):
    """Moves one folder; others are kept out by a lock on a file in it."""

    store = "sessions"

    def __init__(self, place: Place, migrations: Path = MIGRATIONS) -> None:
        self.known = migrations_in(migrations)
        self._migrations = migrations
        self._place = place

    def _applied(self) -> Applied:
        return read_records(self._place.layout.migrations)

    @contextmanager
    def _alone(self) -> Iterator[Steps]:
        self._ensure_folder()
        try:
            with self._locked():
                yield FileSteps(self._migrations, self._place)
        except OSError as error:
            raise unavailable(error) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = False
        try:
            with self._place.locks.hold(self._place.layout.migrations_lock, wait_seconds=WAIT_SECONDS):
                held = True
                yield
        except Busy as error:
            if held:
                raise
            raise Busy(
                f"Another process has migrated the sessions for {WAIT_SECONDS:g} seconds; wait for it."
            ) from error

    def _ensure_folder(self) -> None:
        folder = self._place.layout.folder
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            if self._place.files.ensure_folder(folder):
                self._place.files.sync_folder(folder.parent)
        except OSError as error:
            raise StorageUnavailable(f"The session folder {folder} cannot be used: {error.strerror}.") from error


class FileSteps(ModuleSteps):
    """Steps in a folder that is locked."""

    _place: Place

    def applied(self) -> Applied:
        """What the records say."""
        return read_records(self._place.layout.migrations)

    def record(self, migration_id: str, applied_at: datetime) -> None:
        """Put a new file of records in place of the old one."""
        self._write({**self.applied(), migration_id: applied_at})

    def forget(self, migration_id: str) -> None:
        """The same without one."""
        self._write({name: at for name, at in self.applied().items() if name != migration_id})

    def _write(self, applied: Applied) -> None:
        rows = [{"migration_id": name, "applied_at": at.isoformat()} for name, at in applied.items() if at]
        self._place.files.replace(self._place.layout.migrations, json.dumps({"migrations": rows}, indent=2).encode())


def read_records(path: Path) -> dict[str, datetime]:
    """When each migration was applied; nothing where there is no such file. Raises StorageUnavailable."""
    try:
        rows = json.loads(path.read_bytes())["migrations"]
        return {row["migration_id"]: datetime.fromisoformat(row["applied_at"]) for row in rows}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise unavailable(error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StorageUnavailable(
            f"{path} cannot be read ({error}). It says which migrations were applied; restore it from a backup, or "
            "remove it and run: make migrate."
        ) from error
