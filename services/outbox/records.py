"""`OutboxRecords`: the outbox as an operator reads and repairs it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from database.request_session_manager import RequestSessionManager
from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.errors import Conflict, NotFound
from services.outbox.claims import is_free
from services.outbox.effects import OutboxState
from services.outbox.outbox import wake
from services.ports import Clock, JobQueue, Queue

PAGE = 50
UNSETTLED = (OutboxState.WAITING, OutboxState.DEAD)


class OutboxRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it is now."""

    outbox_id: str
    kind: str
    queue: str
    state: str
    payload: dict[str, Any]
    user_id: str | None
    created_at: datetime
    due_at: datetime
    attempts: int
    lease_until: datetime | None
    done_at: datetime | None
    last_error: str | None


class OutboxRecords:
    """Reads the outbox, and lets an operator decide about dead letters."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        jobs: JobQueue,
        now: Clock = clock.now,
    ) -> None:
        self._unified = unified
        self._plain = plain
        self._jobs = jobs
        self._now = now

    def list_rows(self, state: OutboxState, limit: int = PAGE) -> list[OutboxRecord]:
        """The newest rows in this state, at most `limit`."""
        query = select(OutboxRow).where(OutboxRow.state == state).order_by(OutboxRow.due_at.desc()).limit(limit)
        with self._plain.session_scope() as db:
            return [_record(row) for row in db.scalars(query)]

    def load(self, outbox_id: str) -> OutboxRecord:
        """One row. Raises NotFound."""
        with self._plain.session_scope() as db:
            return _record(_one(db, select(OutboxRow).where(OutboxRow.outbox_id == outbox_id), outbox_id))

    def retry(self, outbox_id: str) -> OutboxRecord:
        """Try a dead letter, or one that waits for its next attempt, again at once, with all attempts before it.

        Raises NotFound, Conflict for a row that is done or in a worker's hands.
        """
        record = self._decide(outbox_id, state=OutboxState.WAITING, attempts=0, due_at=self._now())
        wake(self._jobs, Queue(record.queue))
        return record

    def retry_dead(self, limit: int = PAGE) -> list[OutboxRecord]:
        """Try the newest dead letters again, at most `limit`."""
        return [self.retry(record.outbox_id) for record in self.list_rows(OutboxState.DEAD, limit)]

    def drop(self, outbox_id: str) -> OutboxRecord:
        """Let it be: the effect will not happen. Raises as `retry`."""
        return self._decide(outbox_id, state=OutboxState.DONE, done_at=self._now())

    def _decide(self, outbox_id: str, **values: Any) -> OutboxRecord:
        wanted = select(OutboxRow).where(OutboxRow.outbox_id == outbox_id)
        with self._unified.get_db_session() as db:
            _one(db, wanted, outbox_id)
            ours = OutboxRow.state.in_(UNSETTLED), is_free(self._now())
            decided = update(OutboxRow).where(OutboxRow.outbox_id == outbox_id, *ours)
            changed = db.scalars(decided.values(**values).returning(OutboxRow.outbox_id)).one_or_none()
            if changed is None:
                raise Conflict("This is done, or a worker has it in hand right now.", outbox_id=outbox_id)
            return _record(_one(db, wanted.execution_options(populate_existing=True), outbox_id))


def _one(db: Session, query: Select[OutboxRow], outbox_id: str) -> OutboxRow:
    row = db.scalars(query).one_or_none()
    if row is None:
        raise NotFound("There is no such row in the outbox.", outbox_id=outbox_id)
    return row


def _record(row: OutboxRow) -> OutboxRecord:
    return OutboxRecord(**{name: getattr(row, name) for name in OutboxRecord.__struct_fields__})
