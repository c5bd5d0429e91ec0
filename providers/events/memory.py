"""An event bus inside one process: for tests, and for an installation that runs a single worker without Redis."""

from providers.events.base import EventBus, Subscription
from providers.events.fan_out import FanOut


class MemoryEventBus(EventBus):
    """Carries wake-ups between the threads of this process and no further."""

    def __init__(self) -> None:
        self._fan_out = FanOut()

    def publish(self, topic: str) -> None:
        """See the contract."""
        self._fan_out.wake(topic)

    def subscribe(self, topic: str) -> Subscription:
        """See the contract."""
        return self._fan_out.subscribe(topic)

    @property
    def draining(self) -> bool:
        """See the contract."""
        return self._fan_out.draining

    def drain(self) -> None:
        """See the contract."""
        self._fan_out.drain()

    def healthy(self) -> bool:
        """Always: there is nothing in between that could be away."""
        return True

    def close(self) -> None:
        """See the contract."""
        self.drain()
