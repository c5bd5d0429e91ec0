"""`LoginService`: who is in, from where and until when; and how a login ends, here or everywhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from database.request_session_manager import RequestSessionManager
from database.tables import LoginRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor
from domain.errors import NotFound
from domain.login import BROWSER_LIFETIME, REMEMBERED_LIFETIME, Login, LoginKind, Origin, Present
from domain.user import User, is_made_id
from services.accounts.devices import device_name
from services.accounts.rows import as_user

SEEN_EVERY = timedelta(minutes=5)
"""How old `last_seen_at` may become: a write for each request would cost more than it tells."""
KEPT_AFTER_END = timedelta(days=30)
LIST_LIMIT = 200


class LoginService:
    """Keeps logins in the database, so that one that is ended is over, whoever holds a copy of its cookie."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._unified = unified
        self._plain = plain
        self._now = now

    # --- coming in ----------------------------------------------------------------------------------------------------

    def begin(self, user: User, origin: Origin, *, remember: bool = False) -> Login:
        """A new login of a browser: for the day, or remembered for thirty."""
        row = new_login(user, LoginKind.BROWSER, origin, self._now(), lifetime_of(remember))
        with self._unified.get_db_session() as db:
            db.add(row)
            db.flush()
            return as_login(row)

    def find(self, login_id: str) -> Present | None:
        """A login that counts, with its user; None when it ended, its time is over, or its user is shut out."""
        if not is_made_id(login_id):
            return None
        with self._plain.session_scope() as db:
            row = db.scalars(counting(self._now()).where(LoginRow.login_id == login_id)).unique().one_or_none()
        if row is None:
            return None
        present = Present(as_login(row), as_user(row.user))
        self._note_seen(present.login)
        return present

    # --- my logins ----------------------------------------------------------------------------------------------------

    def list_own(self, actor: Actor, *kinds: LoginKind) -> list[Login]:
        """The logins of this actor that count, the one seen last first; of these kinds, of all when none is named."""
        query = counting(self._now()).where(LoginRow.user_id == actor.user_id)
        if kinds:
            query = query.where(LoginRow.kind.in_([str(kind) for kind in kinds]))
        newest = query.order_by(LoginRow.last_seen_at.desc(), LoginRow.login_id).limit(LIST_LIMIT)
        with self._plain.session_scope() as db:
            return [as_login(row) for row in db.scalars(newest).unique()]

    def end(self, actor: Actor, login_id: str, *kinds: LoginKind) -> None:
        """End one login of the actor, with every token that came of it. Raises NotFound, for a foreign one too."""
        of_kinds = [LoginRow.kind.in_([str(kind) for kind in kinds])] if kinds else []
        with self._unified.get_db_session(actor) as db:
            ended = self._end(db, LoginRow.user_id == actor.user_id, LoginRow.login_id == login_id, *of_kinds)
        if not ended:
            raise NotFound("There is no such login.", login_id=login_id)

    def end_others(self, actor: Actor, login_id: str) -> int:
        """End every login of the actor but this one; API tokens stay. Returns how many ended."""
        with self._unified.get_db_session(actor) as db:
            return self._end(
                db,
                LoginRow.user_id == actor.user_id,
                LoginRow.login_id != login_id,
                LoginRow.kind != str(LoginKind.API_TOKEN),
            )

    # --- upkeep -------------------------------------------------------------------------------------------------------

    def drop_old(self) -> int:
        """Remove logins that have been over for a month. Returns how many."""
        before = self._now() - KEPT_AFTER_END
        over = (LoginRow.expires_at < before) | (LoginRow.ended_at < before)
        with self._unified.get_db_session() as db:
            return len(db.scalars(delete(LoginRow).where(over).returning(LoginRow.login_id)).all())

    def _end(self, db: Session, *which: ColumnElement[bool]) -> int:
        now = self._now()
        still = (LoginRow.ended_at.is_(None), LoginRow.expires_at > now)
        ended = update(LoginRow).where(*which, *still).values(ended_at=now).returning(LoginRow.login_id)
        return len(db.scalars(ended).all())

    def _note_seen(self, login: Login) -> None:
        now = self._now()
        if now - login.last_seen_at < SEEN_EVERY:
            return
        older = (LoginRow.login_id == login.login_id, LoginRow.last_seen_at < now)
        with self._unified.get_db_session() as db:
            db.execute(update(LoginRow).where(*older).values(last_seen_at=now))


def lifetime_of(remember: bool) -> timedelta:
    """How long a browser's login is good."""
    return REMEMBERED_LIFETIME if remember else BROWSER_LIFETIME


def new_login(user: User, kind: LoginKind, origin: Origin, now: datetime, lifetime: timedelta) -> LoginRow:
    """The row of a login that begins now."""
    return LoginRow(
        login_id=str(uuid4()),
        user_id=user.user_id,
        kind=str(kind),
        name=device_name(origin.user_agent),
        address=origin.address[:64],
        session_version=user.session_version,
        secret_hash=None,
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
        ended_at=None,
    )


def counting(now: datetime) -> Select[LoginRow]:
    """Logins that count at this moment, each with its user and the user's roles."""
    return (
        select(LoginRow)
        .join(LoginRow.user)
        .options(contains_eager(LoginRow.user).options(joinedload(UserRow.roles)))
        .where(
            LoginRow.ended_at.is_(None),
            LoginRow.expires_at > now,
            LoginRow.session_version == UserRow.session_version,
            UserRow.suspended_at.is_(None),
        )
    )


def as_login(row: LoginRow) -> Login:
    """What its owner may know of a login."""
    return Login(
        login_id=row.login_id,
        user_id=row.user_id,
        kind=LoginKind(row.kind),
        name=row.name,
        address=row.address,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
    )
