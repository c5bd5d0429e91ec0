"""`ErasureService`: for whoever wants to be forgotten. The erasing itself is done by `Eraser`."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, UserRoleRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain.actor import Actor, Role
from domain.errors import Conflict, NotFound
from domain.user import User
from services.accounts.rows import change_ending_logins, load_row_to_change
from services.accounts.secrets import LONGEST, DerivedSecrets, hash_of
from services.accounts.service import AccountService
from services.background_jobs import BackgroundJob, BackgroundJobs
from services.background_jobs.job import UNFINISHED, as_job
from services.my_data.eraser import KIND
from services.ports import Clock


class LastAdmin(Conflict):
    """Without them nobody could administer the others."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__(
            "You are the only administrator, and others have accounts here. Make somebody else an administrator first, "
            "then erase your account."
        )


class ErasureService:
    """Takes a person's wish to be erased, and shows them how far it is once they are logged out."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        jobs: BackgroundJobs,
        derived: DerivedSecrets,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._jobs = jobs
        self._derived = derived
        self._unified = unified
        self._plain = plain
        self._now = now

    def request(self, actor: Actor, *, password: str) -> str:
        """Shut the account for good and have everything of it erased; return the receipt.

        At once every login, token and link of the account ends; there is no way back. Raises Invalid for a wrong
        password, LastAdmin, Conflict when it is shut already.
        """
        user = self._accounts.confirm_password(actor.user_id, password)
        with self._unified.get_db_session(actor) as db:
            _check_not_last_admin(db, user)
            row = load_row_to_change(db, user.user_id)
            if row.suspended_at is not None:  # by another request of the same person, while we looked at the password
                raise Conflict("This account is shut already, and is being erased or awaits a decision.")
            change_ending_logins(row, suspended_at=self._now())
            job_id = self._jobs.start(db, KIND, user.user_id, {})
        return self._receipt(job_id)

    def repeat(self, user_id: str) -> None:
        """Erase an account again that came back from a backup although its erasure had begun. Idempotent."""
        begun = (
            BackgroundJobRow.kind == KIND,
            BackgroundJobRow.user_id == user_id,
            BackgroundJobRow.state.in_(UNFINISHED),
        )
        with self._unified.get_db_session() as db:
            row = load_row_to_change(db, user_id)
            if row.suspended_at is None:
                change_ending_logins(row, suspended_at=self._now())
            if db.scalar(select(BackgroundJobRow.job_id).where(*begun)) is None:
                self._jobs.start(db, KIND, user_id, {})

    def look_at(self, receipt: str) -> BackgroundJob:
        """How far an erasure is. Raises NotFound for a receipt that we did not give, or gave more than a month ago."""
        job_id, _, secret = receipt[:LONGEST].partition(".")
        if self._derived.find(KIND, job_id, hash_of(secret)) is None:
            raise _no_such_erasure()
        wanted = BackgroundJobRow.job_id == job_id, BackgroundJobRow.kind == KIND
        with self._plain.session_scope() as db:
            row = db.scalars(select(BackgroundJobRow).where(*wanted)).one_or_none()
            if row is None:
                raise _no_such_erasure()
            return as_job(row)

    def _receipt(self, job_id: str) -> str:
        """Derived from our key, so that nothing of it has to be kept."""
        return f"{job_id}.{self._derived.make(KIND, job_id)}"


def _check_not_last_admin(db: Session, user: User) -> None:
    """Locks all administrators, in one order: of two who leave at once the second finds that they are the last."""
    if Role.ADMIN not in user.roles:
        return
    admins = (
        select(UserRow.user_id)
        .join(UserRoleRow, UserRoleRow.user_id == UserRow.user_id)
        .where(UserRoleRow.role == str(Role.ADMIN), UserRow.suspended_at.is_(None))
        .order_by(UserRow.user_id)
        .with_for_update(of=UserRow)
    )
    others = select(UserRow.user_id).where(UserRow.user_id != user.user_id).limit(1)
    if set(db.scalars(admins)) <= {user.user_id} and db.scalar(others) is not None:
        raise LastAdmin


def _no_such_erasure() -> NotFound:
    return NotFound("There is no such erasure; what was erased more than a month ago is not told of any more.")
