"""What all tables share: the base of the models, the names of constraints, and times in UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

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
