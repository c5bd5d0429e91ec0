"""Inserting a row unless one is there: a single statement, so that of two who race one inserts and one finds."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from database.tables.base import Base

_INSERTS: dict[str, Callable[[type[Base]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_if_absent(db: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless its primary key or another unique value is taken; tell whether it was inserted.

    Waits for a transaction that is inserting the same, until that is kept or dropped.
    """
    insert = _INSERTS[db.get_bind().dialect.name](table).values(**values).on_conflict_do_nothing()
    # Not told by the row count: psycopg does not know it for a statement that SQLAlchemy sends as a batch.
    return db.execute(insert.returning(*inspect(table).primary_key)).first() is not None
