"""`Upkeep`: what exports and erasures leave behind is cleared away when its time is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, select, update

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from services.background_jobs.job import UNFINISHED
from services.my_data.exports import KEPT
from services.my_data.exports_folder import ExportsFolder
from services.my_data.farewell import KIND as FAREWELL
from services.my_data.mail_files import MailFiles
from services.outbox.effects import OutboxState
from services.ports import Clock

FAREWELLS_KEPT = timedelta(days=7)
"""Where mail is laid into a folder of ours, the last mail lies there for so long, and nothing else names the person."""


class Upkeep:
    """Idempotent, and safe in several processes at once. `purge` as for `Eraser`."""

    def __init__(
        self,
        *,
        folder: ExportsFolder,
        mail_files: MailFiles,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        purge: Callable[[], None],
        now: Clock,
    ) -> None:
        self._folder = folder
        self._mail_files = mail_files
        self._unified = unified
        self._plain = plain
        self._purge = purge
        self._now = now

    def drop_old_exports(self) -> int:
        """Remove archives a week after they were finished, and what no job knows of. Return how many were removed."""
        wanted = BackgroundJobRow.state.in_(UNFINISHED) | (BackgroundJobRow.finished_at > self._now() - KEPT)
        there = self._folder.job_ids()
        with self._plain.session_scope() as db:
            kept = set(db.scalars(select(BackgroundJobRow.job_id).where(wanted, BackgroundJobRow.job_id.in_(there))))
        return sum(self._folder.remove(job_id) for job_id in there - kept)

    def drop_farewells(self) -> int:
        """Forget the address of a last mail that was given up, and remove those that lie in a folder for a week.

        Return how many were removed.
        """
        self._forget_given_up()
        old = OutboxRow.kind == FAREWELL, OutboxRow.done_at < self._now() - FAREWELLS_KEPT
        with self._plain.session_scope() as db:
            sent = list(db.scalars(select(OutboxRow.outbox_id).where(*old)))
        return sum(self._mail_files.remove_of_row(outbox_id) for outbox_id in sent)

    def _forget_given_up(self) -> None:
        """Those that still say whom they were for; the operator may see that there was one."""
        lost: dict[str, Any] = {"payload": {}, "last_error": None}
        dead = OutboxRow.kind == FAREWELL, OutboxRow.state == str(OutboxState.DEAD)
        forget = update(OutboxRow).where(*dead, cast(OutboxRow.payload, Text) != "{}").values(lost)
        with self._unified.get_db_session() as db:
            forgotten = db.scalars(forget.returning(OutboxRow.outbox_id)).all()
        if forgotten:
            self._purge()
