"""Claims on rows of the outbox: taken by one conditional UPDATE, good for the length of a lease, settled by whoever
still holds them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import ColumnElement, CursorResult, Row, Update, and_, or_, select, update

from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from services.outbox.effects import OutboxState
from services.outbox.errors import LeaseLost
from services.ports import Clock, Queue

_WANTED = (OutboxRow.outbox_id, OutboxRow.kind, OutboxRow.payload, OutboxRow.user_id, OutboxRow.attempts)


def _no_lease() -> None:
    """A claim that was made by hand, for a test or a trial, has nothing to extend."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is in our hands. `attempt` counts from 1, crashed attempts too.

    `extend()` begins the lease anew, for a handler that lasts long. It raises LeaseLost when somebody else has the row.
    """

    outbox_id: str
    kind: str
    payload: dict[str, Any]
    user_id: str | None = None
    attempt: int = 1
    created_at: datetime
    lease_id: str = ""
    extend: Callable[[], None] = _no_lease


class Claims:
    """Takes rows in hand and lets go of them again. Each call is one short transaction of its own."""

    def __init__(self, unified: UnifiedSessionManager, now: Clock, lease_seconds: float) -> None:
        self._unified = unified
        self._now = now
        self._lease = timedelta(seconds=lease_seconds)

    def take(self, queue: Queue) -> Claimed | None:
        """The row of this queue that is due longest, now ours; None when there is none. The attempt is counted."""
        now, lease_id = self._now(), str(uuid4())
        statement = (
            update(OutboxRow)
            .where(OutboxRow.outbox_id == _next_due(queue, now))
            .values(attempts=OutboxRow.attempts + 1, lease_id=lease_id, lease_until=now + self._lease)
            .returning(*_WANTED, OutboxRow.created_at)
        )
        with self._unified.get_db_session() as db:
            row = db.execute(statement).one_or_none()
        return None if row is None else self._claimed(row, lease_id)

    def extend(self, outbox_id: str, lease_id: str) -> None:
        """Begin the lease anew. Raises LeaseLost when it is ours no more."""
        if not self._change(outbox_id, lease_id, {"lease_until": self._now() + self._lease}):
            raise LeaseLost(outbox_id)

    def settle(self, claimed: Claimed, **values: Any) -> bool:
        """Let go of a row with these values; False, and nothing changed, when somebody else has it by now."""
        released = {"lease_id": None, "lease_until": None}
        return self._change(claimed.outbox_id, claimed.lease_id, {**values, **released})

    def _claimed(self, row: Row[Any], lease_id: str) -> Claimed:
        return Claimed(
            outbox_id=row.outbox_id,
            kind=row.kind,
            payload=row.payload,
            user_id=row.user_id,
            attempt=row.attempts,
            created_at=row.created_at,
            lease_id=lease_id,
            extend=partial(self.extend, row.outbox_id, lease_id),
        )

    def _change(self, outbox_id: str, lease_id: str, values: Mapping[str, Any]) -> bool:
        held = and_(OutboxRow.outbox_id == outbox_id, OutboxRow.lease_id == lease_id)
        statement: Update = update(OutboxRow).where(held, OutboxRow.state == OutboxState.WAITING).values(**values)
        with self._unified.get_db_session() as db:
            result = db.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)  # noqa: S101  # what an update without RETURNING gives
        return result.rowcount == 1


def is_due(queue: Queue, now: datetime) -> ColumnElement[bool]:
    """Whether a row could be claimed now: it waits, its time has come, and nobody has it in hand."""
    return and_(
        OutboxRow.state == OutboxState.WAITING,
        OutboxRow.queue == queue,
        OutboxRow.due_at <= now,
        is_free(now),
    )


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether nobody has the row in hand: there is no lease, or its holder let it run out."""
    return or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= now)


def _next_due(queue: Queue, now: datetime) -> Any:
    """On PostgreSQL a row that another claim is just taking is passed over; on SQLite claims come one by one anyway."""
    due = select(OutboxRow.outbox_id).where(is_due(queue, now)).order_by(OutboxRow.due_at).limit(1)
    return due.with_for_update(skip_locked=True).scalar_subquery()
