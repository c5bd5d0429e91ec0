"""Runs background work: delivers what is due in the outbox, and sweeps.

    python -m jobs.worker                         # all queues, the urgent first
    python -m jobs.worker --queues high,default   # one that long jobs never hold up

Any number may run at once. SIGTERM and Ctrl-C stop it after the row it has in hand. While Redis is away it waits, and
goes on by itself.

Exit codes: 0 stopped by a signal, 2 wrong usage, a bad setting, or a store that is away or not of this release.
"""

import signal
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from redis.exceptions import RedisError

import bootstrap
import telemetry
from domain.errors import GreenroomError
from jobs.connection import connect
from jobs.listed_worker import WORKER_SECONDS, ListedWorker
from jobs.stopping import Stopped
from jobs.tasks import Tasks
from services.ports import Queue
from settings import Settings

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0

_log = telemetry.logger("worker")


def main(arguments: list[str] | None = None) -> int:
    """Work until a signal says stop."""
    chosen = _parser().parse_args(arguments)
    try:
        app = bootstrap.build(Settings.from_env())
    except GreenroomError as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  # the one line a person reads before logs exist
        return 2
    try:
        app.start()
        WorkerProcess(app, chosen.queues).run()
    except GreenroomError as error:
        print(f"worker: {error}", file=sys.stderr)  # noqa: T201  # as above
        return 2
    finally:
        app.close()
    return 0


class WorkerProcess:
    """One worker after the other, each until Redis interrupts it, for as long as nobody says stop."""

    def __init__(self, app: bootstrap.App, queues: Sequence[Queue]) -> None:
        tasks = Tasks(app.jobs, app.delivery, app.sweep, self._is_stopping)
        self._app = app
        self._queues = [str(queue) for queue in queues]
        self._functions = {name: partial(self._alone, name, call) for name, call in tasks.functions().items()}
        self._connection = connect(app.settings.redis_url, timeout_seconds=WORKER_SECONDS)
        self._worker: ListedWorker | None = None
        self._stopping = False

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            self._keep_working()
        except Stopped:
            _log.debug("stopped_while_idle")
        finally:
            self._connection.close()

    def _keep_working(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping:
            began = time.monotonic()
            self._work()
            if self._stopping:
                return
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began > LONGEST_PAUSE_SECONDS else pause
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _work(self) -> None:
        """Until Redis goes away or somebody says stop."""
        try:
            self._worker = ListedWorker(self._queues, self._functions, self._connection)
            self._worker.work(logging_level="WARNING")
        except (RedisError, OSError) as error:
            _log.warning("worker_interrupted", error=type(error).__name__)
        finally:
            self._worker = None

    def _alone(self, name: str, function: Callable[..., None], **payload: str) -> None:
        """Run a job in a database scope and with log lines of its own: both outlive a job on this thread."""
        telemetry.clear()
        telemetry.bind(job=name, **payload)
        try:
            with self._app.database_scope():
                function(**payload)
        finally:
            telemetry.clear()

    def _is_stopping(self) -> bool:
        return self._stopping

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """End the wait for work at once; let a job come to the end of the row it has in hand."""
        self._stopping = True
        if self._worker is None or not self._worker.is_busy:
            raise Stopped
        self._worker.stop_after_this_job()


def _parser() -> ArgumentParser:
    parser = ArgumentParser("jobs.worker", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--queues", type=_queues, default=list(Queue), help="which, the most urgent first")
    return parser


def _queues(text: str) -> list[Queue]:
    try:
        return [Queue(name.strip()) for name in text.split(",")]
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not accepted; allowed are {', '.join(Queue)}, with commas") from None


if __name__ == "__main__":
    sys.exit(main())
