"""`Sweep`: finds what was left lying (a lost wake-up, a dead worker's row, an old one) and sets it going or clears it.

Everything here is idempotent and may run in several processes at once.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update

import telemetry
from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, Base, NoticeRow, OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from services.background_jobs import BackgroundJobs
from services.outbox.claims import is_due
from services.outbox.effects import OutboxState
from services.outbox.outbox import wake
from services.ports import Clock, JobQueue, Queue

KEEP_DONE = timedelta(days=14)
"""As long as somebody may still ask whether a mail was sent."""
KEEP_READ_NOTICES = timedelta(days=30)
KEEP_NOTICES = timedelta(days=180)
"""Whoever has not looked for half a year does not miss them."""
KEEP_JOBS = timedelta(days=30)
"""What a job made (an export, say) has a retention of its own; this is only the line that tells of it."""
ROWS_AT_ONCE = 500
"""Small transactions: others want to write as well."""
BATCHES = 100

_log = telemetry.logger("sweep")


class Sweep:
    """`run` every few seconds, `tidy` now and then."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        jobs: JobQueue,
        background_jobs: BackgroundJobs,
        now: Clock = clock.now,
        *,
        tidying: Mapping[str, Callable[[], int]] | None = None,
    ) -> None:
        """`tidying` names what else has things past their time, each with what removes them and counts them."""
        self._unified = unified
        self._plain = plain
        self._jobs = jobs
        self._background_jobs = background_jobs
        self._now = now
        self._tidying = tidying or {}

    def run(self) -> None:
        """Wake every queue that has something due, and end the wait for jobs that were given up."""
        for queue in self._due_queues():
            wake(self._jobs, queue)
        self._background_jobs.fail_abandoned()

    def tidy(self) -> None:
        """Remove what is past its time. Dead letters stay until an operator has decided about them.

        Of a row with a key the key stays, because it is good for one row ever.
        """
        now = self._now()
        old = OutboxRow.state == OutboxState.DONE, OutboxRow.done_at < now - KEEP_DONE
        read = NoticeRow.read_at < now - KEEP_READ_NOTICES
        removed = {
            "outbox": self._remove(OutboxRow, select(OutboxRow.outbox_id).where(*old, OutboxRow.key.is_(None))),
            "keyed": self._spend(select(OutboxRow.outbox_id).where(*old, OutboxRow.key.is_not(None))),
            "notices": self._remove(
                NoticeRow, select(NoticeRow.notice_id).where(read | (NoticeRow.created_at < now - KEEP_NOTICES))
            ),
            "jobs": self._remove(
                BackgroundJobRow,
                select(BackgroundJobRow.job_id).where(BackgroundJobRow.finished_at < now - KEEP_JOBS),
            ),
            **{name: remove() for name, remove in self._tidying.items()},
        }
        if any(removed.values()):
            _log.info("tidied", **removed)

    def _due_queues(self) -> list[Queue]:
        now = self._now()
        with self._plain.session_scope() as db:
            return [
                queue for queue in Queue if db.scalar(select(OutboxRow.outbox_id).where(is_due(queue, now)).limit(1))
            ]

    def _remove(self, table: type[Base], old: Select[Any]) -> int:
        (column,) = old.selected_columns
        return self._in_batches(old, lambda ids: delete(table).where(column.in_(ids)))

    def _spend(self, old: Select[Any]) -> int:
        nothing: dict[str, Any] = {"state": str(OutboxState.SPENT), "payload": {}, "user_id": None, "last_error": None}
        return self._in_batches(old, lambda ids: update(OutboxRow).where(OutboxRow.outbox_id.in_(ids)).values(nothing))

    def _in_batches(self, old: Select[Any], change: Any) -> int:
        """Read first: a sweep that finds nothing takes no lock that others want."""
        changed = 0
        for _ in range(BATCHES):
            with self._plain.session_scope() as db:
                ids = list(db.scalars(old.limit(ROWS_AT_ONCE)))
            if not ids:
                break
            with self._unified.get_db_session() as db:
                db.execute(change(ids), execution_options={"synchronize_session": False})
            changed += len(ids)
        return changed
