"""The bounded pool: who holds a connection since when, and an error that names the longest holder."""

import logging
import threading
import time
from typing import Any, NamedTuple

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from database.errors import PoolExhausted
from database.unit import current_unit

logging.getLogger(__name__).setLevel(logging.WARNING)  # SQLAlchemy tells of every pool that is made and ended


class Hold(NamedTuple):
    """A connection that is checked out: since when (monotonic seconds), by which thread, for a block opened where."""

    since: float
    thread: int
    where: str

    @property
    def seconds(self) -> float:
        """How long it has been held."""
        return time.monotonic() - self.since

    @property
    def holder(self) -> str:
        """The name of the thread, while it lives."""
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        return names.get(self.thread, "a thread that has ended")


class BoundedPool(QueuePool):
    """A pool that never grows past its size and keeps account of what is checked out.

    A wait that takes too long raises PoolExhausted.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._holds: dict[ConnectionPoolEntry, Hold] = {}
        self._longest = 0.0

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            record = super()._do_get()
        except PoolTimeout:
            raise self._exhausted() from None
        self._holds[record] = Hold(time.monotonic(), threading.get_ident(), _opened_at())
        return record

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        hold = self._holds.pop(record, None)
        if hold is not None:
            self._longest = max(self._longest, hold.seconds)
        super()._do_return_conn(record)

    @property
    def longest_hold_seconds(self) -> float:
        """The longest that a connection was held, those included that are still out."""
        return max([self._longest, *(hold.seconds for hold in list(self._holds.values()))])

    def _exhausted(self) -> PoolExhausted:
        longest = max(list(self._holds.values()), key=lambda hold: hold.seconds, default=None)
        holder = f"{longest.seconds:.1f} s by {longest.holder}, at {longest.where}" if longest else "unknown"
        return PoolExhausted(self.timeout(), f"{len(self._holds)} are held, the longest for {holder}")


def _opened_at() -> str:
    unit = current_unit()
    return unit.where if unit is not None and unit.where else "code outside of any block"
