"""The relational tables as declarative models. A change here goes with a revision in database/migrations/versions."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names of their own, so that a later revision can change them on every engine."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, on engines with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # theirs
        """Refuse a time without a zone: it would mean something else on each engine. SQLite drops the zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without its zone: {value.isoformat()}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # theirs
        """Give back UTC whatever the zone of the connection."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of all models. Relationships are declared `lazy="raise"`: a query names what it wants to have."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: Any = {datetime: UtcTime}


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
