"""`AccountService`: users and their passwords. Hashing is slow and happens outside of every database block."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select, update

from database.request_session_manager import RequestSessionManager
from database.tables import UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor, Role
from domain.errors import Invalid, LoginFailed
from domain.user import User, canonical_email, check_display_name, check_roles, check_time_zone, is_user_id
from services.accounts import first_run
from services.accounts.letters_due import password_changed
from services.accounts.making import UserMaker, add_user
from services.accounts.passwords import Passwords, check_password_rule
from services.accounts.rows import (
    QUERY,
    as_user,
    change_ending_logins,
    change_row,
    find_row,
    load_row_to_change,
    no_such_user,
    role_rows,
)
from services.outbox.outbox import Outbox

FIRST_ROLES = frozenset({Role.ADMIN, Role.MEMBER})


class AccountService:
    """Users, their passwords and their roles; safe to share between threads."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        outbox: Outbox,
        passwords: Passwords,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._unified = unified
        self._plain = plain
        self._outbox = outbox
        self._passwords = passwords
        self._maker = UserMaker(passwords, now)
        self._now = now

    # --- who comes in ------------------------------------------------------------------------------------------------

    def check_password(self, email: str, password: str) -> User:
        """The user to whom both belong.

        Raises LoginFailed, with the same words and after the same time, for an unknown address, a wrong password and a
        suspended user.
        """
        stored = self._find_hash(email)
        row = self._find_by_email(email) if self._passwords.match(stored, password) else None
        if row is None or row.suspended_at is not None or row.password_hash != stored:
            raise LoginFailed("The e-mail address and the password do not belong together.")
        if self._passwords.is_outdated(row.password_hash):
            self._renew_hash(row, password)
        return as_user(row)

    def confirm_password(self, user_id: str, password: str, *, field: str = "password") -> User:
        """The user, once it is sure that it is they who ask. Raises Invalid for a wrong password, NotFound."""
        try:
            return self.check_password(self.load_user(user_id).email, password)
        except LoginFailed:
            raise Invalid(field, "…", "your present password") from None

    def actor_of(self, user: User, request_id: str) -> Actor:
        """The actor that this user is within one request."""
        return Actor(user_id=user.user_id, roles=user.roles, email=user.email, request_id=request_id)

    # --- reading -----------------------------------------------------------------------------------------------------

    def find_user(self, user_id: str) -> User | None:
        """The user with this id, or None."""
        if not is_user_id(user_id):
            return None
        with self._plain.session_scope() as db:
            row = find_row(db, QUERY.where(UserRow.user_id == user_id))
        return as_user(row) if row else None

    def load_user(self, user_id: str) -> User:
        """The user with this id. Raises NotFound."""
        user = self.find_user(user_id)
        if user is None:
            raise no_such_user(user_id)
        return user

    def find_user_by_email(self, email: str) -> User | None:
        """The user with this address, however it is spelt, or None."""
        row = self._find_by_email(email)
        return as_user(row) if row else None

    def list_users(self) -> list[User]:
        """All users, the oldest account first."""
        with self._plain.session_scope() as db:
            return [as_user(row) for row in db.scalars(QUERY.order_by(UserRow.created_at, UserRow.user_id)).unique()]

    def has_users(self) -> bool:
        """Whether there is an account at all."""
        with self._plain.session_scope() as db:
            return first_run.any_user(db)

    # --- making ------------------------------------------------------------------------------------------------------

    def create_user(
        self, *, email: str, password: str, roles: Iterable[str], display_name: str = "", user_id: str | None = None
    ) -> User:
        """Make an account; one-time tokens for the first are void from then on. `user_id` is for a chosen id.

        Raises Invalid naming the field (and never showing a password), EmailTaken.
        """
        row = self._maker.row(email=email, password=password, roles=roles, display_name=display_name, user_id=user_id)
        with self._unified.get_db_session() as db:
            first_run.spend_tokens(db)
            return add_user(db, row)

    def first_run_token(self) -> str | None:
        """A one-time token for the first account; None when there is one. Only its hash is kept."""
        with self._unified.get_db_session() as db:
            return None if first_run.any_user(db) else first_run.add_token(db, self._now())

    def claim_first_run(self, token: str, *, email: str, password: str, display_name: str = "") -> User:
        """Make the first account, an administrator's, with a one-time token. Of two at once exactly one succeeds.

        Raises NotAllowed for a token that is unknown, spent or void; Invalid, which leaves the token good.
        """
        with self._plain.session_scope() as db:
            first_run.check_token(db, token)
        row = self._maker.row(email=email, password=password, roles=FIRST_ROLES, display_name=display_name)
        with self._unified.get_db_session() as db:
            first_run.claim(db, token)
            return add_user(db, row)

    # --- changing ----------------------------------------------------------------------------------------------------

    def change_password(self, user_id: str, *, current: str, new: str) -> User:
        """Take a new password from somebody who knows the present one; every login and token made before ends.

        Of two who know it and come at once, one is too late. Raises Invalid for a wrong present password and for a new
        one that the rule refuses, NotFound.
        """
        user = self.confirm_password(user_id, current, field="current_password")
        check_password_rule(new, user.email, "new_password")
        return self._keep_password(user_id, new, while_version=user.session_version)

    def set_password(self, user_id: str, password: str) -> User:
        """Give a user another password, and mail them so; every login, token and mailed link made before is void.

        Raises Invalid, NotFound.
        """
        check_password_rule(password, self.load_user(user_id).email)
        return self._keep_password(user_id, password)

    def set_roles(self, user_id: str, roles: Iterable[str]) -> User:
        """Give a user exactly these roles; every login and token made before ends. Raises Invalid, NotFound."""
        return self._change_ending_logins(user_id, roles=role_rows(check_roles(roles)))

    def suspend(self, user_id: str) -> User:
        """Let a user in no more, from now on. Raises NotFound."""
        return self._change_ending_logins(user_id, suspended_at=self._now())

    def restore(self, user_id: str) -> User:
        """Let a suspended user in again. Raises NotFound."""
        return self._change(user_id, suspended_at=None)

    def set_profile(self, user_id: str, *, display_name: str | None = None, time_zone: str | None = None) -> User:
        """Change how a user is called and the zone of their times; None leaves it. Raises Invalid, NotFound."""
        values: dict[str, object] = {}
        if display_name is not None:
            values["display_name"] = check_display_name(display_name)
        if time_zone is not None:
            values["time_zone"] = check_time_zone(time_zone)
        return self._change(user_id, **values)

    # --- beneath -----------------------------------------------------------------------------------------------------

    def _find_by_email(self, email: str) -> UserRow | None:
        with self._plain.session_scope() as db:
            return find_row(db, QUERY.where(UserRow.email == _canonical(email)))

    def _find_hash(self, email: str) -> str | None:
        """All that is read before a password is compared: making a user of a row would take longer than finding none.

        A suspended user has none, so that nobody learns of the right password there either.
        """
        mine = (UserRow.email == _canonical(email), UserRow.suspended_at.is_(None))
        with self._plain.session_scope() as db:
            return db.scalar(select(UserRow.password_hash).where(*mine))

    def _keep_password(self, user_id: str, password: str, *, while_version: int | None = None) -> User:
        hashed = self._passwords.hash(password)
        with self._unified.get_db_session() as db:
            row = load_row_to_change(db, user_id)
            if while_version not in (None, row.session_version):  # what was shown is the present password no more
                raise Invalid("current_password", "…", "your present password")
            self._outbox.add(db, password_changed(user_id))
            return as_user(change_ending_logins(row, password_hash=hashed))

    def _change(self, user_id: str, **values: object) -> User:
        with self._unified.get_db_session() as db:
            return as_user(change_row(load_row_to_change(db, user_id), values))

    def _change_ending_logins(self, user_id: str, **values: object) -> User:
        with self._unified.get_db_session() as db:
            return as_user(change_ending_logins(load_row_to_change(db, user_id), **values))

    def _renew_hash(self, row: UserRow, password: str) -> None:
        """Keep today's hash of a password that was right, unless it was changed meanwhile."""
        hashed = self._passwords.hash(password)
        unchanged = (UserRow.user_id == row.user_id, UserRow.password_hash == row.password_hash)
        with self._unified.get_db_session() as db:
            db.execute(update(UserRow).where(*unchanged).values(password_hash=hashed))


def _canonical(email: str) -> str:
    try:
        return canonical_email(email)
    except Invalid:
        return ""  # nobody has it, and asking all the same takes as long as for somebody
