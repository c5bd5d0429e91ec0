"""The one-time token that makes the first account: kept as a hash, good once, and only while there is no user."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from database.tables import FirstRunTokenRow, UserRow
from domain.errors import NotAllowed

TOKEN_BYTES = 32


def any_user(db: Session) -> bool:
    """Whether there is a user already."""
    return db.scalar(select(UserRow.user_id).limit(1)) is not None


def add_token(db: Session, created_at: datetime) -> str:
    """Make a token. Earlier ones stay good until one is claimed: each was shown to somebody who may set up."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.add(FirstRunTokenRow(token_hash=_hash(token), created_at=created_at))
    return token


def check_token(db: Session, token: str) -> None:
    """Raise NotAllowed for a token that could not be claimed now."""
    known = db.get(FirstRunTokenRow, _hash(token)) is not None
    if not known or any_user(db):
        raise _refused()


def spend_tokens(db: Session) -> set[str]:
    """Remove all tokens and return their hashes.

    Whoever makes a user does this first: the rows are locked until the block ends, so of two who race the second waits
    and finds none left.
    """
    return set(db.scalars(delete(FirstRunTokenRow).returning(FirstRunTokenRow.token_hash)))


def claim(db: Session, token: str) -> None:
    """Spend the token. Raises NotAllowed when it is unknown, spent, or there is a user by now; then nothing is kept."""
    if _hash(token) not in spend_tokens(db) or any_user(db):
        raise _refused()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _refused() -> NotAllowed:
    return NotAllowed("This link is not valid any more. It works once, and only while there is no account.")
