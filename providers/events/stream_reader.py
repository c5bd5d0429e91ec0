"""The one thread of a process that reads the event stream, and keeps reading it through every interruption."""

import socket
import threading
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

import telemetry
from providers.events.fan_out import FanOut

STREAM = "greenroom:events"
BLOCK_MILLISECONDS = 5_000
READ_COUNT = 500
CONNECT_TIMEOUT_SECONDS = 1.0
STOP_TIMEOUT_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

log = telemetry.logger("events")


class StreamReader:
    """Wakes the fan-out for every event of the stream, from the moment `ensure_started` returns.

    After an interruption it goes on behind the last event it saw, and wakes everybody once.
    """

    def __init__(self, redis_url: str, fan_out: FanOut) -> None:
        self.connected = False
        self._fan_out = fan_out
        self._last_id: str | None = None
        self._missed_some = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._tried = threading.Event()
        self._stopping = threading.Event()
        # A read blocks longer than redis-py's own time-out of five seconds, which would end it each time.
        self._client = Redis.from_url(
            redis_url,
            socket_timeout=None,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            protocol=2,
            **_keepalive(redis_url),
        )

    @property
    def started(self) -> bool:
        """Whether the thread was ever needed."""
        return self._thread is not None

    def ensure_started(self) -> None:
        """Start the thread if there is none; return once it stands in the stream, or found Redis away."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="events-reader", daemon=True)
                self._thread.start()
        self._tried.wait(CONNECT_TIMEOUT_SECONDS * 2)

    def stop(self) -> None:
        """Let the thread end after its present read and give back its connection."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the end of the thread, a second at most: it is a daemon and holds nobody up."""
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT_SECONDS)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                self._take_place()
                pause = FIRST_PAUSE_SECONDS
                while not self._stopping.is_set():
                    self._read_once()
            except (RedisError, OSError, ValueError) as error:
                self._interrupted(error, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        self.connected = False
        self._client.close()

    def _take_place(self) -> None:
        """Find where to read on: behind the last event seen; at the end of a stream that is new to us or was lost."""
        newest: Any = self._client.xrevrange(STREAM, count=1)
        end = str(newest[0][0]) if newest else "0-0"
        if self._last_id is None or _order(end) < _order(self._last_id):
            self._last_id = end
        self.connected = True
        self._tried.set()
        if self._missed_some:
            self._missed_some = False
            self._fan_out.wake_all()

    def _read_once(self) -> None:
        answer: Any = self._client.xread({STREAM: self._last_id or "0-0"}, count=READ_COUNT, block=BLOCK_MILLISECONDS)
        for _stream, events in answer:
            for event_id, fields in events:
                self._last_id = event_id
                self._fan_out.wake(fields.get("topic", ""))

    def _interrupted(self, error: Exception, pause: float) -> None:
        self.connected = False
        self._missed_some = True
        self._tried.set()
        if not self._stopping.is_set():
            log.warning("reader_interrupted", error=type(error).__name__, retry_in_seconds=pause)
        self._client.connection_pool.disconnect()
        self._stopping.wait(pause)


def _keepalive(redis_url: str) -> dict[str, Any]:
    """Notice within half a minute that the other side of a TCP connection is gone without a word."""
    if redis_url.startswith("unix:"):
        return {}
    probes = {socket.TCP_KEEPIDLE: 15, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}
    return {"socket_keepalive": True, "socket_keepalive_options": probes}


def _order(event_id: str) -> tuple[int, int]:
    milliseconds, _, place = event_id.partition("-")
    return int(milliseconds), int(place or 0)
