"""The relational tables as declarative models. A change here goes with a revision in database/migrations/versions."""

from database.tables.accounts import FirstRunTokenRow, UserRoleRow, UserRow
from database.tables.base import Base, UtcTime
from database.tables.idempotency import IdempotencyKeyRow

__all__ = ["Base", "FirstRunTokenRow", "IdempotencyKeyRow", "UserRoleRow", "UserRow", "UtcTime"]
