"""A background job as people see it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from database.tables import BackgroundJobRow


class JobState(StrEnum):
    """waiting: a worker will take it (perhaps again). running: one has it. done and failed are the ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class BackgroundJob(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is. `total` is 0 while nobody knows; `error` says, while it waits too, why it went wrong last."""

    job_id: str
    kind: str
    user_id: str | None
    state: str
    done: int
    total: int
    step: str
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def as_job(row: BackgroundJobRow) -> BackgroundJob:
    """What the rest of the product may know of it."""
    return BackgroundJob(**{name: getattr(row, name) for name in BackgroundJob.__struct_fields__})
