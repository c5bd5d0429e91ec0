"""A Redis client for those who can do without: it waits briefly, and not at all once Redis did not answer."""

import time
from typing import Any, Self, cast

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

TIMEOUT_SECONDS = 1.0
CONNECTIONS = 16
"""Of a process with hundreds of threads: who finds none free waits its turn, and is not refused."""
SPARE_AFTER_FAILURE_SECONDS = 2.0
"""How long Redis is not asked again after it did not answer: requests must not all wait for it."""


class NotAsked(NoConnection):
    """Redis did not answer a moment ago, so it was not asked."""


class SparingRedis(Redis):
    """Raises RedisError within about a second, and NotAsked at once for a while after that. Connects on first use."""

    _spared_until = 0.0

    @classmethod
    def at(cls, url: str) -> Self:
        """The client of this address."""
        # Once more for a connection that Redis closed while it was idle; not for one that hangs, or all wait twice.
        retry = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=retry,
        )
        return cast(Self, cls.from_pool(pool))

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """See redis-py. Raises NotAsked while Redis is spared."""
        if time.monotonic() < self._spared_until:
            raise NotAsked("Redis did not answer a moment ago.")
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (NoConnection, NoAnswer):
            self._spared_until = time.monotonic() + SPARE_AFTER_FAILURE_SECONDS
            raise
