"""One run of a background job, as its function sees it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec


class JobRun(msgspec.Struct, frozen=True, kw_only=True):
    """What the function of a job is given.

    A worker may be killed at any step, and then the job is run again from its beginning: the function repairs what it
    finds half done, and is harmless where it finds everything done. `progress(done, total, step)` tells people how far
    it is, and keeps the job ours; it raises LeaseLost, to be let through, when another worker has it by now. Call it
    more often than once a minute. What the function returns is the job's result. Raises NotDeliverable when trying
    again would not help, with a message for people.
    """

    job_id: str
    kind: str
    user_id: str | None
    payload: Mapping[str, Any]
    attempt: int
    progress: Callable[[int, int, str], None]


JobFunction = Callable[[JobRun], Mapping[str, Any] | None]
