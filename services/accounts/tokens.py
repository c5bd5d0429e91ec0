"""`TokenService`: bearer tokens of ten minutes for programs, and the refresh tokens that bring the next one.

An access token is signed and never stored; it names the login it came of (`sid`), and is void once that ends. A refresh
token is random, stored as a hash, and good once: a used one that comes back was stolen by somebody, so its login ends.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import telemetry
from database.inserting import insert_if_absent
from database.request_session_manager import RequestSessionManager
from database.tables import LoginRow, RevokedTokenRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor
from domain.errors import Invalid
from domain.login import Login, LoginKind, Origin, Present
from domain.user import is_made_id, is_user_id
from services.accounts.logins import as_login, counting, new_login
from services.accounts.refresh_tokens import add_link, end_family_of, spend
from services.accounts.rows import as_user
from services.accounts.secrets import LONGEST, hash_of
from services.accounts.service import AccountService
from services.accounts.signing import Claims, TokenSigner, token_refused

LIFETIME_SECONDS = 600
REFRESH_LIFETIME = timedelta(days=14)
LONGEST_FAMILY = timedelta(days=90)
"""After which a program has to show a password again, however often it refreshed."""

_log = telemetry.logger(__name__)


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token and the seconds for which it is good; with the refresh token that brings the next, where there is one."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None
    refresh_expires_in: int | None = None


class TokenService:
    """Issues, refreshes, verifies and revokes tokens."""

    def __init__(
        self,
        accounts: AccountService,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        keys: Sequence[str],
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """Raises Invalid when there is no key or one is shorter than 32 bytes."""
        self._accounts = accounts
        self._unified = unified
        self._plain = plain
        self._signer = TokenSigner(keys)
        self._now = now

    # --- getting one --------------------------------------------------------------------------------------------------

    def issue(self, email: str, password: str, origin: Origin = Origin()) -> AccessToken:  # noqa: B008  # frozen
        """Tokens for whom both belong to. Raises LoginFailed as `check_password` does."""
        user = self._accounts.check_password(email, password)
        row = new_login(user, LoginKind.PROGRAM, origin, self._now(), REFRESH_LIFETIME)
        with self._unified.get_db_session() as db:
            db.add(row)
            db.flush()
            pair = as_login(row), add_link(db, row.login_id, self._now())
        return self._pair(*pair)

    def exchange(self, api_token: str) -> AccessToken:
        """An access token for an API token. Raises LoginFailed for one that is unknown, ended or over."""
        now = self._now()
        known = counting(now).where(LoginRow.secret_hash == hash_of(api_token[:LONGEST]))
        with self._unified.get_db_session() as db:
            row = db.scalars(known).unique().one_or_none()
            if row is None:
                raise token_refused()
            row.last_seen_at = now
            login = as_login(row)
        return AccessToken(access_token=self._signed(login), expires_in=LIFETIME_SECONDS)

    def refresh(self, refresh_token: str) -> AccessToken:
        """The next pair of tokens; the one given is spent. Of two who give the same one at once, one is too late.

        Raises LoginFailed for one that is unknown or over. One that was spent before ends its login, with every token
        that came of it.
        """
        hashed, now = hash_of(refresh_token[:LONGEST]), self._now()
        with self._unified.get_db_session() as db:
            login_id = spend(db, hashed, now)
            following = self._prolong(db, login_id) if login_id else None
            reused = None if login_id else end_family_of(db, hashed, now)
        if reused:
            _log.warning("refresh_token_reused", login_id=reused)
        if following is None:
            raise token_refused()
        return self._pair(*following)

    # --- using one ----------------------------------------------------------------------------------------------------

    def verify(self, token: str, request_id: str) -> Actor:
        """The actor behind a token.

        Raises LoginFailed for one that is not ours, altered, expired, revoked or of another type, or whose login ended:
        by its owner, by a change of password or roles, or because the user is suspended or gone.
        """
        return self._accounts.actor_of(self.find_login(token).user, request_id)

    def find_login(self, token: str) -> Present:
        """The login behind a token. Raises LoginFailed as `verify` does."""
        claims = self._read(token)
        revoked = select(RevokedTokenRow.jti).where(
            RevokedTokenRow.user_id == claims.sub, RevokedTokenRow.jti == claims.jti
        )
        with self._plain.session_scope() as db:
            query = counting(self._now()).where(LoginRow.login_id == claims.sid, ~revoked.exists())
            row = db.scalars(query).unique().one_or_none()
            present = Present(as_login(row), as_user(row.user)) if row else None
        if present is None or present.user.user_id != claims.sub:
            raise token_refused()
        return present

    # --- ending one ---------------------------------------------------------------------------------------------------

    def revoke(self, actor: Actor, jti: str) -> None:
        """Void one access token of the actor, by its id. Naming an unknown or foreign one changes nothing for anybody.

        Raises Invalid for what is no id of a token.
        """
        if not is_made_id(jti):
            raise Invalid("jti", jti, "the `jti` of an access token")
        expires_at = self._now() + timedelta(seconds=LIFETIME_SECONDS)
        values = {"user_id": actor.user_id, "jti": jti, "expires_at": expires_at}
        with self._unified.get_db_session(actor) as db:
            insert_if_absent(db, RevokedTokenRow, values)

    def drop_old(self) -> int:
        """Forget revoked tokens whose time is over anyway. Returns how many."""
        over = delete(RevokedTokenRow).where(RevokedTokenRow.expires_at < self._now())
        with self._unified.get_db_session() as db:
            return len(db.scalars(over.returning(RevokedTokenRow.jti)).all())

    # --- beneath ------------------------------------------------------------------------------------------------------

    def _prolong(self, db: Session, login_id: str) -> tuple[Login, str] | None:
        """The login with its next refresh token, good for two more weeks; None when it does not count any more."""
        now = self._now()
        row = db.scalars(counting(now).where(LoginRow.login_id == login_id)).unique().one_or_none()
        if row is None:
            return None
        row.last_seen_at = now
        row.expires_at = min(now + REFRESH_LIFETIME, row.created_at + LONGEST_FAMILY)
        return as_login(row), add_link(db, login_id, now)

    def _pair(self, login: Login, refresh_token: str) -> AccessToken:
        left = login.expires_at - self._now()
        return AccessToken(
            access_token=self._signed(login),
            expires_in=LIFETIME_SECONDS,
            refresh_token=refresh_token,
            refresh_expires_in=round(left.total_seconds()),
        )

    def _signed(self, login: Login) -> str:
        issued = int(self._now().timestamp())
        claims = Claims(
            sub=login.user_id, sid=login.login_id, jti=str(uuid4()), iat=issued, exp=issued + LIFETIME_SECONDS
        )
        return self._signer.sign(claims)

    def _read(self, token: str) -> Claims:
        claims = self._signer.read(token)
        named = is_user_id(claims.sub) and is_made_id(claims.sid) and is_made_id(claims.jti)
        if not named or claims.exp <= self._now().timestamp():
            raise token_refused()
        return claims
