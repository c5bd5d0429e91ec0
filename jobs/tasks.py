"""What a job does: each is one call of a service."""

from collections.abc import Callable

from jobs.allowed import Functions
from services.outbox import Delivery
from services.outbox.outbox import wake
from services.ports import JobQueue, Queue
from services.sweep import Sweep


class Tasks:
    """The listed functions, over the services of this process. `stopping` is asked between two rows."""

    def __init__(self, jobs: JobQueue, delivery: Delivery, sweep: Sweep, stopping: Callable[[], bool]) -> None:
        self._jobs = jobs
        self._delivery = delivery
        self._sweep = sweep
        self._stopping = stopping

    def functions(self) -> Functions:
        """The functions by the names that `jobs.allowed` lists."""
        return {"empty_outbox": self.empty_outbox, "sweep": self.sweep, "tidy": self.tidy}

    def empty_outbox(self, priority: str) -> None:
        """Deliver what is due in one queue. A long one is left for a moment, because a more urgent one may wait."""
        queue = Queue(priority)
        if self._delivery.empty(queue, stopping=self._stopping):
            wake(self._jobs, queue)

    def sweep(self) -> None:
        """Wake whoever has work."""
        self._sweep.run()

    def tidy(self) -> None:
        """Clear away what is old."""
        self._sweep.tidy()
