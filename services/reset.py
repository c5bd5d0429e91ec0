"""`Reset`: empties an installation. Schema, settings, keys and secrets stay; everything that people made goes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from database.loading import empty, rows_in
from domain.errors import Invalid
from services.session_manager import SessionsOf
from storage.base import BulkStorage


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is, or was: sessions, rows by table, files by folder. What is empty is not named."""

    sessions: int
    rows: dict[str, int]
    files: dict[str, int]


class Reset:
    """Counts and removes everything. Meant for an application that is stopped: what is made meanwhile may stay."""

    def __init__(
        self,
        sessions: SessionsOf,
        database_url: str,
        folders: Mapping[str, Path],
    ) -> None:
        self._sessions = sessions
        self._database_url = database_url
        self._folders = folders

    def count(self) -> Contents:
        """What `remove` would remove. Changes nothing."""
        files = {name: sum(1 for _ in _files(folder)) for name, folder in self._folders.items()}
        return _named(sum(1 for _ in self._ids()), rows_in(self._database_url), files)

    def remove(self, removed: Callable[[int], object]) -> Contents:
        """Remove everything and return how much it was; `removed` hears of every session that is gone.

        A run that was interrupted is finished by the next. Raises Invalid for a storage that cannot tell all it has.
        """
        sessions = 0
        for session_id in self._ids():
            gone = self._sessions(None).delete_session(session_id)
            sessions += gone
            removed(gone)
        self._sessions(None).storage.purge_deleted()
        rows = rows_in(self._database_url)
        empty(self._database_url)
        return _named(sessions, rows, {name: _empty(folder) for name, folder in self._folders.items()})

    def _ids(self) -> Iterator[str]:
        """Every session, also those that cannot be read."""
        storage = self._sessions(None).storage
        if not isinstance(storage, BulkStorage):
            raise Invalid("SESSION_STORAGE", storage.name, "a storage that can tell everything it holds")
        for found in storage.scan():
            yield found.session_id


def _named(sessions: int, rows: Mapping[str, int], files: Mapping[str, int]) -> Contents:
    return Contents(
        sessions=sessions,
        rows=dict(rows),
        files={name: count for name, count in files.items() if count},
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.is_dir()) if folder.is_dir() else iter(())


def _empty(folder: Path) -> int:
    """Remove the files of a folder, drafts included; return how many there were."""
    found = list(_files(folder))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
