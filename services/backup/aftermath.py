"""What of the rows must not live on as it was: a restore goes back in time, and some things are over since.

Passwords, API tokens and guest links are as they were: their holders could not get new ones by themselves, or not at
once. `docs/backup.md` says what that means.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.clock import EPOCH
from domain.login import LoginKind
from services.idempotency.service import RUNNING
from services.outbox.effects import OutboxState

Fields = dict[str, Any]
Rule = Callable[[Fields, datetime], Fields | None]


def after_restore(table: str, row: Fields, now: datetime) -> Fields | None:
    """The row as it is put back; None when it is not. An older archive may lack some of its fields."""
    rule = RULES.get(table)
    return row if rule is None else rule(row, now)


def _end_login(row: Fields, now: datetime) -> Fields:
    """Whoever logged out since, or was made to, stays out: a copied cookie must not come back to life."""
    if row.get("kind") == LoginKind.API_TOKEN or row.get("ended_at") is not None:
        return row
    return _with(row, ended_at=now)


def _spend_link(row: Fields, _now: datetime) -> Fields:
    """A link that was used since must not work again; who still needs one asks for another."""
    return _with(row, expires_at=EPOCH)


def _let_go(row: Fields, _now: datetime) -> Fields:
    """Nobody has it in hand here, so what waits is due without waiting for a lease."""
    return _with(row, lease_id=None, lease_until=None) if row.get("state") == OutboxState.WAITING else row


def _forget_running(row: Fields, _now: datetime) -> Fields | None:
    """The request that held this key is gone, so the next may begin; an answer that was given stays one."""
    return None if row.get("state") == RUNNING else row


def _forget(_row: Fields, _now: datetime) -> None:
    """Each start makes its own link for the first account."""


def _with(row: Fields, **values: Any) -> Fields:
    return {**row, **{name: value for name, value in values.items() if name in row}}


RULES: Mapping[str, Rule] = {
    "logins": _end_login,
    "mailed_links": _spend_link,
    "outbox": _let_go,
    "idempotency_keys": _forget_running,
    "first_run_tokens": _forget,
}
