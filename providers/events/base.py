"""The contract of the event bus: how one process tells another that something happened.

An event is only ever a wake-up: what is true stands in a store and is read again by whoever wakes. So an event may be
lost (Redis emptied) and may come twice, and nothing breaks.
"""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Subscription(ABC):
    """A place in which the events of one topic arrive. Used as a context manager by the one who waits."""

    @abstractmethod
    def wait(self, timeout_seconds: float) -> bool:
        """Block until something happened on the topic; False when the time ran out or the bus is draining."""

    @abstractmethod
    def close(self) -> None:
        """Stop listening. Closing twice is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class EventBus(ABC):
    """Carries wake-ups between processes. Safe to share between threads, lazy after a fork."""

    @abstractmethod
    def publish(self, topic: str) -> None:
        """Wake everybody who listens to this topic, in every process. An engine that is away is logged, not raised."""

    @abstractmethod
    def subscribe(self, topic: str) -> Subscription:
        """Listen to a topic from now on."""

    @property
    @abstractmethod
    def draining(self) -> bool:
        """True once the process is to stop: open streams say good-bye and end."""

    @abstractmethod
    def drain(self) -> None:
        """Wake every subscription of this process for good, so that open responses end. Idempotent."""

    @abstractmethod
    def healthy(self) -> bool:
        """Whether events from other processes arrive at the moment."""

    @abstractmethod
    def close(self) -> None:
        """Drain, and give back threads and connections."""
