"""Seals what is kept at rest and must be read by this installation alone."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Unreadable(Exception):
    """It was sealed with a key that is gone, or is damaged."""


class Seal:
    """Encrypts and authenticates with keys derived from the installation's own.

    The first key seals, all open, so that keys can be replaced one by one. `purpose` keeps what is sealed for one use
    from being opened for another.
    """

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key, purpose)) for key in keys])

    def close(self, contents: bytes) -> bytes:
        """Seal this."""
        return self._fernet.encrypt(contents)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises Unreadable."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise Unreadable from None


def _derived(key: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"greenroom {purpose}".encode())
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
