"""`Delivery`: claims what is due, hands it to the handler of its kind, and writes down what came of it.

What can happen twice, and why, is written in docs/jobs.md.
"""

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import telemetry
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.errors import GreenroomError
from services.outbox.claims import Claimed, Claims
from services.outbox.effects import OutboxState
from services.outbox.errors import LeaseLost, NotDeliverable
from services.ports import Clock, Queue

Handler = Callable[[Claimed], None]
"""Makes an effect happen. Raises NotDeliverable when trying again would not help; anything else means: later."""

LEASE_SECONDS = 120.0
"""Longer than any handler takes that does not extend its lease; and how long what a killed worker held has to wait."""
MINUTE, HOUR = 60, 3600
PAUSES = (30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 20 * HOUR)
"""Seconds between the attempts: a hiccup is over in a minute, and a mail server may be away for a week-end."""
ROWS_AT_ONCE = 200
SECONDS_AT_ONCE = 30.0
"""A long queue gives way after this, so that a more urgent one is looked at; whoever called wakes again."""
ERROR_LIMIT = 300

_log = telemetry.logger("outbox")


class Delivery:
    """Empties the outbox. Any number may work on it at once, in any number of processes."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        handlers: Mapping[str, Handler],
        now: Clock = clock.now,
        *,
        lease_seconds: float = LEASE_SECONDS,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._claims = Claims(unified, now, lease_seconds)
        self._handlers = handlers
        self._now = now
        self._pauses = pauses

    def empty(
        self,
        queue: Queue,
        *,
        rows: int = ROWS_AT_ONCE,
        seconds: float = SECONDS_AT_ONCE,
        stopping: Callable[[], bool] = bool,
    ) -> bool:
        """Deliver what is due, one after the other; tell whether a bound ended it, so that something may be left.

        `stopping` is asked between two rows. Raises what the database raises; then the row in hand is claimed again
        once its lease has run out.
        """
        ends = time.monotonic() + seconds
        for _ in range(rows):
            if stopping() or time.monotonic() >= ends:
                return True
            if not self.deliver_next(queue):
                return False
        return True

    def deliver_next(self, queue: Queue) -> bool:
        """Deliver the row that is due longest; tell whether there was one."""
        claimed = self._claims.take(queue)
        if claimed is None:
            return False
        telemetry.bind(outbox_id=claimed.outbox_id, kind=claimed.kind, attempt=claimed.attempt)
        self._hand_over(claimed)
        return True

    def _hand_over(self, claimed: Claimed) -> None:
        try:
            self._refuse_what_kills(claimed)
            self._handler_of(claimed)(claimed)
        except LeaseLost:
            _log.warning("outbox_lease_lost")
        except NotDeliverable as refusal:
            self._bury(claimed, refusal)
        except Exception as error:  # noqa: BLE001  # the edge of a job: whatever it was, the row is tried again
            self._put_off(claimed, error)
        else:
            self._settle(claimed, state=OutboxState.DONE, done_at=self._now(), last_error=None)

    def _refuse_what_kills(self, claimed: Claimed) -> None:
        """A failure is written down by whoever met it, so a row that was in hand this often ended those who had it."""
        if claimed.attempt > len(self._pauses) + 1:
            raise NotDeliverable(f"Each of {claimed.attempt - 1} attempts ended without a word.")

    def _handler_of(self, claimed: Claimed) -> Handler:
        handler = self._handlers.get(claimed.kind)
        if handler is None:  # perhaps a newer release has one: the row waits for it
            raise LookupError(f"no handler for the kind {claimed.kind}")
        return handler

    def _put_off(self, claimed: Claimed, error: Exception) -> None:
        if claimed.attempt > len(self._pauses):
            self._bury(claimed, error)
            return
        due_at = self._now() + timedelta(seconds=self._pauses[claimed.attempt - 1])
        _log.warning("outbox_put_off", due_at=due_at.isoformat(), **_facts(error))
        self._settle(claimed, due_at=due_at, last_error=describe(error))

    def _bury(self, claimed: Claimed, error: Exception) -> None:
        _log.error("outbox_dead_letter", **_facts(error))
        self._settle(claimed, state=OutboxState.DEAD, last_error=describe(error))

    def _settle(self, claimed: Claimed, **values: object) -> None:
        if not self._claims.settle(claimed, **values):
            _log.warning("outbox_lease_lost")


def describe(error: Exception) -> str:
    """What an operator reads of an error: our own words, else its name and place, whose text might hold a secret."""
    if isinstance(error, GreenroomError):
        return error.message[:ERROR_LIMIT]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:ERROR_LIMIT]


def _facts(error: Exception) -> dict[str, object]:
    """For the log: the way to a fault of ours is worth its lines, the way to a refusal is not."""
    return {"error": describe(error), "exc_info": None if isinstance(error, GreenroomError) else error}
