"""The interview: what was asked, what was said, and what may be concluded from it.

Everything concluded (facts, goals, contradictions, the report) names the words it rests on and the message they stand
in. Rules about *how* conclusions are drawn live in `services/interviews`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from domain.clock import whole_milliseconds
from domain.lifecycle import Lifecycle, Phase
from domain.session import Count, Identifier, LongText, MessageText, Session, ShortText, Text

Percent = Annotated[int, Meta(ge=0, le=100)]
Topic = Literal["who", "what", "when", "where", "sequence", "how_known", "impact", "evidence", "contradictions"]
Certainty = Literal["certain", "uncertain"]
Source = Literal["first_hand", "hearsay"]


class InterviewStatus(StrEnum):
    """Where an interview stands."""

    ACTIVE = "active"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETE = "complete"
    FAILED = "failed"


INTERVIEW = Lifecycle(
    "interview",
    initial=InterviewStatus.ACTIVE,
    transitions={
        InterviewStatus.ACTIVE: {InterviewStatus.PAUSED, InterviewStatus.PROCESSING, InterviewStatus.FAILED},
        InterviewStatus.PAUSED: {InterviewStatus.ACTIVE, InterviewStatus.FAILED},
        InterviewStatus.PROCESSING: {InterviewStatus.COMPLETE, InterviewStatus.ACTIVE, InterviewStatus.FAILED},
        InterviewStatus.COMPLETE: {InterviewStatus.ACTIVE},
        InterviewStatus.FAILED: {InterviewStatus.ACTIVE},
    },
    phase={
        InterviewStatus.ACTIVE: Phase.ACTIVE,
        InterviewStatus.PAUSED: Phase.ACTIVE,
        InterviewStatus.PROCESSING: Phase.ACTIVE,
        InterviewStatus.COMPLETE: Phase.FINISHED,
        InterviewStatus.FAILED: Phase.FAILED,
    },
    terminal=set(),
)


class IntervieweeRole(StrEnum):
    """How the person interviewed stands to the incident."""

    PARTICIPANT = "participant"
    WITNESS = "witness"
    SECONDHAND = "secondhand"
    FRIEND = "friend"


class Stage(StrEnum):
    """The course of an interview, in order."""

    ACCOUNT = "account"
    PROBING = "probing"
    CONTRADICTIONS = "contradictions"
    READ_BACK = "read_back"
    CLOSED = "closed"


class GoalStatus(StrEnum):
    """How far a goal has come."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


class Person(msgspec.Struct, kw_only=True):
    """Somebody who plays a part in the incident, as the interviewee named them."""

    name: ShortText
    role: Text = ""
    relationships: list[Text] = []
    emotional_state: Text = ""


class PointOfConflict(msgspec.Struct, kw_only=True):
    """What the incident is about, in the interviewee's words."""

    primary: Text = ""
    secondary: Text = ""


class GeneralDetails(msgspec.Struct, kw_only=True):
    """What surrounds the incident, in the interviewee's words."""

    timeline_markers: list[Text] = []
    location_context: Text = ""
    communication_history: Text = ""
    emotional_atmosphere: Text = ""


class ExtractedSummary(msgspec.Struct, kw_only=True):
    """What was understood from the account; shown to the interviewee, who may correct every line."""

    actors: list[Person] = []
    point_of_conflict: PointOfConflict = msgspec.field(default_factory=PointOfConflict)
    general_details: GeneralDetails = msgspec.field(default_factory=GeneralDetails)
    missing_info: list[Text] = []


class Fact(msgspec.Struct, kw_only=True):
    """One claim and the verbatim words it rests on.

    `quote` occurs letter by letter in the message `message_id`. `also` names further topics that the same words speak
    to. `timestamp` is the time *as said*; `parsed_time` is only a suggestion (local wall time, ISO 8601, as much of it
    as was said: `2026-03-03`, `T16:00` or both). `about` names the fact that this one completes, such as the event a
    time belongs to. `replaced_by` names the fact that took its place after a correction;
    `corrected_by` those that put only a detail of it right, so that the rest of it stands.
    """

    fact_id: Identifier
    topic: Topic
    claim: Text
    quote: Text
    message_id: Identifier
    timestamp: ShortText | None = None
    parsed_time: ShortText | None = None
    confidence: Certainty = "certain"
    source: Source = "first_hand"
    also: list[Topic] = []
    about: Identifier | None = None
    replaced_by: Identifier | None = None
    corrected_by: list[Identifier] = []

    def speaks_to(self, topic: Topic) -> bool:
        """Whether these words say something about the topic."""
        return topic == self.topic or topic in self.also


