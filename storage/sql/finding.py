"""Lists: one page of summaries by key and id, whose cost does not grow with its depth."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from domain.session import SUMMARY_FIELDS, SessionSummary
from storage.cursor import Cursor
from storage.query import SessionQuery
from storage.sql.database import Database
from storage.sql.rows import milliseconds, read_summaries
from storage.sql.schema import sessions
from storage.sql.statements import at_most, parameter

EQUAL = ("user_id", "kind", "mode", "parent_id")


class Shape(NamedTuple):
    """What decides the text of a list's statement; the values are its parameters."""

    equal: tuple[str, ...]
    statuses: int | None
    since: bool
    until: bool
    descending: bool
    continued: bool
    limit: int


def find(database: Database, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
    """Up to `limit` summaries in the order of the query, beginning right behind `place`."""
    if query.statuses is not None and not query.statuses:
        return []
    shape = Shape(
        equal=tuple(name for name in EQUAL if getattr(query, name) is not None),
        statuses=None if query.statuses is None else len(query.statuses),
        since=query.since is not None,
        until=query.until is not None,
        descending=query.order == "-created_at",
        continued=place is not None,
        limit=limit,
    )
    return read_summaries(database.read(_text(database, shape), _parameters(query, place)))


def _parameters(query: SessionQuery, place: Cursor | None) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(query, name) for name in EQUAL}
    values |= {f"status_{i}": status for i, status in enumerate(query.statuses or ())}
    values |= {"since": milliseconds(query.since), "until": milliseconds(query.until)}
    if place is not None:
        values |= {"place_key": milliseconds(place.key), "place_id": place.session_id}
    return values


@lru_cache(maxsize=512)
def _text(database: Database, shape: Shape) -> str:
    walks = [_walk(shape, status) for status in _status_parameters(shape)] or [_walk(shape)]
    if len(walks) == 1:
        return database.statements.compiled(walks[0])
    found = sa.union_all(*(sa.select(walk.subquery()) for walk in walks)).subquery()
    return database.statements.compiled(at_most(shape.limit, sa.select(found).order_by(*_order(shape, found.c))))


def _walk(shape: Shape, status: sa.BindParameter[Any] | None = None) -> sa.Select[Any]:
    """One walk along an index. Several statuses are several walks, merged: in one, all that match would be sorted."""
    found = sa.select(*(sessions.c[name] for name in SUMMARY_FIELDS)).where(*_conditions(shape))
    if status is not None:
        found = found.where(sessions.c.status == status)
    return at_most(shape.limit, found.order_by(*_order(shape, sessions.c)))


def _status_parameters(shape: Shape) -> list[sa.BindParameter[Any]]:
    return [parameter(sessions.c.status, f"status_{i}") for i in range(shape.statuses or 0)]


def _order(shape: Shape, columns: Any) -> Sequence[sa.ColumnElement[Any]]:
    if shape.descending:
        return columns.created_at.desc(), columns.session_id.desc()
    return columns.starts_at, columns.session_id


def _conditions(shape: Shape) -> Sequence[sa.ColumnElement[bool]]:
    key = sessions.c.created_at if shape.descending else sessions.c.starts_at
    conditions = [sessions.c[name] == parameter(sessions.c[name]) for name in shape.equal]
    if not shape.descending:
        conditions.append(key.is_not(None))
    if shape.since:
        conditions.append(key >= parameter(key, "since"))
    if shape.until:
        conditions.append(key < parameter(key, "until"))
    if shape.continued:
        conditions.append(_behind(shape, key))
    return conditions


def _behind(shape: Shape, key: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """A comparison of rows, which an index answers; `key < … OR (key = … AND …)` would be a hundred times slower."""
    row = sa.tuple_(key, sessions.c.session_id)
    place = sa.tuple_(parameter(key, "place_key"), parameter(sessions.c.session_id, "place_id"))
    return row < place if shape.descending else row > place
