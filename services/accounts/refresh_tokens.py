"""The chain of refresh tokens of one login: each is good once, and a used one that comes back ends the login."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database.tables import LoginRow, RefreshTokenRow
from services.accounts.secrets import hash_of, new_secret

PREFIX = "grr"


def add_link(db: Session, login_id: str, now: datetime) -> str:
    """The next refresh token of this login."""
    secret = new_secret(PREFIX)
    db.add(RefreshTokenRow(token_hash=hash_of(secret), login_id=login_id, created_at=now, used_at=None))
    return secret


def spend(db: Session, hashed: str, now: datetime) -> str | None:
    """Use a token up and return its login; None when it is unknown or was used. Of two at once one gets it."""
    unused = (RefreshTokenRow.token_hash == hashed, RefreshTokenRow.used_at.is_(None))
    return db.scalar(update(RefreshTokenRow).where(*unused).values(used_at=now).returning(RefreshTokenRow.login_id))


def end_family_of(db: Session, hashed: str, now: datetime) -> str | None:
    """End the login that a used token belongs to, and return it; None for a token that never was one."""
    login_id = db.scalar(select(RefreshTokenRow.login_id).where(RefreshTokenRow.token_hash == hashed))
    if login_id is not None:
        still = (LoginRow.login_id == login_id, LoginRow.ended_at.is_(None))
        db.execute(update(LoginRow).where(*still).values(ended_at=now))
    return login_id
