"""What migrations need: every session in the order of the ids, and sessions written as they are."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

import msgspec

from domain.checks import check_session_id
from domain.errors import Busy, CorruptSession
from domain.session import Message, Session
from domain.succession import check_one_way
from storage.base import Stamp, Unreadable
from storage.file import header
from storage.file.messages import line_of
from storage.file.sessions import SessionFiles, Stored
from storage.file.writer import SessionWriter

WHOLE_TRIES = 100
"""How often a session that is written all the time is read again."""


def in_order(ids: Iterable[str], after: str = "") -> Iterator[str]:
    """The ids behind this one, sorted, in constant memory: SQLite sorts them in a temporary file of its own."""
    with closing(sqlite3.connect("")) as sorter:
        sorter.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
        sorter.executemany("INSERT OR IGNORE INTO ids VALUES (?)", ((one,) for one in ids if one > after))
        for row in sorter.execute("SELECT id FROM ids ORDER BY id"):
            yield row[0]


def read_whole(sessions: SessionFiles, session_id: str) -> Session | Unreadable | None:
    """A session with all its messages as it was at one moment; None when it was deleted meanwhile.

    Without a lock, so that a folder that may only be read can be moved from. Raises Busy.
    """
    try:
        return _read_whole(sessions, session_id)
    except CorruptSession as error:
        return Unreadable(session_id, error.message)


def _read_whole(sessions: SessionFiles, session_id: str) -> Session | None:
    """The messages that were there while the header stayed the same, which never comes back to what it was."""
    data = sessions.header(session_id)
    for _ in range(WHOLE_TRIES):
        if data is None:
            return None
        said = sessions.all(session_id)
        before, data = data, sessions.header(session_id)
        if data == before:
            session = header.parse(data, session_id).with_messages(said)
            session.message_count = len(said)
            return session
    raise Busy("This session is written all the time; try again.", session_id=session_id)


def stamp_of(sessions: SessionFiles, session_id: str) -> Stamp | None:
    """How new a session is; None when there is none that can be read."""
    try:
        session = sessions.load(check_session_id(session_id))
    except CorruptSession:
        return None
    return None if session is None else Stamp(session.revision, session.message_count)


def is_unchanged(stored: Stored, session: Session) -> bool:
    """Whether a session stands there as it was scanned."""
    there = stored.session
    return there.created_at == session.created_at and Stamp(there.revision, stored.tail.n) == Stamp(
        session.revision, session.message_count
    )


def write_whole(sessions: SessionFiles, writer: SessionWriter, session: Session) -> bool:
    """Store a session as it is unless what is there is as new; tell whether anything was written.

    The newer header stays and the longer messages stay: neither is overwritten for the sake of the other. Raises
    OtherHistory.
    """
    check_session_id(session.session_id)
    with writer.place_for(session.session_id) as stored:
        if stored is None:
            writer.insert(session, _lines(session.messages))
            return True
        longer = len(session.messages) > stored.tail.n
        newer = session.revision > stored.session.revision
        if newer or longer:
            check_one_way(session, stored.session.with_messages(sessions.all(session.session_id)))
            header = session if newer else stored.session
            writer.overwrite(stored, header, _lines(session.messages) if longer else None)
        return newer or longer


def _lines(messages: Sequence[Message]) -> bytes:
    numbered = (msgspec.structs.replace(message, n=n) for n, message in enumerate(messages, start=1))
    return b"".join(line_of(message) for message in numbered)
