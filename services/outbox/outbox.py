"""`Outbox`: where effects are written down, in the transaction that wants them."""

from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.inserting import insert_if_absent
from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.checks import check_json, check_text
from domain.errors import Invalid
from services.outbox.effects import Effect, OutboxState
from services.ports import Clock, JobQueue, Queue

PAYLOAD_LIMIT_BYTES = 64 * 1024
"""Names and ids fit in many times over; what is larger belongs into a store, and its id here."""
KIND_LIMIT = 40
KEY_LIMIT = 200


class Outbox:
    """Writes effects down. Safe to share between threads."""

    def __init__(self, unified: UnifiedSessionManager, jobs: JobQueue, now: Clock = clock.now) -> None:
        self._unified = unified
        self._jobs = jobs
        self._now = now

    def add(self, db: Session, effect: Effect) -> str:
        """Write an effect into the open block and return its id; it happens once that is kept, and never if it is not.

        With a `key` that was used before nothing is written, and the id is that of the first row. Raises Invalid for a
        payload that is not plain JSON of at most 64 KiB.
        """
        _check(effect)
        outbox_id = str(uuid4())
        if not insert_if_absent(db, OutboxRow, self._values(outbox_id, effect)):
            return db.scalars(select(OutboxRow.outbox_id).where(OutboxRow.key == effect.key)).one()
        if effect.due_at is None or effect.due_at <= self._now():
            self._unified.after_commit(partial(wake, self._jobs, effect.queue))
        return outbox_id

    def _values(self, outbox_id: str, effect: Effect) -> dict[str, Any]:
        now = self._now()
        return {
            "outbox_id": outbox_id,
            "kind": effect.kind,
            "queue": str(effect.queue),
            "payload": effect.payload,
            "user_id": effect.user_id,
            "key": effect.key,
            "state": str(OutboxState.WAITING),
            "created_at": now,
            "due_at": effect.due_at or now,
            "attempts": 0,
        }


def wake(jobs: JobQueue, queue: Queue) -> None:
    """Let a worker look into the outbox."""
    jobs.enqueue("empty_outbox", queue=queue, priority=str(queue))


def _check(effect: Effect) -> None:
    check_text("kind", effect.kind, limit=KIND_LIMIT)
    check_json("payload", effect.payload)
    if effect.key is not None:
        check_text("key", effect.key, limit=KEY_LIMIT)
    size = len(msgspec.json.encode(effect.payload))
    if size > PAYLOAD_LIMIT_BYTES:
        raise Invalid("payload", f"{size} bytes as JSON", f"at most {PAYLOAD_LIMIT_BYTES}")
