"""Passwords: which are accepted, how they are hashed, and why a wrong one always takes as long as a right one."""

import base64
import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Invalid

SHORTEST = 10
LONGEST = 1_000
AT_ONCE = 4
"""Hashes that are computed at the same time; each takes 64 MiB."""

ALLOWED = f"{SHORTEST} to {LONGEST} characters that are not the e-mail address"

_at_once = BoundedSemaphore(AT_ONCE)


def check_password_rule(password: str, email: str, field: str = "password") -> None:
    """Raise Invalid, which never shows the password, unless it may become the password of this address.

    Length is the rule, as NIST SP 800-63B advises: no classes of characters, any letter of any script.
    """
    typed = _typed(password)
    if typed is None or not SHORTEST <= len(typed) <= LONGEST or typed.strip().lower() == email:
        raise Invalid(field, "…", ALLOWED)


class Passwords:
    """Argon2id, at most four at once in this process. Slow on purpose: never called inside of a database block."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = _hash_of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        """The hash of a password that keeps the rule, with its own salt and parameters."""
        typed = _typed(password)
        if typed is None:
            raise Invalid("password", "…", ALLOWED)
        with _at_once:
            return self._hasher.hash(typed)

    def match(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the stored hash; as slow when there is none, so that nobody learns it."""
        typed = _typed(password)
        with _at_once:
            try:
                right = self._hasher.verify(stored or self._nobody, typed or "")
            except (VerificationError, InvalidHashError):
                return False
        return right and stored is not None and typed is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def _typed(password: str) -> str | None:
    """One form for what different keyboards send for the same letters; None for what cannot be a password."""
    if len(password) > LONGEST:
        return None
    try:
        password.encode()
    except UnicodeEncodeError:
        return None
    return unicodedata.normalize("NFKC", password)


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """A well-formed hash that no password has, at the same cost as real ones."""
    salt, digest = (base64.b64encode(bytes(n)).decode().rstrip("=") for n in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
