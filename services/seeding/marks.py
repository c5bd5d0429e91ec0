"""How a seeded session tells that it is one, and whether anybody has changed it since."""

import hashlib
from typing import Any

import msgspec

from domain.session import Session
from services.seeding.scenario import Seed

MARK = "seeded"
"""Where it stands in `extra`."""
NOT_CONTENTS = ("revision", "updated_at", "schema_version")
"""What the storage counts by itself: a title that was changed and changed back is the same title."""


def begun(seed: Seed) -> dict[str, Any]:
    """The mark of a session that is being made."""
    return {MARK: {"recipe": _digest(seed)}}


def finished(seed: Seed, session: Session) -> dict[str, Any]:
    """The mark of a session that was made whole; `session` comes with all its messages."""
    return {MARK: {"recipe": _digest(seed), "contents": _contents(session)}}


def is_seeded(session: Session) -> bool:
    """Whether it was made from a seed, this one's or another release's."""
    return MARK in session.extra


def is_unchanged(seed: Seed, session: Session) -> bool:
    """Whether it was made whole from this very seed and is as it was then; it comes with all its messages."""
    return bool(session.extra.get(MARK) == finished(seed, session)[MARK])


def _contents(session: Session) -> str:
    fields = msgspec.to_builtins(session)
    kept = {name: value for name, value in fields.items() if name not in NOT_CONTENTS}
    kept["extra"] = {name: value for name, value in session.extra.items() if name != MARK}
    return _digest([kept, list(session.messages)])


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
