"""Whether two sessions are the same, header and messages, to the last digit: told by a checksum."""

import hashlib

import msgspec

from domain.session import Session

_CANONICAL = msgspec.json.Encoder(order="sorted")
"""The order in which fields were written is nobody's content; a number and its like of another type are two."""


def checksum(session: Session) -> bytes:
    """The SHA-256 of the header and of every message: equal for equal sessions, and for no others."""
    digest = hashlib.sha256(_CANONICAL.encode(session))
    for message in session.messages:
        digest.update(b"\n")  # which stands in no JSON that we write
        digest.update(_CANONICAL.encode(message))
    return digest.digest()
