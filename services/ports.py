"""What services need of the world around them, so that they never know who provides it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"
"""What goes through a queue: anything else is refused there."""

Clock = Callable[[], datetime]
"""Tells the present moment, aware and in UTC. Tests pass one that stands still."""


class Queue(StrEnum):
    """How urgent a piece of background work is. A worker takes what is in `high` first, and `low` last."""

    HIGH = "high"
    DEFAULT = "default"
    LOW = "low"


class JobQueue(Protocol):
    """Wakes a worker. What is to be done stands in the database; this only says that there is something."""

    def enqueue(self, function: str, *, queue: Queue = Queue.DEFAULT, **payload: JSON) -> None:
        """Let a worker call one of the listed functions with this payload.

        A wake-up that waits already serves for both. Nothing is raised when the queue is away: that is logged, and
        the sweep wakes later. Raises Invalid for a function that is not listed.
        """
