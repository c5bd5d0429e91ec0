"""The steps of every write to the file storage, under the session's lock and in the order that survives a crash.

Mark in the index, claim, files, row in the index: what a crash leaves behind is a mark, and whoever comes next reads
the marked session again.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import msgspec
import structlog

from domain.errors import Busy, GreenroomError, SlotTaken
from domain.session import Message, Session
from storage.file import header
from storage.file.claims import Claims
from storage.file.index import Index
from storage.file.keeper import IndexKeeper
from storage.file.locks import NoFolder
from storage.file.messages import line_of
from storage.file.place import Place
from storage.file.sessions import SessionFiles, Stored

log = structlog.get_logger(__name__)

FOLDER_TRIES = 100


class SessionWriter:
    """Writes what it is told; whether it may be written was decided by the caller, under the same lock."""

    def __init__(
        self,
        place: Place,
        sessions: SessionFiles,
        claims: Claims,
        index: Index,
        keeper: IndexKeeper,
    ) -> None:
        self._place = place
        self._sessions = sessions
        self._claims = claims
        self._index = index
        self._keeper = keeper

    @contextmanager
    def present(self, session_id: str) -> Iterator[Stored | None]:
        """The session as stored, locked while the block runs; None when there is none."""
        with self.locked(session_id) as there:
            yield self._sessions.read(session_id) if there else None

    @contextmanager
    def locked(self, session_id: str) -> Iterator[bool]:
        """Whether the session has a folder, which is locked while the block runs. Nothing in it is read."""
        self._keeper.ensure()
        with ExitStack() as held:
            try:
                held.enter_context(self._place.locks.hold(self._place.layout.lock(session_id)))
            except NoFolder:
                self._sessions.check_shelf(session_id)
                yield False
            else:
                yield True

    @contextmanager
    def place_for(self, session_id: str) -> Iterator[Stored | None]:
        """The same, with a folder made and locked for a session that is not there yet."""
        self._keeper.ensure()
        with ExitStack() as held:
            held.enter_context(self._new_folder(session_id))
            yield self._sessions.read(session_id)

    def insert(self, session: Session, lines: bytes = b"") -> None:
        """Write a session that is not there, with the lines of its messages. Raises SlotTaken."""
        try:
            with self._claims.taking(session.exclusive_key, session.session_id):
                self._keeper.mark(session.session_id)
                # Before the header: a session has its messages when it appears, and their file's name is durable
                # with the header's, so that no append need see to it.
                self._place.files.write(self._place.layout.messages(session.session_id), lines)
                self._sessions.write_header(session.session_id, header.written(session))
        except SlotTaken:
            self._place.files.remove_folder(self._keeper.take_away(session.session_id))
            raise
        with self._following():
            self._keeper.refresh(session.session_id)

    def rewrite(self, stored: Stored, fields: Mapping[str, Any]) -> Session:
        """Write these fields of a session and return it as written. Raises SlotTaken, CorruptSession."""
        session_id, before = stored.session.session_id, stored.session.exclusive_key
        data = header.changed(stored.data, fields)
        after = header.parse(data, session_id)
        after.message_count = stored.tail.n
        with self._claims.taking(None if after.exclusive_key == before else after.exclusive_key, session_id):
            self._keeper.mark(session_id)
            self._sessions.write_header(session_id, data)
        with self._following():
            if after.exclusive_key != before:
                self._claims.release(before, session_id)
            if stamp := self._sessions.stamp(session_id):
                self._index.put(after, stamp)
        return after

    def overwrite(self, stored: Stored, session: Session, lines: bytes | None) -> None:
        """Write a whole session over an older one; its messages only when lines are given. Raises SlotTaken."""
        session_id, before = session.session_id, stored.session.exclusive_key
        with self._claims.taking(session.exclusive_key, session_id):
            self._keeper.mark(session_id)
            if lines is not None:
                self._sessions.write_messages(session_id, lines)
            self._sessions.write_header(session_id, header.written(session))
        with self._following():
            if session.exclusive_key != before:
                self._claims.release(before, session_id)
            self._keeper.refresh(session_id)

    def append(self, stored: Stored, message: Message) -> Message:
        """Store a message behind the last one, or return the one that is stored under its id."""
        session_id, tail = stored.session.session_id, stored.tail
        if known := self._known(stored, message.message_id):
            return known
        numbered = msgspec.structs.replace(message, n=tail.n + 1)
        line = line_of(numbered)
        self._keeper.mark(session_id)
        self._sessions.append(session_id, line, tail)
        with self._following():
            self._index.count(session_id, message.message_id, numbered.n, tail.end, tail.end + len(line))
        return numbered

    def remove(self, session_id: str, data: bytes) -> None:
        """Remove a session with this header: out of its place in one step, the rest later."""
        self._keeper.mark(session_id)
        aside = self._keeper.take_away(session_id)
        with self._following():
            self._claims.release(header.exclusive_key(data), session_id)
            self._index.remove(session_id)
            self._place.files.remove_folder(aside)

    def _known(self, stored: Stored, message_id: str) -> Message | None:
        """The message stored under this id; the ids of lines that are new to the index are read first."""
        session_id, end = stored.session.session_id, stored.tail.end
        read_to = self._index.read_to(session_id)
        if read_to is None or read_to > end:
            self._keeper.refresh(session_id)
            read_to = 0
        if read_to < end:
            self._index.learn(session_id, self._sessions.places_from(session_id, read_to), end)
        return self._sessions.stored_as(session_id, message_id, self._index.places(session_id, message_id))

    @contextmanager
    def _new_folder(self, session_id: str) -> Iterator[None]:
        folder = self._place.layout.session(session_id)
        with ExitStack() as held:
            for _ in range(FOLDER_TRIES):
                self._place.files.ensure_folder(folder)
                self._place.files.sync_folder(folder.parent)
                try:
                    held.enter_context(self._place.locks.hold(self._place.layout.lock(session_id)))
                except NoFolder:
                    continue  # A delete or a sweep took the folder away in between.
                yield
                return
        raise Busy("Others create and delete this session all the time; nothing was changed.", session_id=session_id)

    @contextmanager
    def _following(self) -> Iterator[None]:
        """What follows a durable write cannot undo it: a fault is reported, the mark stays and others repair."""
        try:
            yield
        except (OSError, sqlite3.Error, GreenroomError) as error:
            log.warning("session_index_behind", error=str(error))
