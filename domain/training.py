"""The training: something people book and meet in by video. People around it are relational, not here."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from domain.clock import whole_milliseconds
from domain.errors import Invalid
from domain.lifecycle import Lifecycle, Phase
from domain.session import Identifier, LongText, Session, ShortText


class TrainingStatus(StrEnum):
    """Where a training stands."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    CANCELED = "canceled"
    MISSED = "missed"


TRAINING = Lifecycle(
    "training",
    initial=TrainingStatus.SCHEDULED,
    transitions={
        TrainingStatus.SCHEDULED: {TrainingStatus.LIVE, TrainingStatus.CANCELED, TrainingStatus.MISSED},
        TrainingStatus.LIVE: {TrainingStatus.ENDED},
        TrainingStatus.ENDED: set(),
        TrainingStatus.CANCELED: set(),
        TrainingStatus.MISSED: set(),
    },
    phase={
        TrainingStatus.SCHEDULED: Phase.PLANNED,
        TrainingStatus.LIVE: Phase.ACTIVE,
        TrainingStatus.ENDED: Phase.FINISHED,
        TrainingStatus.CANCELED: Phase.CANCELLED,
        TrainingStatus.MISSED: Phase.FAILED,
    },
    terminal={TrainingStatus.ENDED, TrainingStatus.CANCELED, TrainingStatus.MISSED},
)


class SessionDate(msgspec.Struct, frozen=True, kw_only=True):
    """When a training begins: the UTC moment, the IANA zone, and the wall clock that was meant (ISO 8601, no zone)."""

    start: datetime
    time_zone: ShortText
    wall_clock: ShortText

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "start", whole_milliseconds(self.start, "session_date.start"))


class Training(Session, tag="training", kw_only=True, dict=True):
    """A planned meeting of an event. `starts_at` is the UTC copy of `session_date` and is never set apart from it."""

    lifecycle: ClassVar[Lifecycle] = TRAINING
    judged_together: ClassVar[frozenset[str]] = frozenset(
        {"title", "is_public", "members_only", "starts_at", "session_date"}
    )

    session_date: SessionDate
    description: LongText = ""
    duration_minutes: Annotated[int, Meta(ge=5, le=480)] = 60
    capacity: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    recording_enabled: bool = False
    chat_enabled: bool = True
    is_public: bool = False
    members_only: bool = True
    tags: list[ShortText] = []
    instructor_id: Identifier
    cohost_ids: list[Identifier] = []
    started_at: datetime | None = None
    ended_at: datetime | None = None
    schedule_version: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1
    series_id: Identifier | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.starts_at is None and isinstance(self.session_date, SessionDate):
            self.starts_at = self.session_date.start

    @property
    def is_live(self) -> bool:
        """True while people meet; derived, never stored."""
        return self.status == TrainingStatus.LIVE

    def check_kind(self) -> None:
        """Refuse what contradicts itself. Raises Invalid naming the field."""
        if not self.title.strip():
            raise Invalid("title", self.title, "a title that is not blank")
        if self.is_public and self.members_only:
            raise Invalid("members_only", True, "false while is_public is true")
        if self.starts_at != self.session_date.start:
            raise Invalid("starts_at", self.starts_at, "the start in session_date; change that one")
