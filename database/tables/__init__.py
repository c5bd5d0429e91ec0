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
from database.tables.idempotency import IdempotencyKeyRow
from database.tables.outbox import BackgroundJobRow, NoticeRow, OutboxRow

__all__ = [
    "BackgroundJobRow",
    "Base",
    "FirstRunTokenRow",
    "GuestLinkRow",
    "IdempotencyKeyRow",
    "LoginRow",
    "MailedLinkRow",
    "NoticeRow",
    "OutboxRow",
    "RefreshTokenRow",
    "RevokedTokenRow",
    "UserRoleRow",
    "UserRow",
    "UtcTime",
]
