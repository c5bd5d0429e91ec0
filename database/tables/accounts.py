"""People and what lets them in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.tables.base import Base


class UserRow(Base):
    """A person with an account. `email` is in its canonical form; `session_version` counts what ends old logins."""

    __tablename__ = "users"

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(255))
    time_zone: Mapped[str] = mapped_column(String(64))
    session_version: Mapped[int]
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]

    roles: Mapped[list["UserRoleRow"]] = relationship(cascade="all, delete-orphan", lazy="raise", passive_deletes=True)


class UserRoleRow(Base):
    """One role that a user holds."""

    __tablename__ = "user_roles"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class FirstRunTokenRow(Base):
    """The hash of a one-time token that makes the first account. All of them go when a user exists."""

    __tablename__ = "first_run_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
