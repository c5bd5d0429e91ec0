"""`BackgroundJobs`: starts jobs, runs them, and shows how far they are."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor
from domain.checks import check_count, check_json, check_text
from domain.errors import GreenroomError, Invalid, NotFound
from services.background_jobs.job import UNFINISHED, BackgroundJob, JobState, as_job
from services.background_jobs.run import JobFunction, JobRun
from services.outbox import Claimed, Effect, LeaseLost, NotDeliverable, Outbox
from services.outbox.effects import OutboxState
from services.ports import Clock, Queue

STEP_LIMIT = 200
ERROR_LIMIT = 500
SHOWN = 20
FAILED_AT_ONCE = 100
"""The next sweep goes on."""
FIRST_STEP = "Waiting for its turn"
OUR_FAULT = "Something went wrong on our side."
GIVEN_UP = "It was tried several times and did not succeed."


class BackgroundJobs:
    """Jobs by their kinds, `kind -> function`. Safe to share between threads."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        outbox: Outbox,
        functions: Mapping[str, JobFunction],
        now: Clock = clock.now,
    ) -> None:
        self._unified = unified
        self._plain = plain
        self._outbox = outbox
        self._functions = functions
        self._now = now

    # --- for those who start a job and wait for it -------------------------------------------------------------------

    def start(
        self, db: Session, kind: str, user_id: str | None, payload: Mapping[str, Any], queue: Queue = Queue.LOW
    ) -> str:
        """Write a job into the open block and return its id; it runs once that is kept. Raises Invalid."""
        if kind not in self._functions:
            raise Invalid("kind", kind, sorted(self._functions))
        effect = Effect(kind="job", payload={"job": kind, "with": dict(payload)}, user_id=user_id, queue=queue)
        job_id = self._outbox.add(db, effect)
        db.add(
            BackgroundJobRow(
                job_id=job_id,
                kind=kind,
                user_id=user_id,
                state=str(JobState.WAITING),
                done=0,
                total=0,
                step=FIRST_STEP,
                created_at=self._now(),
            )
        )
        return job_id

    def load(self, actor: Actor, job_id: str) -> BackgroundJob:
        """A job of this person. Raises NotFound, for somebody else's as for none at all."""
        mine = BackgroundJobRow.job_id == job_id, BackgroundJobRow.user_id == actor.user_id
        with self._plain.session_scope() as db:
            row = db.scalars(select(BackgroundJobRow).where(*mine)).one_or_none()
            if row is None:
                raise NotFound("There is no such job.", job_id=job_id)
            return as_job(row)

    def list_own(self, actor: Actor) -> list[BackgroundJob]:
        """This person's jobs, the newest first, at most twenty."""
        mine = select(BackgroundJobRow).where(BackgroundJobRow.user_id == actor.user_id)
        newest = mine.order_by(BackgroundJobRow.created_at.desc(), BackgroundJobRow.job_id).limit(SHOWN)
        with self._plain.session_scope() as db:
            return [as_job(row) for row in db.scalars(newest)]

    # --- for the worker ----------------------------------------------------------------------------------------------

    def handle(self, claimed: Claimed) -> None:
        """The handler of kind "job". A job that is done, or that nobody knows any more, is not run again."""
        run = self._run_of(claimed)
        if not self._begin(run):
            return
        try:
            result = _result(self._functions[run.kind](run))
            claimed.extend()  # who comes too late must not write over the one who goes on
        except LeaseLost:
            raise
        except Exception as error:
            self._note_failure(run, error)
            raise
        self._change(run.job_id, state=JobState.DONE, result=result, finished_at=self._now())

    def fail_abandoned(self) -> int:
        """Mark jobs failed whose row was given up or is gone, so that nobody waits for them; tell how many."""
        lost = (
            select(BackgroundJobRow.job_id)
            .outerjoin(OutboxRow, OutboxRow.outbox_id == BackgroundJobRow.job_id)
            .where(BackgroundJobRow.state.in_(UNFINISHED))
            .where(OutboxRow.outbox_id.is_(None) | (OutboxRow.state != OutboxState.WAITING))
            .limit(FAILED_AT_ONCE)
        )
        with self._plain.session_scope() as db:
            job_ids = list(db.scalars(lost))
        for job_id in job_ids:
            self._fail(job_id)
        return len(job_ids)

    def _run_of(self, claimed: Claimed) -> JobRun:
        kind = claimed.payload["job"]
        if kind not in self._functions:  # perhaps a newer release has it: the row waits
            raise LookupError(f"no job is called {kind}")
        return JobRun(
            job_id=claimed.outbox_id,
            kind=kind,
            user_id=claimed.user_id,
            payload=claimed.payload["with"],
            attempt=claimed.attempt,
            progress=partial(self._progress, claimed),
        )

    def _begin(self, run: JobRun) -> bool:
        """Note that it runs; False when there is nothing to run."""
        unfinished = BackgroundJobRow.job_id == run.job_id, BackgroundJobRow.state != JobState.DONE
        with self._unified.get_db_session() as db:
            row = db.scalars(select(BackgroundJobRow).where(*unfinished).with_for_update()).one_or_none()
            if row is None:
                return False
            row.state, row.error, row.finished_at = str(JobState.RUNNING), None, None
            row.started_at = row.started_at or self._now()
            return True

    def _progress(self, claimed: Claimed, done: int, total: int, step: str) -> None:
        check_count("total", total, 0, 2**31 - 1)
        check_count("done", done, 0, total)
        check_text("step", step, limit=STEP_LIMIT)
        claimed.extend()
        self._change(claimed.outbox_id, done=done, total=total, step=step)

    def _note_failure(self, run: JobRun, error: Exception) -> None:
        """Tell people why. It stays waiting unless trying again would not help; the sweep sees to the last attempt."""
        reason = error.message[:ERROR_LIMIT] if isinstance(error, GreenroomError) else OUR_FAULT
        if isinstance(error, NotDeliverable):
            self._change(run.job_id, state=JobState.FAILED, error=reason, finished_at=self._now())
        else:
            self._change(run.job_id, state=JobState.WAITING, error=reason)

    def _change(self, job_id: str, **values: Any) -> None:
        with self._unified.get_db_session() as db:
            db.execute(update(BackgroundJobRow).where(BackgroundJobRow.job_id == job_id).values(**values))

    def _fail(self, job_id: str) -> None:
        unfinished = BackgroundJobRow.job_id == job_id, BackgroundJobRow.state.in_(UNFINISHED)
        with self._unified.get_db_session() as db:
            row = db.scalars(select(BackgroundJobRow).where(*unfinished).with_for_update()).one_or_none()
            if row is not None:
                row.state, row.finished_at = str(JobState.FAILED), self._now()
                row.error = row.error or GIVEN_UP


def _result(returned: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if returned is None:
        return None
    result = dict(returned)
    check_json("result", result)
    return result
