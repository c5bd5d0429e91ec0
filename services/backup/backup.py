"""`Backup`: one archive of everything, taken while others read and write.

The order is the point: the tables first, as they were at one moment, then the sessions. What a row refers to was there
before the row, so it is in the archive too. `docs/adr/0030` thinks it through.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from database import known_revisions
from database.columns import TableShape
from database.request_session_manager import RequestSessionManager
from database.snapshot import Snapshot, present_shapes, snapshot
from domain.errors import Conflict, Invalid, Unavailable
from domain.session import Session
from services.backup import folder as data_folder
from services.backup.holders import Holders
from services.backup.lines import row_line, session_line
from services.backup.manifest import (
    FILES,
    KEY_HOLDERS,
    MANIFEST,
    SESSIONS,
    Manifest,
    Table,
    Tally,
    Unsaved,
    table_member,
)
from services.backup.people import People
from services.ports import Clock
from services.whole_files import remove_abandoned, whole_file
from services.zipping import ZipWriter
from storage.base import MovableStorage, Unreadable

Tell = Callable[[int], None]
"""Hears how many more sessions are in."""


class Backup:
    """Takes backups of one installation; `folder` is its data folder."""

    def __init__(
        self,
        *,
        storage: MovableStorage,
        database_url: str,
        plain: RequestSessionManager,
        folder: Path,
        now: Clock,
    ) -> None:
        self._storage = storage
        self._database_url = database_url
        self._plain = plain
        self._folder = folder
        self._now = now

    def expected(self) -> int:
        """How many sessions there are now, for those who wait."""
        return self._storage.count()

    def place(self, to: Path | None) -> Path:
        """Where the archive will stand: the file that is named, else one named after the time."""
        name = f"greenroom-{self._now():%Y%m%dT%H%M%SZ}.zip"
        if to is None:
            return self._folder / "backups" / name
        return to / name if to.is_dir() else to

    def take(self, place: Path, *, with_keys: bool, tell: Tell) -> Manifest:
        """Write the archive; once this returns it stands there whole, for its owner alone, whatever the power does.

        What a backup before left unfinished is removed first. What cannot be read is named in `unsaved`. Raises
        Conflict when the file is there or the tables are not those of this release, Unavailable when a store or the
        disk is.
        """
        if place.exists():
            raise Conflict(f"{place} is there already; a backup never overwrites one.")
        try:
            if place.parent == self._folder / "backups":
                place.parent.mkdir(mode=0o700, exist_ok=True)
            remove_abandoned(place.parent)
            with whole_file(place) as file, ZipWriter(file, self._now()) as archive:
                manifest = self._fill(archive, with_keys, tell)
        except OSError as error:
            raise Unavailable(f"The backup {place} cannot be written: {error.strerror}.") from error
        return manifest

    def _fill(self, archive: ZipWriter, with_keys: bool, tell: Tell) -> Manifest:
        tally = Tally(begun_at=self._now(), with_keys=with_keys)
        people = People(self._plain, self._storage)
        self._add_stores(archive, tally, people, tell)
        self._add_files(archive, tally)
        manifest = Manifest(
            **msgspec.structs.asdict(tally),
            ended_at=self._now(),
            erased_meanwhile=people.erased_since(),
            members=archive.members,
        )
        archive.add(MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=2)])
        return manifest

    def _add_stores(self, archive: ZipWriter, tally: Tally, people: People, tell: Tell) -> None:
        """The tables, then the sessions."""
        self._add_tables(archive, tally, people)
        self._add_sessions(archive, tally, people, tell)

    # --- the tables ---------------------------------------------------------------------------------------------------

    def _add_tables(self, archive: ZipWriter, tally: Tally, people: People) -> None:
        with snapshot(self._database_url) as moment:
            tally.database_revision = _checked(moment.revision)
            for shape in present_shapes():
                archive.add(table_member(shape.table), _rows(moment, shape, tally, people))

    # --- the sessions -------------------------------------------------------------------------------------------------

    def _add_sessions(self, archive: ZipWriter, tally: Tally, people: People, tell: Tell) -> None:
        holders = Holders(self._storage)
        archive.add(SESSIONS, self._free_sessions(holders, tally, people, tell))
        archive.add(KEY_HOLDERS, self._lines(holders.read(), tally, people, tell))

    def _free_sessions(self, holders: Holders, tally: Tally, people: People, tell: Tell) -> Iterator[bytes]:
        free = (each for each in self._storage.scan() if isinstance(each, Unreadable) or not holders.set_aside(each))
        return self._lines(free, tally, people, tell)

    def _lines(
        self, found: Iterable[Session | Unreadable], tally: Tally, people: People, tell: Tell
    ) -> Iterator[bytes]:
        for each in found:
            if isinstance(each, Unreadable):
                tally.unsaved.append(Unsaved(f"session {each.session_id}", each.reason))
            elif len(each.messages) != each.message_count:
                tally.unsaved.append(Unsaved(f"session {each.session_id}", "its messages are not those that it counts"))
            elif not people.belongs(each.session_id, each.user_id):
                tally.left_out += 1
            else:
                tally.sessions += 1
                tally.messages += len(each.messages)
                yield session_line(each)
            tell(1)

    # --- the files ----------------------------------------------------------------------------------------------------

    def _add_files(self, archive: ZipWriter, tally: Tally) -> None:
        for path in data_folder.kept_files(self._folder, with_keys=tally.with_keys):
            try:
                self._add_file(archive, path)
                tally.files += 1
            except FileNotFoundError:  # swept away since the folder was read
                continue
            except (PermissionError, Invalid) as refusal:
                tally.unsaved.append(Unsaved(f"file {path}", str(refusal)))

    def _add_file(self, archive: ZipWriter, path: Path) -> None:
        name = data_folder.name_of(self._folder, path)
        with path.open("rb") as file:
            archive.add(f"{FILES}{name}", data_folder.parts_of(file))


def _checked(revision: str | None) -> str:
    needed = known_revisions.newest()
    if revision != needed:
        at = f"at revision {revision}" if revision else "empty"
        raise Conflict(f"The database is {at}, and this release works with revision {needed}; run: make migrate")
    return needed


def _rows(moment: Snapshot, shape: TableShape, tally: Tally, people: People) -> Iterator[bytes]:
    count = 0
    for row in moment.rows(shape):
        people.note(shape.table, dict(zip(shape.columns, row, strict=True)))
        yield row_line(shape, row)
        count += 1
    tally.tables.append(Table(shape, count))