class Goal(msgspec.Struct, kw_only=True):
    """Something the interview wants to know, how sure it is, and why it stands where it does.

    `why` lists the reasons, one a line, each with the points it gave or took. `exhausted` means that asking on is of no
    use: the interviewee said twice that they do not know, or `closed_because` says what else ended it; the gap then
    goes into the report.
    """

    topic: Topic
    description: Text
    status: GoalStatus = GoalStatus.NOT_STARTED
    confidence: Percent = 0
    why: list[Text] = []
    exhausted: bool = False
    asked: Count = 0
    unknown_answers: Count = 0
    closed_because: Text = ""


class Contradiction(msgspec.Struct, kw_only=True):
    """Two statements that cannot both be true as said. `resolution` is the interviewee's own words, if any."""

    contradiction_id: Identifier
    topic: Topic
    about: Text
    first_fact_id: Identifier
    second_fact_id: Identifier
    asked: bool = False
    resolution: Text = ""
    resolution_message_id: Identifier | None = None


class TimelineEntry(msgspec.Struct, kw_only=True):
    """One step of what happened, in the order in which it happened as far as that is known.

    `corrected_by` names the facts that put a detail of these words right.
    """

    label: Text
    timestamp: ShortText | None = None
    parsed_time: ShortText | None = None
    quote: Text
    message_id: Identifier
    confidence: Certainty = "certain"
    source: Source = "first_hand"
    corrected_by: list[Identifier] = []


class ReportContradiction(msgspec.Struct, kw_only=True):
    """A contradiction as the report shows it: both statements side by side."""

    topic: Topic
    about: Text
    first: Fact
    second: Fact
    resolution: Text = ""


class Gap(msgspec.Struct, kw_only=True):
    """What stayed open: an open question for whoever reads the report."""

    topic: Topic
    question: Text
    why: Text


class Report(msgspec.Struct, kw_only=True):
    """What an interview came to. Made once for each completion and stored.

    `assessment` exists only when somebody asked for it, and is marked as such wherever it is shown.
    """

    version: Count
    made_at: datetime
    summary: ExtractedSummary
    timeline: list[TimelineEntry] = []
    key_facts: list[Fact] = []
    contradictions: list[ReportContradiction] = []
    gaps: list[Gap] = []
    goals: list[Goal] = []
    corrections: list[LongText] = []
    assessment: LongText | None = None

    def __post_init__(self) -> None:
        self.made_at = whole_milliseconds(self.made_at, "made_at")


class SummaryCorrection(msgspec.Struct, kw_only=True):
    """A summary as it was understood and as the interviewee put it right: what was taken out must not come back."""

    before: ExtractedSummary
    after: ExtractedSummary


class Interview(Session, tag="interview", kw_only=True, dict=True):
    """A conversation that gets to the facts of an incident.

    `heard` is the number of the last message that went into facts and goals: whatever lies behind it was stored and,
    after a crash, is still to be read. `answers` are the suggestions for the current question. Without a title it is
    titled after its incident; a title is never emptied.
    """

    lifecycle: ClassVar[Lifecycle] = INTERVIEW

    title: Annotated[str, Meta(min_length=1, max_length=200)] = ""
    incident_name: Annotated[str, Meta(min_length=1, max_length=200)]
    interviewee_name: Annotated[str, Meta(min_length=1, max_length=200)]
    interviewee_role: IntervieweeRole
    confidence_threshold: Annotated[int, Meta(ge=20, le=95)] = 90
    mode: Literal["text", "voice"] = "text"
    summary: LongText = ""

    stage: Stage = Stage.ACCOUNT
    extracted_summary: ExtractedSummary | None = None
    summary_correction: SummaryCorrection | None = None
    summary_confirmed: bool = False
    corrections: list[LongText] = []
    goals: list[Goal] = []
    facts: list[Fact] = []
    contradictions: list[Contradiction] = []
    answers: list[Text] = []
    current_question: MessageText | None = None
    current_question_id: Identifier | None = None
    current_topic: Topic | None = None
    turn_count: Count = 0
    heard: Count = 0
    reports: list[Report] = []

    hume_conversation_id: Identifier | None = None
    voice_call_started_at: datetime | None = None
    voice_call_ended_at: datetime | None = None
    voice_call_duration_seconds: Annotated[float, Meta(ge=0, le=1e9)] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.title:
            self.title = self.incident_name

    @property
    def report(self) -> Report | None:
        """The newest report; None before the first completion."""
        return self.reports[-1] if self.reports else None
