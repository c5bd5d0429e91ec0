"""`Restore`: brings an archive back into stores of any kind, and says done only when what stands there was compared.

Sessions first, then files, and the tables last and all at once: until they are there nobody can log in.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import zip_longest
from pathlib import Path

from database import known_revisions
from database.columns import TableShape
from database.loading import Loading, empty, loading, rows_in
from database.migrate import upgrade
from database.snapshot import Row
from database.tables import UserRow
from domain.errors import Conflict
from domain.session import Session
from services.backup import folder as data_folder
from services.backup.aftermath import after_restore
from services.backup.checking import check, rows_of, sessions_in
from services.backup.lines import row_line, session_line
from services.backup.manifest import FILES, Manifest
from services.backup.reading import ArchiveReader
from services.backup.targets import Targets
from services.backup.unfinished import Unfinished
from services.ports import Clock
from storage.base import Unreadable

Show = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]
"""Shows a part of the work, of so many sessions, to whoever waits; what it gives hears how many more are done."""


class NotAsInTheArchive(Conflict):
    """What stands in the stores after a restore is not what the archive holds."""

    code = "not_restored"


class Restore:
    """Restores to these targets. `erase_again` takes the id of an account that must not come back."""

    def __init__(self, targets: Targets, erase_again: Callable[[str], None], now: Clock) -> None:
        self._targets = targets
        self._erase_again = erase_again
        self._unfinished = Unfinished(targets)
        self._now = now

    def run(self, path: Path, *, replace: bool, show: Show) -> Manifest:
        """Restore this archive. Interrupted, the same call goes on where it was.

        The archive is checked as a whole before anything is touched. With `replace` the targets are emptied first.
        Raises Invalid for an archive that is not in order, SchemaAhead for targets of a newer release, both before
        anything is removed; Conflict when the targets hold something, NotAsInTheArchive when somebody else wrote to
        them meanwhile, Unavailable.
        """
        with ArchiveReader.open(path) as archive:
            with show("Checking the archive", archive.manifest.sessions) as tell:
                check(archive, tell)
            self._make_room(archive.manifest, replace)
            self._put_sessions(archive, show)
            self._put_files(archive)
            self._put_rows(archive)
            self._compare(archive, show)
        for user_id in archive.manifest.erased_meanwhile:
            self._erase_again(user_id)
        self._unfinished.end()
        return archive.manifest

    def _make_room(self, manifest: Manifest, replace: bool) -> None:
        """See to it that the targets hold nothing but what an interrupted restore of the same archive brought."""
        self._targets.check_known()
        if replace:
            self._targets.empty(with_keys=manifest.with_keys)
        elif not self._unfinished.is_of(manifest):
            self._targets.check_empty()
        self._unfinished.begin(manifest)

    # --- putting ------------------------------------------------------------------------------------------------------

    def _put_sessions(self, archive: ArchiveReader, show: Show) -> None:
        self._targets.storage.prepare()
        with show("Restoring sessions", archive.manifest.sessions) as tell:
            self._targets.storage.write_many(_told(sessions_in(archive), tell))

    def _put_files(self, archive: ArchiveReader) -> None:
        data_folder.tidy(self._targets.folder)
        for name in _files(archive):
            data_folder.put(self._targets.folder, name, archive.parts(f"{FILES}{name}"))

    def _put_rows(self, archive: ArchiveReader) -> None:
        """All of them or none; then on to the revision of this release."""
        url = self._targets.database_url
        _check_untouched(rows_in(url), archive.manifest)
        empty(url)
        known_revisions.bring_to(url, archive.manifest.database_revision)
        with loading(url) as tables:
            for table in archive.manifest.tables:
                self._put_table(tables, archive, table.shape)
        upgrade(url)

    def _put_table(self, tables: Loading, archive: ArchiveReader, shape: TableShape) -> None:
        digest = hashlib.sha256()
        tables.insert(shape, self._rows(archive, shape, digest.update))
        kept = hashlib.sha256()
        for row in tables.rows(shape):
            kept.update(row_line(shape, row))
        if kept.digest() != digest.digest():
            raise NotAsInTheArchive(f"Table {shape.table} came out different. Nothing of the tables was kept.")

    def _rows(self, archive: ArchiveReader, shape: TableShape, note: Callable[[bytes], None]) -> Iterator[Row]:
        for row in rows_of(archive, shape):
            fields = after_restore(shape.table, dict(zip(shape.columns, row, strict=True)), self._now())
            if fields is not None:
                put = tuple(fields.values())
                note(row_line(shape, put))
                yield put

    # --- comparing ----------------------------------------------------------------------------------------------------

    def _compare(self, archive: ArchiveReader, show: Show) -> None:
        with show("Comparing", archive.manifest.sessions) as tell:
            for wanted, found in zip_longest(sessions_in(archive), self._targets.storage.scan()):
                _compare_session(wanted[0] if wanted else None, found)
                tell(1)
        sums = {member.name: member.sha256 for member in archive.manifest.members}
        for name in _files(archive):
            data = hashlib.sha256((self._targets.folder / name).read_bytes())
            if data.hexdigest() != sums[f"{FILES}{name}"]:
                raise NotAsInTheArchive(f"File {name} came out different.")


def _check_untouched(present: dict[str, int], manifest: Manifest) -> None:
    """Rows that are there came with an interrupted restore. Raises Conflict when somebody made accounts since."""
    brought = {table.shape.table: table.rows for table in manifest.tables}
    users = UserRow.__tablename__
    if present.get(users, 0) not in (0, brought.get(users)):
        raise Conflict(
            f"Accounts were made since this restore was interrupted: there are {present[users]}, the archive has "
            f"{brought.get(users, 0)}. To remove them and restore all of it, say --replace."
        )


def _files(archive: ArchiveReader) -> list[str]:
    names = (member.name for member in archive.manifest.members)
    return [name.removeprefix(FILES) for name in names if name.startswith(FILES)]


def _told(sessions: Iterator[tuple[Session, bytes]], tell: Callable[[int], None]) -> Iterator[Session]:
    for session, _ in sessions:
        yield session
        tell(1)


def _compare_session(wanted: Session | None, found: Session | Unreadable | None) -> None:
    if wanted is not None and isinstance(found, Session) and session_line(wanted) == session_line(found):
        return
    name = wanted.session_id if wanted else found.session_id if found else ""
    raise NotAsInTheArchive(
        f"Session {name} is not as the archive has it. If something else writes to this storage, stop it; then restore "
        "again with --replace."
    )
