"""Secrets that let somebody in: made at random or derived from our key, and kept as a hash alone."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence

SECRET_BYTES = 32
LONGEST = 200
"""Characters of a secret that is looked at at all."""


def new_secret(prefix: str) -> str:
    """A fresh secret. The prefix tells people, and programs that search for leaked ones, what it is."""
    return f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"


def hash_of(secret: str) -> str:
    """Under which a secret is kept and found. It is random and long, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


class DerivedSecrets:
    """Makes the same secret again for the same purpose and id, so that it need not be kept to be mailed twice."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def make(self, purpose: str, name: str) -> str:
        """The secret of this thing, by the key that signs now."""
        return _derive(self._keys[0], purpose, name)

    def find(self, purpose: str, name: str, hashed: str) -> str | None:
        """The secret with this hash, by any of our keys; None when its key is gone."""
        made = (_derive(key, purpose, name) for key in self._keys)
        return next((secret for secret in made if hash_of(secret) == hashed), None)


def _derive(key: bytes, purpose: str, name: str) -> str:
    digest = hmac.digest(key, f"greenroom {purpose}\n{name}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")
