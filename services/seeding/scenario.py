"""What a scenario is made of: whose sessions it has, and how each of them came to where it stands."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal

import msgspec

from services.seeding.stories import Story


class Ending(StrEnum):
    """How a seeded interview is left."""

    RUNNING = "running"
    PAUSED = "paused"
    COMPLETE = "complete"
    FAILED = "failed"


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """One interview: its fixed id, what is said in it, and how it is left.

    `turns` answers are given, or as many as it takes (None). `age` is how long it lies back when it is made.
    """

    session_id: str
    story: Story
    ending: Ending
    age: timedelta
    turns: int | None = None
    mode: Literal["text", "voice"] = "text"
    archived: bool = False


class SeedOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose the sessions are, unless somebody else has the address already."""

    user_id: str
    email: str
    display_name: str


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A set of sessions with one owner."""

    name: str
    owner: SeedOwner
    seeds: tuple[Seed, ...]
