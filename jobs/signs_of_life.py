"""Whether a worker or a scheduler of this machine is at work, told by what each notes in Redis now and then.

RQ keeps the note of a worker. The scheduler's is ours: one key, which runs out by itself.
"""

import os
import socket
from datetime import UTC, datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker, SimpleWorker, WorkerStatus

from jobs.listed_worker import WORKER_SECONDS

IDLE_SECONDS = WORKER_SECONDS + 15
"""An idle worker notes that it lives twice within this time. A busy one is as long in coming as its job."""
TICK_KEEP_SECONDS = 30
"""How long a tick counts: five come and go in this time."""


def note_tick(client: Redis) -> None:
    """Note that the scheduler of this process ticked. Without Redis nothing is noted: it cannot wake anybody either."""
    try:
        client.set(_scheduler_key(), os.getpid(), ex=TICK_KEEP_SECONDS)
    except RedisError:
        return  # the queue has said so already


def scheduler_lives(client: Redis) -> bool:
    """Whether a scheduler of this machine ticked lately and still runs. Raises RedisError."""
    noted = client.get(_scheduler_key())
    return isinstance(noted, bytes) and _runs(int(noted))


def worker_lives(client: Redis) -> bool:
    """Whether a worker of this machine waits for work, or has some in hand. Raises RedisError."""
    return any(_is_at_work(worker) for worker in SimpleWorker.all(connection=client, serializer=JSONSerializer))


def _is_at_work(worker: BaseWorker) -> bool:
    if worker.hostname != socket.gethostname() or worker.pid is None or not _runs(worker.pid):
        return False
    return worker.get_state() == WorkerStatus.BUSY or _is_recent(worker.last_heartbeat)


def _is_recent(moment: datetime | None) -> bool:
    return moment is not None and datetime.now(UTC) - moment < timedelta(seconds=IDLE_SECONDS)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it runs, and belongs to somebody else
    return True


def _scheduler_key() -> str:
    return f"greenroom:scheduler:{socket.gethostname()}"
