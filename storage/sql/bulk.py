"""Everything out of SQL and into it, for migrations from and to other storages."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from domain.errors import CorruptSession, SlotTaken
from domain.session import Message, Session
from storage.base import BulkStorage, Unreadable
from storage.sql.database import Database, Duplicate, ReplyLost, Transaction
from storage.sql.rows import Row, header_row, message_row, read_header

BATCH: Final = 100


class SqlBulk(BulkStorage):
    """The bulk half of the SQL storage."""

    _db: Database

    @abstractmethod
    def _messages_after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        """Messages with `n > after` in order, at most `limit` of them."""

    def scan(self) -> Iterator[Session | Unreadable]:
        """Every session in the order of the ids, a batch of headers at a time and each with its messages."""
        last = ""
        while rows := self._db.read(self._db.statements.headers_after, {"session_id": last, "limit": BATCH}):
            for session_id, *header in rows:
                yield self._with_messages(session_id, tuple(header))
            last = rows[-1][0]

    def _with_messages(self, session_id: str, header: Row) -> Session | Unreadable:
        try:
            session = read_header(session_id, header)
        except CorruptSession as error:
            return Unreadable(session_id, error.message)
        return session.with_messages(self._messages_after(session_id, 0, None))

    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions as they are, a batch in a transaction. Raises SlotTaken, leaving its batch out as a whole."""
        remaining = iter(sessions)
        written = 0
        while batch := list(islice(remaining, BATCH)):
            try:
                written += self._write_batch(batch)
            except ReplyLost:
                written += self._write_batch(batch)
            except Duplicate:
                self._refuse_taken_keys(batch)
                raise
        return written

    def _write_batch(self, batch: Sequence[Session]) -> int:
        with self._db.transaction() as transaction:
            return sum(self._write_one(transaction, session) for session in batch)

    def _write_one(self, transaction: Transaction, session: Session) -> bool:
        """A header that is newer, and the messages that are not there."""
        texts = self._db.statements
        count = max([session.message_count, *(message.n for message in session.messages)])
        row = {**header_row(session), "message_count": count}
        if not (transaction.execute(texts.replace_older, row) or transaction.execute(texts.count_up_to, row)):
            return False
        if session.messages:
            rows = [message_row(session.session_id, message) for message in session.messages]
            transaction.execute_many(texts.add_message, rows)
        return True

    def _refuse_taken_keys(self, batch: Sequence[Session]) -> None:
        for session in batch:
            for (holder,) in self._db.read(self._db.statements.holder, {"exclusive_key": session.exclusive_key}):
                if holder != session.session_id:
                    raise SlotTaken(str(session.exclusive_key), holder)
