"""Where a restore goes to: what is there already, and how it is emptied."""

from pathlib import Path

import msgspec

from database import loading
from database.migrate import migrator
from domain.errors import Conflict
from domain.migrating import check_not_ahead
from services.backup import folder as data_folder
from services.backup.folder import KEPT, KEYS
from storage.base import MovableStorage


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """The session storage, the address of the database, and the data folder.

    `keys_count`: whether keys that lie in the folder already keep it from being empty. They do not where the database
    that they belong to is restored too: a first start makes keys before anything else.
    """

    storage: MovableStorage
    sessions_at: str
    database_url: str
    database_at: str
    folder: Path
    keys_count: bool

    def check_empty(self) -> None:
        """Raise Conflict naming what is there and how much."""
        there = [*self._sessions(), *self._rows(), *self._files()]
        if there:
            raise Conflict(
                f"There is something already: {'; '.join(there)}. A restore never mixes: choose other places, or say "
                "--replace to have all of that removed first."
            )

    def check_known(self) -> None:
        """Raise SchemaAhead when a newer release was here: it alone knows what there is, and how to go back."""
        check_not_ahead("sessions", self.storage.migrator().states())
        check_not_ahead("database", migrator(self.database_url).states())

    def empty(self, *, with_keys: bool) -> None:
        """Remove everything that a restore would bring; keys only when it brings others."""
        if self.storage.is_there():
            self.storage.prepare()
            for each in self.storage.scan():
                self.storage.delete(each.session_id)
            self.storage.purge_deleted()
        loading.empty(self.database_url)
        data_folder.empty(self.folder, [name for name in self._counted() if with_keys or name != KEYS])

    def _sessions(self) -> list[str]:
        """Looked for by reading: a count may be rough."""
        if not self.storage.is_there() or next(self.storage.scan(), None) is None:
            return []
        return [f"{max(1, self.storage.count())} sessions in {self.sessions_at}"]

    def _rows(self) -> list[str]:
        rows = loading.rows_in(self.database_url)
        told = ", ".join(f"{count} {name}" for name, count in rows.items() if name != "first_run_tokens")
        return [f"rows in {self.database_at} ({told})"] if told else []

    def _files(self) -> list[str]:
        files = data_folder.count(self.folder, self._counted())
        return [f"{count} files in {self.folder / name}" for name, count in files.items()]

    def _counted(self) -> list[str]:
        return [name for name in KEPT if self.keys_count or name != KEYS]
