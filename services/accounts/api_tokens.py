"""`ApiTokenService`: named tokens that a person gives to their programs, to be exchanged for access tokens."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.request_session_manager import RequestSessionManager
from database.tables import LoginRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor
from domain.checks import check_text
from domain.errors import Conflict, Invalid, NotAllowed
from domain.login import API_TOKEN_DAYS, API_TOKEN_NAME_LIMIT, Login, LoginKind, Origin
from services.accounts.logins import LoginService, as_login, new_login
from services.accounts.rows import find_row_to_change
from services.accounts.secrets import hash_of, new_secret
from services.accounts.service import AccountService

PREFIX = "gra"
AT_MOST = 50
"""Tokens of one person at the same time."""


class ApiTokenService:
    """Makes, lists and ends API tokens. Each is a login of its own, and what it is exchanged for ends with it."""

    def __init__(
        self,
        accounts: AccountService,
        logins: LoginService,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._accounts = accounts
        self._logins = logins
        self._unified = unified
        self._plain = plain
        self._now = now

    def create(self, actor: Actor, *, name: str, days: int, by: LoginKind, address: str = "") -> tuple[Login, str]:
        """A new token and its secret, which is shown this once. `by` is the kind of login that asks.

        Raises Invalid for a name that is blank or a number of days that is not offered, Conflict when there are too
        many already, NotAllowed when an API token asks: one that was stolen would outlive its own end.
        """
        if by == LoginKind.API_TOKEN:
            raise NotAllowed("An API token makes no other; log in with your password for that.")
        called = _checked_name(name)
        if days not in API_TOKEN_DAYS:
            raise Invalid("days", days, [str(each) for each in API_TOKEN_DAYS])
        user = self._accounts.load_user(actor.user_id)
        secret = new_secret(PREFIX)
        row = new_login(user, LoginKind.API_TOKEN, Origin(address), self._now(), timedelta(days=days))
        row.name, row.secret_hash = called, hash_of(secret)
        with self._unified.get_db_session(actor) as db:
            self._check_number(db, actor)
            db.add(row)
            db.flush()
            return as_login(row), secret

    def list_own(self, actor: Actor) -> list[Login]:
        """The tokens of this actor that are good, the one used last first."""
        return self._logins.list_own(actor, LoginKind.API_TOKEN)

    def revoke(self, actor: Actor, token_id: str) -> None:
        """End a token of the actor, with every access token it was exchanged for. Raises NotFound."""
        self._logins.end(actor, token_id, LoginKind.API_TOKEN)

    def _check_number(self, db: Session, actor: Actor) -> None:
        """Raise Conflict when there are as many as may be. The user is locked, so that two at once are counted."""
        find_row_to_change(db, actor.user_id)
        of_mine = (LoginRow.user_id == actor.user_id, LoginRow.kind == str(LoginKind.API_TOKEN))
        good = (LoginRow.ended_at.is_(None), LoginRow.expires_at > self._now())
        if (db.scalar(select(func.count()).where(*of_mine, *good)) or 0) >= AT_MOST:
            raise Conflict(f"You have {AT_MOST} tokens, as many as there may be; end one first.", allowed=AT_MOST)


def _checked_name(name: str) -> str:
    called = check_text("name", name, limit=API_TOKEN_NAME_LIMIT).strip()
    if not called or not called.isprintable():
        raise Invalid("name", name, f"1 to {API_TOKEN_NAME_LIMIT} printable characters that say what the token is for")
    return called
