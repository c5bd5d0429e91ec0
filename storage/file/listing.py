"""The SQL of a page: which index it walks, and from where.

Every index ends with the key of the order and the session id, so a page is a walk of `limit` rows from a place, at any
depth. Several statuses are several walks, merged: asked for in one, SQLite would collect and sort all that match.
"""

from typing import Any

from domain.clock import milliseconds
from storage.cursor import Cursor
from storage.query import SessionQuery

_KEYS = {"-created_at": ("created_at", "DESC", "<"), "starts_at": ("starts_at", "ASC", ">")}


def statement_for(query: SessionQuery, place: Cursor | None, limit: int) -> tuple[str, dict[str, Any]]:
    """The statement that finds a page's summaries in order, and its parameters."""
    key, direction, _ = _KEYS[query.order]
    conditions, values = _conditions(query, place)
    values["limit"] = limit
    order = f"ORDER BY {key} {direction}, session_id {direction} LIMIT :limit"
    # Only names that stand in this module become SQL; what was asked for comes as parameters.
    walk = f"SELECT summary, {key}, session_id FROM sessions INDEXED BY {_index(query)} WHERE {conditions}"  # noqa: S608
    if query.statuses is None:
        return f"{walk} {order}", values
    values |= {f"status{number}": status for number, status in enumerate(query.statuses)}
    walks = [f"{walk} AND status = :status{number} {order}" for number in range(len(query.statuses))]
    if len(walks) == 1:
        return walks[0], values
    return " UNION ALL ".join(f"SELECT * FROM ({walk})" for walk in walks) + f" {order}", values  # noqa: S608


def _index(query: SessionQuery) -> str:
    """The index of the narrowest condition; left to itself, SQLite may choose one that needs a sort."""
    if query.user_id is not None:
        narrowest, joined_with_status = "user", query.order == "-created_at"
    elif query.parent_id is not None:
        narrowest, joined_with_status = "parent", False
    elif query.kind is not None:
        narrowest, joined_with_status = "kind", True
    else:
        narrowest, joined_with_status = "any", query.order == "-created_at"
    status = "_status" if query.statuses is not None and joined_with_status else ""
    return f"{query.order.removeprefix('-').removesuffix('_at')}_by_{narrowest}{status}"


def _conditions(query: SessionQuery, place: Cursor | None) -> tuple[str, dict[str, Any]]:
    key, _, beyond = _KEYS[query.order]
    wanted = {"user_id": query.user_id, "parent_id": query.parent_id, "kind": query.kind, "mode": query.mode}
    values: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    conditions = [f"{key} IS NOT NULL", *(f"{name} = :{name}" for name in values)]
    for bound, name, moment in ((">=", "since", query.since), ("<", "until", query.until)):
        if moment is not None:
            values[name] = milliseconds(moment)
            conditions.append(f"{key} {bound} :{name}")
    if place is not None:
        values |= {"place_key": milliseconds(place.key), "place_id": place.session_id}
        conditions.append(f"({key}, session_id) {beyond} (:place_key, :place_id)")
    return " AND ".join(conditions), values
