"""Connections to Redis for the processes that live off it: they wait with an end, and try again themselves."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_TIMEOUT_SECONDS = 1.0


def connect(redis_url: str, *, timeout_seconds: float) -> Redis:
    """A client that connects on first use and gives up an answer after this time."""
    return Redis.from_url(
        redis_url,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
