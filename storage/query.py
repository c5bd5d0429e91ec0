"""What `find` is asked and what it answers; how a query is checked and brought to its plain form."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain import checks, clock
from domain.errors import Invalid
from domain.kinds import STATUSES, kind_named
from domain.session import PAGE_LIMIT, SessionSummary
from storage.cursor import ORDERS, Order


class SessionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What `find` looks for. None means: whatever it is.

    `since` (inclusive) and `until` (exclusive) bound the key that the page is ordered by; both are cut to whole
    milliseconds. Ordered by `starts_at`, only sessions that have one are found, the earliest first. Statuses are
    stripped and lower-cased; an empty list of them finds nothing.
    """

    user_id: str | None = None
    kind: str | None = None
    statuses: Sequence[str] | None = None
    mode: str | None = None
    parent_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Order = "-created_at"
    limit: int = 50
    cursor: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some sessions, and the cursor with which the next ones are asked for; None when there are no more."""

    items: list[SessionSummary]
    next_cursor: str | None


def checked(query: SessionQuery) -> SessionQuery:
    """The query in its plain form, so that two spellings of one wish share their cursors. Raises Invalid."""
    if query.order not in ORDERS:
        raise Invalid("order", query.order, ORDERS)
    checks.check_count("limit", query.limit, 1, PAGE_LIMIT)
    checks.check_owner(query.user_id)
    checks.check_owner(query.parent_id, "parent_id")
    checks.check_owner(query.mode, "mode")
    return msgspec.structs.replace(
        query,
        statuses=_statuses(query),
        since=None if query.since is None else clock.whole_milliseconds(query.since, "since"),
        until=None if query.until is None else clock.whole_milliseconds(query.until, "until"),
    )


def _statuses(query: SessionQuery) -> list[str] | None:
    lifecycle = None if query.kind is None else kind_named(query.kind).lifecycle
    if query.statuses is None:
        return None
    if not isinstance(query.statuses, Collection) or isinstance(query.statuses, str):
        raise Invalid("statuses", query.statuses, "a list of statuses")
    parse = _any_status if lifecycle is None else lifecycle.parse
    return sorted({str(parse(status)) for status in query.statuses})


def _any_status(status: Any) -> str:
    plain = status.strip().lower() if isinstance(status, str) else status
    if plain not in STATUSES:
        raise Invalid("status", status, STATUSES)
    return str(plain)
