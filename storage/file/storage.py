"""`FileSessionStorage`: the contract of sessions over files that a person can read."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from domain.errors import CorruptSession, SessionExists, StorageUnavailable
from domain.migrating import Migrator
from domain.session import HISTORY_LIMIT, Message, Session, SessionSummary, Transition
from storage.base import MovableStorage, Stamp, Unreadable
from storage.cursor import Cursor
from storage.file import header
from storage.file.bulk import in_order, is_unchanged, read_whole, stamp_of, write_whole
from storage.file.claims import Claims
from storage.file.disk import Disk, DurableFiles
from storage.file.faults import answers_for_the_disk
from storage.file.index import Index
from storage.file.keeper import IndexKeeper
from storage.file.layout import Layout
from storage.file.locks import FileLocks
from storage.file.migrate import FileMigrator
from storage.file.place import Place
from storage.file.sessions import SessionFiles
from storage.file.writer import SessionWriter
from storage.parts import MOST_SESSIONS, keyless_first
from storage.query import SessionQuery

if TYPE_CHECKING:
    from storage.registry import StorageConfig


class FileSessionStorage(MovableStorage):
    """Sessions in a folder that any number of processes and threads of one machine may share.

    A session exists exactly when its `header.json` does.
    """

    name: ClassVar[str] = "file"

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._layout = Layout(folder)
        self._files = DurableFiles(disk)
        self._place = place = Place(self._layout, self._files, FileLocks())
        self._sessions = SessionFiles(place)
        claims = Claims(place, self._sessions.carries)
        self._index = Index(self._layout.index)
        self._keeper = IndexKeeper(place, self._sessions, claims, self._index)
        self._writer = SessionWriter(place, self._sessions, claims, self._index, self._keeper)

    @classmethod
    def from_config(cls, config: "StorageConfig") -> Self:
        """Keep sessions in the folder that the settings name."""
        return cls(config.folder)

    def migrator(self) -> Migrator:
        """The folder moves by the migrations in `storage/migrations/file`."""
        return FileMigrator(self._place)

    @answers_for_the_disk
    def repair(self) -> None:
        """Make again what a copy left out because it was empty, bring the index in step, and sweep up after crashes."""
        made = [self._files.ensure_folder(path) for path in self._layout.folders()]
        if any(made):
            self._files.sync_folder(self._layout.folder)
        self._keeper.check()

    @answers_for_the_disk
    def ping(self) -> None:
        """Look whether the folder is there, may be written, and has space left."""
        if not os.access(self._layout.trash, os.W_OK | os.X_OK):
            raise StorageUnavailable("The folder of the session storage is not there or cannot be written.")
        if not os.statvfs(self._layout.trash).f_bavail:
            raise StorageUnavailable("The disk of the session storage is full.")

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    @answers_for_the_disk
    def rebuild_index(self) -> int:
        """Read every session's header again and bring the index in step; return how many sessions there are.

        Safe while others use the storage. Sessions that cannot be read are named in the log.
        """
        return self._keeper.rebuild()

    def replace_index(self) -> None:
        """Make the index anew from nothing, because SQLite cannot read it any more."""
        self._keeper.replace()

    # --- the contract ------------------------------------------------------------------------------------------------

    @answers_for_the_disk
    def _insert(self, session: Session) -> None:
        with self._writer.place_for(session.session_id) as stored:
            if stored is not None:
                raise SessionExists(session.session_id)
            self._writer.insert(session)

    @answers_for_the_disk
    def _load(self, session_id: str) -> Session | None:
        return self._sessions.load(session_id)

    @answers_for_the_disk
    def _update(
        self,
        session_id: str,
        changes: Mapping[str, Any],
        updated_at: datetime,
        *,
        kind: str,
        user_id: str | None,
        revision: int | None,
    ) -> int | None:
        with self._writer.present(session_id) as stored:
            if stored is None or stored.session.kind != kind or not _owned(stored.session, user_id):
                return None
            if revision not in (None, stored.session.revision):
                return None
            raised = stored.session.revision + 1
            self._writer.rewrite(stored, {**changes, "updated_at": updated_at, "revision": raised})
            return raised

    @answers_for_the_disk
    def _move(self, session: Session, step: Transition, exclusive_key: str | None) -> Session | None:
        with self._writer.present(session.session_id) as stored:
            if stored is None or _standing(stored.session) != _standing(session):
                return None
            fields = {
                "status": step.to_status,
                "exclusive_key": exclusive_key,
                "history": [*stored.session.history, step][-HISTORY_LIMIT:],
                "updated_at": step.at,
                "revision": stored.session.revision + 1,
            }
            return self._writer.rewrite(stored, fields)

    @answers_for_the_disk
    def _append(self, session_id: str, message: Message, user_id: str | None) -> Message | None:
        with self._writer.present(session_id) as stored:
            if stored is None or not _owned(stored.session, user_id):
                return None
            return self._writer.append(stored, message)

    @answers_for_the_disk
    def _delete(self, session_id: str, user_id: str | None) -> bool:
        with self._writer.locked(session_id) as there:
            data = self._sessions.header(session_id) if there else None
            if data is None or (user_id is not None and header.owner(data, session_id) != user_id):
                return False
            self._writer.remove(session_id, data)
            return True

    @answers_for_the_disk
    def _messages_after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        return self._sessions.after(session_id, after, limit)

    @answers_for_the_disk
    def _last_messages(self, session_id: str, count: int) -> list[Message]:
        return self._sessions.last(session_id, count)

    @answers_for_the_disk
    def _find(self, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
        self._keeper.ensure()
        self._keeper.repair_marked()
        return self._index.page(query, place, limit)

    def _ids_of(self, user_id: str) -> Iterator[str]:
        """What the index lists, then what it does not list because it cannot be read."""
        yield from self._listed_ids(user_id)
        yield from self._unlisted_ids(user_id)

    @answers_for_the_disk
    def _listed_ids(self, user_id: str) -> list[str]:
        self._keeper.ensure()
        self._keeper.repair_marked()
        return self._index.ids_of(user_id)

    @answers_for_the_disk
    def _unlisted_ids(self, user_id: str) -> list[str]:
        listed = self._index.stamps()
        return [
            session_id
            for session_id in self._layout.session_ids()
            if session_id not in listed and self._sessions.names_owner(session_id, user_id)
        ]

    @answers_for_the_disk
    def _purge_deleted(self) -> None:
        self._keeper.empty_trash()
        self._keeper.repair_marked()
        self._index.purge_deleted()

    # --- migrations --------------------------------------------------------------------------------------------------

    @answers_for_the_disk
    def is_there(self) -> bool:
        """Whether the folder has what `prepare` makes in it."""
        return all(path.is_dir() for path in self._layout.folders())

    @answers_for_the_disk
    def count(self) -> int:
        """How many sessions have a folder."""
        return sum(1 for _ in self._layout.session_ids())

    def scan(self, after: str = "") -> Iterator[Session | Unreadable]:
        """Every session behind this id, each read when its turn comes; the ids are read first."""
        for session_id in in_order(self._session_ids(), after):
            found = self._read_whole(session_id)
            if found is not None:
                yield found

    @answers_for_the_disk
    def stamps(self, ids: Collection[str]) -> dict[str, Stamp]:
        """The stamps of these sessions, from the ends of their files."""
        found = {session_id: stamp_of(self._sessions, session_id) for session_id in ids}
        return {session_id: stamp for session_id, stamp in found.items() if stamp is not None}

    @answers_for_the_disk
    def remove(self, session: Session) -> bool:
        """Remove a session that was not changed since, under its lock."""
        try:
            with self._writer.present(session.session_id) as stored:
                if stored is None or not is_unchanged(stored, session):
                    return False
                self._writer.remove(session.session_id, stored.data)
                return True
        except CorruptSession:
            return False

    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions as they are; return how many were written.

        Where one is there already, the header of the higher revision and the longer row of messages stay.
        """
        remaining = iter(sessions)
        written = 0
        while batch := list(islice(remaining, MOST_SESSIONS)):
            written += sum(self._write_whole(session) for session in keyless_first(batch))
        return written

    @answers_for_the_disk
    def _session_ids(self) -> Iterator[str]:
        return self._layout.session_ids()

    @answers_for_the_disk
    def _read_whole(self, session_id: str) -> Session | Unreadable | None:
        return read_whole(self._sessions, session_id)

    @answers_for_the_disk
    def _write_whole(self, session: Session) -> bool:
        return write_whole(self._sessions, self._writer, session)


def _owned(session: Session, user_id: str | None) -> bool:
    return user_id is None or session.user_id == user_id


def _standing(session: Session) -> tuple[str, str | None]:
    return session.status, session.exclusive_key
