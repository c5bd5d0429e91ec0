"""The event bus between processes: one Redis stream, and one reader in each process that fans it out.

Redis may be emptied, restarted or away at any moment. Then waits simply run out, and whoever waited looks into the
store; as soon as Redis answers again everybody is woken once, because nobody knows what was missed.
"""

import os
from contextlib import suppress

from redis.exceptions import RedisError

import telemetry
from providers.events.base import EventBus, Subscription
from providers.events.fan_out import FanOut
from providers.events.stream_reader import STREAM, StreamReader
from providers.sparing_redis import NotAsked, SparingRedis

STREAM_LENGTH = 10_000
"""About how many events the stream keeps: a reader that was away longer wakes everybody instead."""

log = telemetry.logger("events")


class RedisEventBus(EventBus):
    """Carries wake-ups through Redis. Connects on first use, and anew in a forked child."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._process = _Process(redis_url)

    def publish(self, topic: str) -> None:
        """See the contract. While Redis is away the subscriptions of this process are still woken."""
        here = self._here()
        try:
            here.client.xadd(STREAM, {"topic": topic}, maxlen=STREAM_LENGTH, approximate=True)
        except NotAsked:
            here.fan_out.wake(topic)
        except RedisError as error:
            log.warning("publish_failed", topic=topic, error=type(error).__name__)
            here.fan_out.wake(topic)

    def subscribe(self, topic: str) -> Subscription:
        """See the contract. The first subscription of a process starts its reader."""
        here = self._here()
        subscription = here.fan_out.subscribe(topic)
        here.reader.ensure_started()
        return subscription

    @property
    def draining(self) -> bool:
        """See the contract."""
        return self._here().fan_out.draining

    def drain(self) -> None:
        """See the contract."""
        self._here().fan_out.drain()

    def healthy(self) -> bool:
        """True when the reader has its connection; asked of Redis itself where no reader was needed yet."""
        here = self._here()
        if here.reader.started:
            return here.reader.connected
        try:
            return bool(here.client.ping())
        except RedisError:
            return False

    def close(self) -> None:
        """See the contract."""
        self.drain()
        self._here().close()

    def _here(self) -> "_Process":
        """What belongs to this very process; connections and threads of a parent are not ours."""
        if self._process.fan_out.pid != os.getpid():
            self._process = _Process(self._url)
        return self._process


class _Process:
    """The subscriptions, the reader and the writing connection of one process."""

    def __init__(self, redis_url: str) -> None:
        self.fan_out = FanOut()
        self.reader = StreamReader(redis_url, self.fan_out)
        self.client = SparingRedis.at(redis_url)

    def close(self) -> None:
        self.reader.stop()
        if self.reader.connected:
            # An event of no topic ends the blocking read, so that nobody waits for its time-out.
            with suppress(RedisError):
                self.client.xadd(STREAM, {"topic": ""}, maxlen=STREAM_LENGTH, approximate=True)
        self.reader.join()
        self.client.close()
