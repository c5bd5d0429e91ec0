"""Signs and reads access tokens: which algorithm, which keys, and every reason to refuse one."""

import hmac
from collections.abc import Sequence

import jwt
import msgspec

from domain.errors import Invalid, LoginFailed

ALGORITHM = "HS256"
TYPE = "at+jwt"
"""The header that tells an access token from any other that the same key might sign (RFC 9068)."""
SHORTEST_KEY_BYTES = 32
LONGEST_TOKEN = 4_096

_WITHOUT_CLOCK: jwt.types.Options = {"verify_exp": False, "verify_iat": False, "enforce_minimum_key_length": True}
"""Expiry is compared by whoever reads, with the clock that was given."""


class Claims(msgspec.Struct, frozen=True):
    """What a token says: whose it is, of which login it came, its own id, when it was made and when it ends."""

    sub: str
    sid: str
    jti: str
    iat: int
    exp: int


class TokenSigner:
    """The first key signs, all verify, so that keys can be replaced one by one."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises Invalid when there is no key or one is shorter than 32 bytes."""
        if not keys or any(len(key.encode()) < SHORTEST_KEY_BYTES for key in keys):
            raise Invalid("JWT_SECRET", "…", f"keys of at least {SHORTEST_KEY_BYTES} bytes")
        self._keys = {_key_id(key): key for key in keys}

    def sign(self, claims: Claims) -> str:
        """The token that says this."""
        kid, key = next(iter(self._keys.items()))
        return jwt.encode(msgspec.to_builtins(claims), key, algorithm=ALGORITHM, headers={"kid": kid, "typ": TYPE})

    def read(self, token: str) -> Claims:
        """What a token says. Raises LoginFailed for one that is not ours, altered, or of another type."""
        if len(token) > LONGEST_TOKEN:
            raise token_refused()
        try:
            header = jwt.get_unverified_header(token)
            payload = jwt.decode(token, self._keys[header["kid"]], algorithms=[ALGORITHM], options=_WITHOUT_CLOCK)
            claims = msgspec.convert(payload, Claims)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, KeyError, TypeError, RecursionError):
            raise token_refused() from None
        if header.get("typ") != TYPE:
            raise token_refused()
        return claims


def token_refused() -> LoginFailed:
    """The one answer to every token that is not good, whatever is wrong with it."""
    return LoginFailed("This token is not valid or has expired; get a new one.")


def _key_id(key: str) -> str:
    """A name for a key that tells nothing about it."""
    return hmac.digest(key.encode(), b"greenroom key id", "sha256").hex()[:16]
