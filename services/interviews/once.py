"""Opening an interview once, however often the same request to open it arrives."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import msgspec

from domain.actor import Actor
from domain.checks import check_text
from domain.errors import Invalid
from domain.interview import Interview
from services.idempotency.answers import KeyReused

_NAMESPACE = UUID("6f1d4a0e-6d0c-4c3e-9a52-0d3b6c7f8a10")
OPENED_WITH = "opened_with"
"""Where an interview that was opened under a key remembers what with."""


def opened_once(actor: Actor, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields to add to a new interview so that a second one under this key of this actor cannot be created.

    Raises Invalid for a key that is blank or longer than 200 characters.
    """
    if not check_text("Idempotency-Key", key, limit=200).strip():
        raise Invalid("Idempotency-Key", key, "a text that is not blank")
    return {"session_id": str(uuid5(_NAMESPACE, f"{actor.user_id}\n{key}")), "extra": {OPENED_WITH: _digest(fields)}}


def check_same(interview: Interview, fields: Mapping[str, Any]) -> None:
    """Raise KeyReused unless the interview was opened with these very fields."""
    if interview.extra.get(OPENED_WITH) != _digest(fields):
        raise KeyReused


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(fields, order="deterministic")).hexdigest()
