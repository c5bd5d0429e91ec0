"""Keeps the index in step with the files: checked at every start, repaired where a crash left a mark or lost a row."""

from pathlib import Path

import structlog

from domain.errors import Busy, CorruptSession
from domain.session import Session
from storage.file.claims import Claims
from storage.file.database import Identity
from storage.file.index import Index
from storage.file.locks import NoFolder
from storage.file.place import Place
from storage.file.sessions import SessionFiles

log = structlog.get_logger(__name__)

REBUILD_SECONDS = 3600.0
"""How long others wait for a process that makes the index anew."""
UNSYNCED_SECONDS = 3600.0
"""What the index was told longer ago than this is on the medium; systems write back within a minute, unasked."""


class IndexKeeper:
    """Decides when rows are to be made again, and makes them."""

    def __init__(self, place: Place, sessions: SessionFiles, claims: Claims, index: Index) -> None:
        self._place = place
        self._sessions = sessions
        self._claims = claims
        self._index = index
        self._trusted: Identity | None = None

    def ensure(self) -> None:
        """Return when the index may be used; never call it with a session locked."""
        if self._trusted is None or self._trusted != self._index.identity():
            with self._place.locks.hold(self._place.layout.index_lock, wait_seconds=REBUILD_SECONDS):
                self._make_trustworthy()
            self._trusted = self._index.identity()

    def replace(self) -> None:
        """Make the index anew because SQLite found the file damaged."""
        log.warning("session_index_damaged", path=str(self._place.layout.index))
        with self._place.locks.hold(self._place.layout.index_lock, wait_seconds=REBUILD_SECONDS):
            self._make_anew()

    def rebuild(self) -> int:
        """Read every session again while others go on; return how many there are."""
        self.ensure()
        with self._place.locks.hold(self._place.layout.index_lock, wait_seconds=REBUILD_SECONDS):
            return self._read_all()

    def check(self) -> None:
        """Compare what can be seen of all files with the index, read again what differs, and sweep up after crashes.

        Left behind by crashes are deleted sessions in the trash, and folders of sessions that never came to be.
        """
        self.ensure()
        for session_id in self._differing(recent_seconds=0):
            self.read_again(session_id)
            self._sweep(session_id)
        self.empty_trash()

    def empty_trash(self) -> None:
        """Remove what is left of deleted sessions; others may be removing it too."""
        for folder in self._place.layout.trash.iterdir():
            self._place.files.remove_folder(folder)

    def repair_marked(self) -> None:
        """Read again the sessions that a dead process left marked; those being written right now are let alone."""
        for session_id in self._index.marked():
            try:
                self.read_again(session_id, wait_seconds=0)
            except Busy:
                continue

    def mark(self, session_id: str) -> None:
        """Mark a session, which is locked, before one of its files changes."""
        while not self._index.mark(session_id):
            self.refresh(session_id)

    def refresh(self, session_id: str) -> Session | None:
        """Make the row of a session, which is locked, from its files; None when there is none that can be read."""
        stamp = self._sessions.stamp(session_id)
        try:
            session = self._sessions.load(session_id)
        except CorruptSession as error:
            log.warning("session_not_listed", session_id=session_id, reason=error.message)
            session = None
        if session is None or stamp is None:
            self._index.remove(session_id)
        else:
            self._index.put_afresh(session, stamp)
        return session

    def read_again(self, session_id: str, wait_seconds: float = 10.0) -> None:
        """Make the row of a session again. Raises Busy when somebody writes it for longer than that."""
        lock = self._place.layout.lock(session_id)
        try:
            with self._place.locks.hold(lock, wait_seconds=wait_seconds):
                if session := self.refresh(session_id):
                    self._claims.restore(session.exclusive_key, session_id)
        except NoFolder:
            # Whoever creates it anew makes the folder first, and can write the index only after us.
            self._index.remove(session_id, unless=lock.parent.exists)

    def take_away(self, session_id: str) -> Path:
        """Move a session's folder, which is locked, to the trash, durably; return where it lies now."""
        aside = self._place.layout.trash_name(session_id)
        self._place.files.move_away(self._place.layout.session(session_id), aside)
        return aside

    def _make_trustworthy(self) -> None:
        if not self._index.is_usable():
            self._make_anew()
        elif not self._index.is_signed():
            suspects = self._differing(recent_seconds=UNSYNCED_SECONDS)
            for session_id in suspects:
                self.read_again(session_id)
            self._index.sign()
            log.info("session_index_checked", read_again=len(suspects))

    def _make_anew(self) -> None:
        self._index.replace()
        count = self._read_all()
        self._index.sign()
        log.info("session_index_made", sessions=count)

    def _read_all(self) -> int:
        gone = set(self._index.stamps())
        count = 0
        for session_id in self._place.layout.session_ids():
            self.read_again(session_id)
            gone.discard(session_id)
            count += 1
        for session_id in gone:
            self.read_again(session_id)
        return count

    def _differing(self, recent_seconds: float) -> list[str]:
        """Sessions whose files and rows do not match, and all that changed this shortly before the last change."""
        known = self._index.stamps()
        stamps = {session_id: self._sessions.stamp(session_id) for session_id in self._place.layout.session_ids()}
        latest = max((stamp.changed_at for stamp in stamps.values() if stamp), default=0.0)
        differing = [
            session_id
            for session_id, stamp in stamps.items()
            if stamp is None or stamp[:2] != known.get(session_id) or stamp.changed_at > latest - recent_seconds
        ]
        return [*differing, *(known.keys() - stamps.keys())]

    def _sweep(self, session_id: str) -> None:
        """Remove a folder without a header that nobody works on."""
        if self._sessions.stamp(session_id) is not None:
            return
        try:
            with self._place.locks.hold(self._place.layout.lock(session_id), wait_seconds=0):
                if self._sessions.stamp(session_id) is None:
                    self._place.files.remove_folder(self.take_away(session_id))
        except (Busy, NoFolder):
            return
