"""Everything out of SQL and into it, for migrations from and to other storages."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, TypeVar

from domain.errors import CorruptSession, SlotTaken
from domain.session import Session
from domain.succession import check_one_way
from storage.base import BulkStorage, Stamp, Unreadable
from storage.parts import FIRST_SESSIONS, few_enough, fitting, keyless_first
from storage.sql.database import Database, Duplicate, ReplyLost, Transaction, twice
from storage.sql.rows import Row, header_row, message_row, read_header, read_messages
from storage.sql.schema import messages, sessions

T = TypeVar("T")

BATCH: Final = 200
"""How many sessions are written in one transaction."""
NO_LIMIT: Final = 2**31 - 1
"""More than any session has messages."""


class SqlBulk(BulkStorage):
    """The bulk half of the SQL storage."""

    _db: Database

    def is_there(self) -> bool:
        """Whether the table of sessions is there."""
        return self._db.has_tables()

    def count(self) -> int:
        """The number of rows."""
        ((count,),) = self._db.read(self._db.statements.count, {})
        return int(count)

    def scan(self, after: str = "") -> Iterator[Session | Unreadable]:
        """Every session in the order of the ids, in parts that are read each in a transaction of its own."""
        limit = FIRST_SESSIONS
        while rows := self._part(after, limit):
            yield from (_session(*each) for each in rows)
            after = rows[-1][0]
            limit = fitting(len(rows), sum(_size(*each) for each in rows))

    def _part(self, after: str, limit: int) -> list[tuple[str, Row, list[Row]]]:
        """Some sessions behind an id, headers and messages as they were at one moment."""
        return twice(lambda: self._read_part(after, limit))

    def _read_part(self, after: str, limit: int) -> list[tuple[str, Row, list[Row]]]:
        texts = self._db.statements
        with self._db.snapshot() as read:
            headers = few_enough(read(texts.headers_after, {"session_id": after, "limit": limit}), itemgetter(-1))
            last = headers[-1][0] if headers else after
            said = read(texts.messages_between, {"session_id": after, "last": last}) if headers else []
        talks = {session_id: [row[1:] for row in rows] for session_id, rows in groupby(said, key=itemgetter(0))}
        return [(session_id, tuple(header), talks.get(session_id, [])) for session_id, *header in headers]

    def stamps(self, ids: Collection[str]) -> dict[str, Stamp]:
        """The stamps of these sessions, asked for at once."""
        rows = self._db.read(self._db.statements.headers_of, self._db.listing(ids))
        found = [(session_id, tuple(header)) for session_id, *header in rows]
        return {
            session_id: Stamp(header[1], header[2])
            for session_id, header in found
            if isinstance(_session(session_id, header, []), Session)
        }

    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions as they are, a batch in a transaction. Raises SlotTaken, leaving its batch out as a whole."""
        remaining = iter(sessions)
        written = 0
        while batch := list(islice(remaining, BATCH)):
            written += self._write_batch(keyless_first(batch))
        return written

    def _write_batch(self, batch: Sequence[Session]) -> int:
        try:
            return twice(lambda: self._write_at_once(batch))
        except Duplicate:
            return self._write_carefully(batch)

    def _write_at_once(self, batch: Sequence[Session]) -> int:
        """What is not there in two steps for all of them, the others one by one. Raises Duplicate, ReplyLost."""
        newest = {session.session_id: session for session in batch}
        with self._db.transaction() as transaction:
            found = transaction.execute(self._db.statements.stamps_of, self._db.listing(newest))
            present = {session_id: Stamp(*stamp) for session_id, *stamp in found}
            older = [session for name, session in newest.items() if name in present and _adds(session, present[name])]
            written = sum(self._write_one(transaction, session) for session in older)
            missing = [session for name, session in newest.items() if name not in present]
            transaction.add_rows(sessions, [_row(session) for session in missing])
            transaction.add_rows(messages, [row for session in missing for row in _message_rows(session)])
        return written + len(missing)

    def _write_carefully(self, batch: Sequence[Session]) -> int:
        """The same when somebody else stores some of them at this very moment, or holds their keys."""
        try:
            return twice(lambda: self._write_one_by_one(batch))
        except Duplicate:
            self._refuse_taken_keys(batch)
            raise ReplyLost("Others write the same sessions all the time; try again.") from None

    def _write_one_by_one(self, batch: Sequence[Session]) -> int:
        with self._db.transaction() as transaction:
            return sum(self._write_one(transaction, session) for session in batch)

    def _write_one(self, transaction: Transaction, session: Session) -> bool:
        """A header that is newer, and the messages that are not there. Raises Duplicate, OtherHistory."""
        texts, row = self._db.statements, _row(session)
        present = self._locked(transaction, session.session_id)
        if present is None:
            if not transaction.execute(texts.insert, row):
                raise Duplicate("Somebody else stores this session at this very moment.")
        elif not _adds(session, Stamp(present.revision, present.message_count)):
            return False
        else:
            check_one_way(session, present)
            if not transaction.execute(texts.replace_older, row):
                transaction.execute(texts.count_up_to, row)
        if session.messages:
            transaction.execute_many(texts.add_message, _message_rows(session))
        return True

    def _locked(self, transaction: Transaction, session_id: str) -> Session | None:
        """What is there, which nobody else changes until the transaction ends. Raises CorruptSession."""
        asked = {"session_id": session_id, "after": 0, "limit": NO_LIMIT}
        rows = transaction.execute(self._db.statements.lock, asked)
        if not rows:
            return None
        said = transaction.execute(self._db.statements.messages_after, asked)
        return read_header(session_id, rows[0]).with_messages(read_messages(said))

    def _refuse_taken_keys(self, batch: Sequence[Session]) -> None:
        for session in batch:
            for (holder,) in self._db.read(self._db.statements.holder, {"exclusive_key": session.exclusive_key}):
                if holder != session.session_id:
                    raise SlotTaken(str(session.exclusive_key), holder)

    def remove(self, session: Session) -> bool:
        """Remove the row that is as it was, and with it its messages."""
        row = header_row(session)
        kept = ("created_at", "revision", "message_count")
        return self._remove_where(session.session_id, {name: row[name] for name in kept})

    def _remove_where(self, session_id: str, conditions: Mapping[str, Any]) -> bool:
        """Delete a session that meets the conditions, with its messages; tell whether it did."""
        text = self._db.statements.delete(frozenset(conditions))
        found = False

        def delete() -> bool:
            nonlocal found
            with self._db.transaction() as transaction:
                found = bool(transaction.execute(text, {"session_id": session_id, **conditions}))
            return found

        def gone() -> bool:
            return found and not self._db.read(self._db.statements.load, {"session_id": session_id})

        return self._settled(delete, gone)

    def _settled(self, write: Callable[[], T], done_already: Callable[[], T]) -> T:
        """Do a write that must happen once: when its answer is lost, look before doing it again."""
        try:
            return write()
        except ReplyLost:
            return done_already() or write() or done_already()


def _session(session_id: str, header: Row, said: Sequence[Row]) -> Session | Unreadable:
    try:
        return read_header(session_id, header).with_messages(read_messages(said))
    except CorruptSession as error:
        return Unreadable(session_id, error.message)


def _size(_session_id: str, header: Row, said: Sequence[Row]) -> int:
    return len(header[0]) + sum(len(content) + len(meta) for _, _, _, content, _, meta in said)


def _adds(session: Session, present: Stamp) -> bool:
    return session.revision > present.revision or _count(session) > present.message_count


def _count(session: Session) -> int:
    return max([session.message_count, *(message.n for message in session.messages)])


def _row(session: Session) -> dict[str, Any]:
    return {**header_row(session), "message_count": _count(session)}


def _message_rows(session: Session) -> list[dict[str, Any]]:
    return [message_row(session.session_id, message) for message in session.messages]
