"""What a transaction may want to happen outside of the database, and the states it goes through."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from services.ports import Queue


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has to happen outside of the database once the transaction is kept.

    `kind` names its handler: "mail", "notice", "job". `payload` is JSON and never holds a secret: it is read by the
    operator. `user_id` says whom it concerns, for export and erasure. Without `due_at` it happens at once. With a `key`
    there is at most one such row, ever: adding it again does nothing.
    """

    kind: str
    payload: dict[str, Any]
    user_id: str | None = None
    queue: Queue = Queue.DEFAULT
    due_at: datetime | None = None
    key: str | None = None


class OutboxState(StrEnum):
    """What has become of an effect.

    waiting: it will happen. done: it has. dead: it was given up, an operator decides. spent: done long ago, nothing of
    it is left but the key that may not be used again.
    """

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    SPENT = "spent"
