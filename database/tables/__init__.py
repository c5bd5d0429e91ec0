"""The relational tables as declarative models. A change here goes with a revision in database/migrations/versions."""

from database.tables.accounts import (
    FirstRunTokenRow,
    GuestLinkRow,
    LoginRow,
    MailedLinkRow,
    RefreshTokenRow,
    RevokedTokenRow,
    UserRoleRow,
    UserRow,
)
from database.tables.base import Base, UtcTime

__all__ = [
    "Base",
    "FirstRunTokenRow",
    "GuestLinkRow",
    "LoginRow",
    "MailedLinkRow",
    "RefreshTokenRow",
    "RevokedTokenRow",
    "UserRoleRow",
    "UserRow",
    "UtcTime",
]
