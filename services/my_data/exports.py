"""`ExportService`: for whoever wants to take everything along. The archive itself is made by `Exporter`."""

from datetime import datetime, timedelta
from typing import BinaryIO

import msgspec
from sqlalchemy import Select, select

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow
from database.unified_session_manager import UnifiedSessionManager
from domain.actor import Actor
from domain.errors import NotFound
from services.accounts.rows import load_row_to_change
from services.background_jobs import BackgroundJob, BackgroundJobs, JobState
from services.background_jobs.job import UNFINISHED, as_job
from services.my_data.exporter import KIND
from services.my_data.exports_folder import ExportsFolder

KEPT = timedelta(days=7)
"""Long enough to fetch it after a holiday week-end; it holds everything, so it does not lie about for longer."""
SHOWN = 20


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """An export as its owner sees it. `bytes` is None while there is nothing to fetch, or nothing any more."""

    job: BackgroundJob
    bytes: int | None
    available_until: datetime | None


class ExportService:
    """Starts exports and hands them out to their owner, and to nobody else."""

    def __init__(
        self,
        jobs: BackgroundJobs,
        folder: ExportsFolder,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
    ) -> None:
        self._jobs = jobs
        self._folder = folder
        self._unified = unified
        self._plain = plain

    def start(self, actor: Actor) -> str:
        """Have an export made and return its id; while one of theirs is being made, that one's. Raises NotFound."""
        running = _own(actor).where(BackgroundJobRow.state.in_(UNFINISHED))
        with self._unified.get_db_session(actor) as db:
            load_row_to_change(db, actor.user_id)  # of two requests at once the second waits here, and finds the first
            row = db.scalars(running).first()
            return row.job_id if row is not None else self._jobs.start(db, KIND, actor.user_id, {})

    def load(self, actor: Actor, job_id: str) -> Export:
        """One export of this actor. Raises NotFound, for somebody else's as for none at all."""
        with self._plain.session_scope() as db:
            row = db.scalars(_own(actor).where(BackgroundJobRow.job_id == job_id)).one_or_none()
            job = as_job(row) if row is not None else None
        if job is None:
            raise _no_such_export(job_id)
        return self._export(job)

    def list_own(self, actor: Actor) -> list[Export]:
        """This actor's exports, the newest first, at most twenty."""
        newest = _own(actor).order_by(BackgroundJobRow.created_at.desc(), BackgroundJobRow.job_id).limit(SHOWN)
        with self._plain.session_scope() as db:
            jobs = [as_job(row) for row in db.scalars(newest)]
        return [self._export(job) for job in jobs]

    def open(self, actor: Actor, job_id: str) -> BinaryIO:
        """The archive, for reading; whoever opens it closes it.

        Raises NotFound for one that is not ready, not kept any more, somebody else's, or none at all.
        """
        export = self.load(actor, job_id)
        if export.bytes is None:
            raise _no_such_export(job_id)
        try:
            return self._folder.place(job_id).open("rb")
        except FileNotFoundError:
            raise _no_such_export(job_id) from None

    def _export(self, job: BackgroundJob) -> Export:
        ready = job.state == JobState.DONE and job.finished_at is not None
        size = self._folder.size(job.job_id) if ready else None
        until = job.finished_at + KEPT if ready and size is not None and job.finished_at else None
        return Export(job=job, bytes=size, available_until=until)


def _own(actor: Actor) -> Select[BackgroundJobRow]:
    mine = BackgroundJobRow.kind == KIND, BackgroundJobRow.user_id == actor.user_id
    return select(BackgroundJobRow).where(*mine)


def _no_such_export(job_id: str) -> NotFound:
    return NotFound("There is no such export, or it is not kept any more.", job_id=job_id)
