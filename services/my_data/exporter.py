"""`Exporter`: the background job that makes an export."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec
from sqlalchemy.orm import Session

from database.unified_session_manager import UnifiedSessionManager
from domain.user import User
from services.accounts.service import AccountService
from services.background_jobs import JobRun
from services.my_data.archive import Archive
from services.my_data.contents import Contents, readme
from services.my_data.exports_folder import ExportsFolder
from services.notifications.letters import mail
from services.notifications.notices import notice
from services.outbox import LeaseLost, NotDeliverable, Outbox
from services.ports import Clock
from services.session_manager import SessionsOf

KIND = "export"
LETTER = "export_ready"
PAGE = "/account/data"


class Exporter:
    """Makes the archive in one go. Run again after a kill it begins anew; nothing half written is ever offered."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        sessions: SessionsOf,
        contents: Contents,
        folder: ExportsFolder,
        outbox: Outbox,
        unified: UnifiedSessionManager,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._contents = contents
        self._folder = folder
        self._outbox = outbox
        self._unified = unified
        self._now = now

    def run(self, job: JobRun) -> Mapping[str, Any]:
        """The function of jobs of kind "export". Raises NotDeliverable when the account is gone, Unavailable."""
        user = self._accounts.find_user(job.user_id or "")
        if user is None:
            raise NotDeliverable("The account that this export was for is gone.")
        with self._folder.writing(job.job_id) as file:
            count = self._fill(file, user, job)
        self._keep_only_if_wanted(job, count)
        with self._unified.get_db_session() as db:
            self._tell(db, job.job_id, user)
        return {"sessions": count, "bytes": self._folder.size(job.job_id)}

    def _fill(self, file: BinaryIO, user: User, job: JobRun) -> int:
        made_at = self._now()
        archive = Archive(file, made_at)
        archive.add("README.txt", [readme(user, f"{made_at:%Y-%m-%d at %H:%M} UTC")])
        job.progress(0, 0, "Counting your sessions")
        total = sum(1 for _ in self._sessions(user.user_id).storage.ids_of(user.user_id))
        self._contents.add_account(archive, user)
        self._contents.add_mails(archive, user)
        count = self._contents.add_sessions(
            archive, user, lambda done: job.progress(done, max(done, total), "Writing your sessions")
        )
        archive.close()
        job.progress(count, max(count, total), "Keeping the archive")
        return count

    def _keep_only_if_wanted(self, job: JobRun, count: int) -> None:
        """The account may have been erased in the very moment in which the archive took its place."""
        try:
            job.progress(count, count, "Your export is ready")
        except LeaseLost:
            self._folder.remove(job.job_id)
            raise

    def _tell(self, db: Session, job_id: str, user: User) -> None:
        """A notice and a mail, once however often the job runs."""
        ready = notice(user.user_id, "Your export is ready. You can fetch it for seven days.", PAGE)
        self._outbox.add(db, msgspec.structs.replace(ready, key=f"{KIND}-notice:{job_id}"))
        letter = mail(LETTER, user_id=user.user_id)
        self._outbox.add(db, msgspec.structs.replace(letter, key=f"{KIND}-mail:{job_id}"))
