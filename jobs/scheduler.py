"""Wakes a worker for the sweep, every few seconds, and for tidying up, every hour.

    python -m jobs.scheduler

It decides nothing and remembers nothing: the sweep is idempotent, so a tick that is missed or comes twice, because two
of these run, does no harm. While Redis is away ticks are lost, and the first one after that makes up for them.

Exit codes: 0 stopped by a signal, 2 a bad setting, or a store that is away or not of this release.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from types import FrameType

import telemetry
from domain.errors import GreenroomError
from jobs.connection import connect
from jobs.queue import RqJobQueue
from jobs.signs_of_life import note_tick
from jobs.stopping import Stopped
from services.ports import JobQueue, Queue
from settings import Settings

TICK_SECONDS = 5.0
"""The longest that somebody waits for a mail whose wake-up was lost, or for a retry that has become due."""
TICKS_BETWEEN_TIDYING = 720
TIMEOUT_SECONDS = 1.0


def main() -> int:
    """Tick until a signal says stop."""
    try:
        settings = Settings.from_env()
        _check_schemas(settings)
    except GreenroomError as error:
        print(f"scheduler: {error}", file=sys.stderr)  # noqa: T201  # the one line a person reads before logs exist
        return 2
    telemetry.configure(settings.log_level, settings.log_format)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    client = connect(settings.redis_url, timeout_seconds=TIMEOUT_SECONDS)
    try:
        run(RqJobQueue(client), partial(note_tick, client))
    except Stopped:
        return 0
    finally:
        client.close()
    return 0


def _check_schemas(settings: Settings) -> None:
    """Refuse to wake anybody over stores of another release; beyond that, this process uses neither of them."""
    from bootstrap import check_schemas  # only for this moment: what imports the scheduler needs no database

    check_schemas(settings)


def run(jobs: JobQueue, after_tick: Callable[[], None]) -> None:
    """Tick for ever."""
    for functions in ticks():
        for function in functions:
            jobs.enqueue(function, queue=Queue.HIGH)
        after_tick()
        time.sleep(TICK_SECONDS)


def ticks() -> Iterator[list[str]]:
    """What each tick wakes somebody for, the first one included."""
    for number in count():
        yield ["sweep", "tidy"] if number % TICKS_BETWEEN_TIDYING == 0 else ["sweep"]


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
