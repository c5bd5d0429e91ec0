"""What migrations need: every session in the order of the ids, and sessions written as they are."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

import msgspec

from domain.checks import check_session_id
from domain.errors import CorruptSession
from domain.session import Message, Session
from storage.base import Unreadable
from storage.file.messages import line_of
from storage.file.sessions import SessionFiles
from storage.file.writer import SessionWriter


def in_order(ids: Iterable[str]) -> Iterator[str]:
    """The ids sorted, in constant memory: SQLite sorts them in a temporary file of its own."""
    with closing(sqlite3.connect("")) as sorter:
        sorter.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
        sorter.executemany("INSERT OR IGNORE INTO ids VALUES (?)", ((session_id,) for session_id in ids))
        for row in sorter.execute("SELECT id FROM ids ORDER BY id"):
            yield row[0]


def read_whole(sessions: SessionFiles, session_id: str) -> Session | Unreadable | None:
    """A session with all its messages; None when it was deleted meanwhile."""
    try:
        session = sessions.load(session_id)
        if session is None:
            return None
        return session.with_messages(sessions.after(session_id, 0, None))
    except CorruptSession as error:
        return Unreadable(session_id, error.message)


def write_whole(writer: SessionWriter, session: Session) -> bool:
    """Store a session as it is unless what is there is as new; tell whether anything was written.

    The newer header stays and the longer messages stay: neither is overwritten for the sake of the other.
    """
    check_session_id(session.session_id)
    with writer.place_for(session.session_id) as stored:
        if stored is None:
            writer.insert(session, _lines(session.messages))
            return True
        longer = _lines(session.messages) if len(session.messages) > stored.tail.n else None
        if session.revision > stored.session.revision:
            writer.overwrite(stored, session, longer)
        elif longer is not None:
            writer.overwrite(stored, stored.session, longer)
        else:
            return False
        return True


def _lines(messages: Sequence[Message]) -> bytes:
    numbered = (msgspec.structs.replace(message, n=n) for n, message in enumerate(messages, start=1))
    return b"".join(line_of(message) for message in numbered)
