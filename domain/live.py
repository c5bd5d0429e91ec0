"""The live broadcast: one session on a channel. The channel itself is relational, the running FFmpeg is a stream."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from domain.errors import Invalid
from domain.lifecycle import Lifecycle, Phase
from domain.session import Identifier, Session


class LiveStatus(StrEnum):
    """Where a broadcast stands."""

    IDLE = "idle"
    READY = "ready"
    PUBLISHING = "publishing"
    LIVE = "live"
    ENDING = "ending"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    ABORTED = "aborted"


LIVE = Lifecycle(
    "live",
    initial=LiveStatus.IDLE,
    transitions={
        LiveStatus.IDLE: {LiveStatus.READY, LiveStatus.CANCELLED},
        LiveStatus.READY: {LiveStatus.PUBLISHING, LiveStatus.IDLE, LiveStatus.CANCELLED},
        LiveStatus.PUBLISHING: {LiveStatus.LIVE, LiveStatus.READY, LiveStatus.ABORTED, LiveStatus.CANCELLED},
        LiveStatus.LIVE: {LiveStatus.ENDING, LiveStatus.ABORTED},
        LiveStatus.ENDING: {LiveStatus.STOPPED, LiveStatus.ABORTED},
        LiveStatus.ABORTED: {LiveStatus.PUBLISHING, LiveStatus.STOPPED},
        LiveStatus.STOPPED: set(),
        LiveStatus.CANCELLED: set(),
    },
    phase={
        LiveStatus.IDLE: Phase.PLANNED,
        LiveStatus.READY: Phase.PLANNED,
        LiveStatus.PUBLISHING: Phase.ACTIVE,
        LiveStatus.LIVE: Phase.ACTIVE,
        LiveStatus.ENDING: Phase.ACTIVE,
        LiveStatus.STOPPED: Phase.FINISHED,
        LiveStatus.CANCELLED: Phase.CANCELLED,
        LiveStatus.ABORTED: Phase.FAILED,
    },
    terminal={LiveStatus.STOPPED, LiveStatus.CANCELLED},
)

HOLDS_CHANNEL = frozenset(
    {LiveStatus.READY, LiveStatus.PUBLISHING, LiveStatus.LIVE, LiveStatus.ENDING, LiveStatus.ABORTED}
)
"""Statuses that count as active when a preflight asks whether the channel is free."""


def channel_key(channel_id: str) -> str:
    """The exclusive key of a channel: at most one session that is not over may carry it."""
    return f"channel:{channel_id}"


class Live(Session, tag="live", kw_only=True, dict=True):
    """A broadcast. `config` and `provider_status` are shaped by the provider; `channel_id` is the parent."""

    lifecycle: ClassVar[Lifecycle] = LIVE
    judged_together: ClassVar[frozenset[str]] = frozenset({"parent_id", "channel_id"})

    channel_id: Identifier
    room_id: Identifier | None = None
    config: dict[str, Any] = {}
    provider_status: dict[str, Any] = {}
    started_at: datetime | None = None
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.parent_id is None:
            self.parent_id = self.channel_id

    def check_kind(self) -> None:
        """Refuse what contradicts itself. Raises Invalid naming the field."""
        if self.parent_id != self.channel_id:
            raise Invalid("parent_id", self.parent_id, "the same as channel_id")
