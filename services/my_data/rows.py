"""Rows of the relational side that are about one person, wherever they stand."""

import json
from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from database.request_session_manager import RequestSessionManager
from database.tables import Base, OutboxRow, UserRow
from domain.user import User

Row = TypeVar("Row", bound=Base)

AT_ONCE = 200


def in_parts(plain: RequestSessionManager, query: Select[Row], key: InstrumentedAttribute[str]) -> Iterator[list[Row]]:
    """The rows of a query in the order of their key, some at a time."""
    last = ""
    while True:
        with plain.session_scope() as db:
            rows = list(db.scalars(query.where(key > last).order_by(key).limit(AT_ONCE)))
        if not rows:
            return
        yield rows
        last = getattr(rows[-1], key.key)


def effects_about(plain: RequestSessionManager, user_id: str, addresses: Collection[str]) -> Iterator[OutboxRow]:
    """Everything in the outbox that names this person: as the one it concerns, or in what it says."""
    names = {user_id, *addresses}
    maybe = or_(OutboxRow.user_id == user_id, *(_says(name) for name in sorted(names)))
    for rows in in_parts(plain, select(OutboxRow).where(maybe), OutboxRow.outbox_id):
        yield from (row for row in rows if row.user_id == user_id or not names.isdisjoint(_texts(row.payload)))


def addresses_of(plain: RequestSessionManager, user: User) -> frozenset[str]:
    """The address of a person, and those that they gave up lately and nobody has taken since."""
    changed = select(OutboxRow).where(OutboxRow.user_id == user.user_id, OutboxRow.kind == "mail")
    left = {
        str(row.payload["old_email"])
        for rows in in_parts(plain, changed, OutboxRow.outbox_id)
        for row in rows
        if "old_email" in row.payload
    }
    with plain.session_scope() as db:
        taken = set(db.scalars(select(UserRow.email).where(UserRow.email.in_(left))))
    return frozenset({user.email, *(left - taken)})


def _says(name: str) -> ColumnElement[bool]:
    """Whether a payload may hold this text; who asks looks closer, because it may be a part of another."""
    return cast(OutboxRow.payload, Text).contains(json.dumps(name)[1:-1], autoescape=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
