"""`TokenService`: short-lived bearer tokens for programs, signed and never stored."""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import jwt
import msgspec

from domain import clock
from domain.actor import Actor
from domain.errors import Invalid, LoginFailed
from domain.user import User
from services.accounts.service import AccountService

ALGORITHM = "HS256"
TYPE = "at+jwt"
"""The header that tells an access token from any other that the same key might sign (RFC 9068)."""
LIFETIME_SECONDS = 600
SHORTEST_KEY_BYTES = 32
LONGEST_TOKEN = 4_096

_WITHOUT_CLOCK: jwt.types.Options = {"verify_exp": False, "verify_iat": False, "enforce_minimum_key_length": True}
"""Expiry is compared by us, with the clock that was given."""


class AccessToken(msgspec.Struct, frozen=True):
    """A token and the seconds for which it is good."""

    access_token: str
    expires_in: int


class Claims(msgspec.Struct, frozen=True):
    """What a token says: whose it is, its own id, when it was made and ends, and which logins it belongs to."""

    sub: str
    jti: str
    iat: int
    exp: int
    session_version: int


class TokenService:
    """Issues and verifies tokens. The first key signs, all verify, so that keys can be replaced one by one."""

    def __init__(self, accounts: AccountService, keys: Sequence[str], now: Callable[[], datetime] = clock.now) -> None:
        """Raises Invalid when there is no key or one is shorter than 32 bytes."""
        if not keys or any(len(key.encode()) < SHORTEST_KEY_BYTES for key in keys):
            raise Invalid("JWT_SECRET", "…", f"keys of at least {SHORTEST_KEY_BYTES} bytes")
        self._accounts = accounts
        self._keys = {_key_id(key): key for key in keys}
        self._now = now

    def issue(self, email: str, password: str) -> AccessToken:
        """A token for whom both belong to, good for ten minutes. Raises LoginFailed as `check_password` does."""
        user = self._accounts.check_password(email, password)
        kid, key = next(iter(self._keys.items()))
        headers = {"kid": kid, "typ": TYPE}
        signed = jwt.encode(msgspec.to_builtins(self._claims(user)), key, algorithm=ALGORITHM, headers=headers)
        return AccessToken(signed, LIFETIME_SECONDS)

    def verify(self, token: str, request_id: str) -> Actor:
        """The actor behind a token.

        Raises LoginFailed for one that is not ours, altered, expired or of another type, whose user is suspended or
        gone, or that was made before a change of password or roles.
        """
        claims = self._read(token)
        user = self._accounts.find_user(claims.sub)
        if user is None or user.suspended_at is not None or user.session_version != claims.session_version:
            raise _refused()
        return self._accounts.actor_of(user, request_id)

    def _claims(self, user: User) -> Claims:
        issued = int(self._now().timestamp())
        return Claims(
            sub=user.user_id,
            jti=str(uuid4()),
            iat=issued,
            exp=issued + LIFETIME_SECONDS,
            session_version=user.session_version,
        )

    def _read(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise _refused()
        try:
            header = jwt.get_unverified_header(token)
            payload = jwt.decode(token, self._keys[header["kid"]], algorithms=[ALGORITHM], options=_WITHOUT_CLOCK)
            claims = msgspec.convert(payload, Claims)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, KeyError, TypeError, RecursionError):
            raise _refused() from None
        if header.get("typ") != TYPE or claims.exp <= self._now().timestamp():
            raise _refused()
        return claims


def _key_id(key: str) -> str:
    """A name for a key that tells nothing about it."""
    return hmac.digest(key.encode(), b"greenroom key id", "sha256").hex()[:16]


def _refused() -> LoginFailed:
    return LoginFailed("This token is not valid or has expired; get a new one.")
