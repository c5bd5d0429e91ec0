"""An RQ worker that calls listed functions only, and imports nothing by a name that it finds in Redis."""

from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis
from rq.job import Job
from rq.queue import Queue as RqQueue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker, WorkerStatus

from domain.errors import Invalid
from jobs.allowed import ALLOWED, Functions

WORKER_SECONDS = 45
"""RQ waits fifteen seconds less for a job, then says that it lives; its socket gives up ten seconds after that."""


class ListedJob(Job):
    """A job whose function is one of those that the worker brings. It has no callbacks, no web hooks, no retries.

    All of these would be names and addresses out of Redis that RQ imports or calls.
    """

    functions: Functions = {}
    success_callback = None
    failure_callback = None
    stopped_callback = None
    should_retry = False

    @property
    def func(self) -> Callable[..., None]:
        """The function of this name. Raises Invalid for one that is not listed, or is not given named values only."""
        function = self.functions.get(str(self.func_name))
        if function is None or self.instance is not None or list(self.args):
            raise Invalid("function", self.func_name, f"{', '.join(ALLOWED)}, with named values only")
        return function

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """None is sent."""


class ListedWorker(SimpleWorker):
    """Runs jobs one after the other in this very process.

    No child per job: what a job does is short, database connections stay open, and nothing is left behind when the
    supervisor ends this process. Whoever started it listens to signals; commands through Redis are not listened to.
    """

    job_class = ListedJob
    max_connection_wait_time = 5.0

    def __init__(self, queues: Sequence[str], functions: Functions, connection: Redis) -> None:
        super().__init__(
            list(queues),
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_SECONDS,
            log_job_description=False,
        )
        self._functions = functions

    @property
    def is_busy(self) -> bool:
        """Whether a job runs: then a stop waits for its end."""
        return self.get_state() == WorkerStatus.BUSY

    def stop_after_this_job(self) -> None:
        """Take no other."""
        self._stop_requested = True

    def execute_job(self, job: Job, queue: RqQueue) -> None:
        """See RQ."""
        if isinstance(job, ListedJob):
            job.functions = self._functions
        super().execute_job(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """See RQ. When Redis was emptied meanwhile, introduce ourselves again.

        What is there without a birth is a remark that came after the emptying, such as the state we are in.
        """
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            self.connection.delete(self.key)
            self.register_birth()  # type: ignore[no-untyped-call]  # RQ's own
        super().heartbeat(timeout, pipeline)

    def subscribe(self) -> None:
        """To nothing: whoever can write to Redis must not be able to stop workers."""

    def _install_signal_handlers(self) -> None:
        """None: RQ's own would talk to Redis in the middle of whatever runs."""
