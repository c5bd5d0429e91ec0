"""`Eraser`: the background job that erases a person, one store after the other, and their row last.

A kill at any step is repaired by running again: what names the person goes last, and what is gone already is passed by.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, MailedLinkRow, OutboxRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain.errors import CorruptSession, SessionAccessDenied
from domain.user import User
from services.accounts.service import AccountService
from services.background_jobs import JobRun
from services.my_data.exporter import KIND as EXPORT
from services.my_data.exports_folder import ExportsFolder
from services.my_data.farewell import farewell
from services.my_data.mail_files import MailFiles
from services.my_data.rows import addresses_of, effects_about
from services.outbox import Outbox
from services.session_manager import SessionsOf

KIND = "erasure"
AFTER_THE_SESSIONS = 3
"""Steps that are told of beside the sessions."""


class Erased(msgspec.Struct, kw_only=True):
    """How much there was when the erasing began."""

    sessions: int = 0
    messages: int = 0
    exports: int = 0
    mails: int = 0


class Eraser:
    """Erases. `purge` makes the relational engine give up what it keeps of rows that are gone."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        sessions: SessionsOf,
        folder: ExportsFolder,
        mail_files: MailFiles,
        outbox: Outbox,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        purge: Callable[[], None],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._folder = folder
        self._mail_files = mail_files
        self._outbox = outbox
        self._unified = unified
        self._plain = plain
        self._purge = purge

    def run(self, job: JobRun) -> Mapping[str, Any]:
        """The function of jobs of kind "erasure"."""
        if job.user_id is not None:
            self._erase(job, job.user_id)
        self._purge()  # also after a run that came to its end and could not say so
        return self._noted(job.job_id) or {}

    def _erase(self, job: JobRun, user_id: str) -> None:
        user = self._accounts.find_user(user_id)
        addresses = addresses_of(self._plain, user) if user else frozenset[str]()
        erased = self._counted(job, user_id, addresses)
        total = erased.sessions + AFTER_THE_SESSIONS
        self._erase_sessions(job, user_id, total)
        job.progress(erased.sessions, total, "Erasing your exports and mails")
        self._erase_files(user_id, addresses)
        job.progress(erased.sessions + 1, total, "Erasing what was noted to be done for you")
        self._erase_effects(job.job_id, user_id, addresses)
        job.progress(erased.sessions + 2, total, "Erasing your account")
        self._look_again(job, user_id, addresses, total)
        with self._unified.get_db_session() as db:
            self._end(db, job.job_id, user_id, user, addresses)

    def _counted(self, job: JobRun, user_id: str, addresses: frozenset[str]) -> Erased:
        """Noted before anything goes, so that a run after a kill still tells the whole."""
        noted = self._noted(job.job_id)
        if noted is not None:
            return msgspec.convert(noted, Erased)
        job.progress(0, 0, "Counting what is yours")
        erased = Erased(mails=sum(1 for _ in self._mail_files.addressed_to(addresses)))
        erased.exports = sum(self._folder.size(job_id) is not None for job_id in self._exports(user_id))
        for session_id in self._sessions(user_id).storage.ids_of(user_id):
            erased.sessions += 1
            erased.messages += self._messages_of(user_id, session_id)
        self._note(job.job_id, erased)
        return erased

    def _messages_of(self, user_id: str, session_id: str) -> int:
        try:
            return self._sessions(user_id).load_session(session_id, messages=0).message_count
        except (CorruptSession, SessionAccessDenied):  # not to be told, or gone meanwhile
            return 0

    # --- the stores ---------------------------------------------------------------------------------------------------

    def _erase_sessions(self, job: JobRun, user_id: str, total: int) -> None:
        storage = self._sessions(user_id).storage
        left = sum(1 for _ in storage.ids_of(user_id))
        done = max(0, total - AFTER_THE_SESSIONS - left)
        for session_id in storage.ids_of(user_id):
            job.progress(min(done, total), total, "Erasing your sessions")
            self._delete(user_id, session_id)
            done += 1
        storage.purge_deleted()

    def _delete(self, user_id: str, session_id: str) -> None:
        """Where the header is too damaged to say whose it is, what told us the id has said so."""
        try:
            self._sessions(user_id).delete_session(session_id)
        except SessionAccessDenied:
            return
        except CorruptSession:
            self._sessions(None).delete_session(session_id)

    def _erase_files(self, user_id: str, addresses: frozenset[str]) -> None:
        for job_id in self._exports(user_id):
            self._folder.remove(job_id)
        for path in self._mail_files.addressed_to(addresses):
            path.unlink(missing_ok=True)

    def _erase_effects(self, job_id: str, user_id: str, addresses: frozenset[str]) -> None:
        """What waits, what was done, and every background job but this one; a worker that has one in hand loses it."""
        for row in effects_about(self._plain, user_id, addresses):
            if row.outbox_id != job_id:
                with self._unified.get_db_session() as db:
                    db.execute(delete(OutboxRow).where(OutboxRow.outbox_id == row.outbox_id))
        mine = BackgroundJobRow.user_id == user_id, BackgroundJobRow.job_id != job_id
        with self._unified.get_db_session() as db:
            db.execute(delete(BackgroundJobRow).where(*mine))

    def _look_again(self, job: JobRun, user_id: str, addresses: frozenset[str], total: int) -> None:
        """What a request or another worker that was under way when the account was shut wrote after we had passed."""
        self._erase_sessions(job, user_id, total)
        self._erase_files(user_id, addresses)
        self._erase_effects(job.job_id, user_id, addresses)

    def _end(self, db: Session, job_id: str, user_id: str, user: User | None, addresses: frozenset[str]) -> None:
        """The row of the person, with all that hangs on it; the last mail; and the name in this very job."""
        db.execute(delete(MailedLinkRow).where(MailedLinkRow.email.in_(addresses)))
        db.execute(delete(UserRow).where(UserRow.user_id == user_id))
        if user is not None:
            self._outbox.add(db, farewell(job_id, user))
        told: dict[str, Any] = {"user_id": None, "done": BackgroundJobRow.total, "step": "Everything is gone"}
        nameless: dict[str, Any] = {"user_id": None}
        db.execute(update(BackgroundJobRow).where(BackgroundJobRow.job_id == job_id).values(told))
        db.execute(update(OutboxRow).where(OutboxRow.outbox_id == job_id).values(nameless))

    # --- what is told of it -------------------------------------------------------------------------------------------

    def _exports(self, user_id: str) -> list[str]:
        mine = BackgroundJobRow.user_id == user_id, BackgroundJobRow.kind == EXPORT
        with self._plain.session_scope() as db:
            return list(db.scalars(select(BackgroundJobRow.job_id).where(*mine)))

    def _noted(self, job_id: str) -> dict[str, Any] | None:
        with self._plain.session_scope() as db:
            return db.scalar(select(BackgroundJobRow.result).where(BackgroundJobRow.job_id == job_id))

    def _note(self, job_id: str, erased: Erased) -> None:
        result = msgspec.to_builtins(erased)
        with self._unified.get_db_session() as db:
            db.execute(update(BackgroundJobRow).where(BackgroundJobRow.job_id == job_id).values(result=result))
