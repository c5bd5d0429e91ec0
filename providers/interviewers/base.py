"""The contract of an interviewer: it reads what was said and proposes; the service decides.

An interviewer never changes a session. The service (`services/interviews`) checks that each quote stands letter by
letter in the message it names, computes the confidence of goals by its own documented rule, and sets the status.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec

from domain.interview import Certainty, ExtractedSummary, Interview, Source, TimelineEntry, Topic
from domain.session import Message

Wish = Literal["pause", "finish"]


class ProposedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with the words it rests on. `quote` is a verbatim piece of the message it was read from.

    `completes` is the place, in the same reading, of the fact that this one completes (the event a time belongs to);
    `about` is the id of an earlier fact, when the answer completes what a question was anchored to.
    """

    topic: Topic
    claim: str
    quote: str
    message_id: str
    timestamp: str | None = None
    parsed_time: str | None = None
    confidence: Certainty = "certain"
    source: Source = "first_hand"
    also: list[Topic] = []
    completes: int | None = None
    about: str | None = None


class ProposedContradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Two facts (by id) that cannot both be true as said, and what they disagree about, in a few plain words.

    `settled_by` is the id of a fact by which the interviewee settled it without being asked: a correction.
    """

    topic: Topic
    about: str
    first_fact_id: str
    second_fact_id: str
    settled_by: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an interviewer understood from one message.

    `unknown` holds the topics to which the answer was "I don't know"; `skipped` says that the question was passed over;
    `closed` says why a topic is not to be asked about again; `replaces` pairs the id of an earlier fact with the place
    in `facts` that corrects it, `amends` does so where only a detail is put right; `explains` is the id of a
    contradiction that this answer settles; `agreed` and `corrections` belong to the read-back; `wish` is what the
    interviewee asked for instead of going on.
    """

    facts: list[ProposedFact] = []
    unknown: list[Topic] = []
    skipped: bool = False
    closed: dict[Topic, str] = {}
    replaces: list[tuple[str, int]] = []
    amends: list[tuple[str, int]] = []
    explains: str | None = None
    agreed: bool = False
    corrections: list[str] = []
    wish: Wish | None = None


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The next thing to say. `suggestions` are neutral, never a made-up fact. `done`: nothing is left to ask.

    `key` is the interviewer's own name for the wording, by which it knows later what it asked; `about` is the id of the
    fact that the question is anchored to. Both come back with the transcript.
    """

    question: str = ""
    key: str = ""
    about: str | None = None
    topic: Topic | None = None
    suggestions: list[str] = []
    contradiction_id: str | None = None
    done: bool = False


class InterviewState(msgspec.Struct, frozen=True, kw_only=True):
    """What an interviewer may look at: the header as it stands and everything that was said so far."""

    interview: Interview
    messages: Sequence[Message]

    def question_for(self, answer: Message) -> Message | None:
        """The question that this answer replies to; None for the summary, which answers no question."""
        wanted = answer.meta.get("answers")
        return next((said for said in self.messages if wanted and said.message_id == wanted), None)


class OpenQuestion(msgspec.Struct, frozen=True):
    """What stayed open, worded for whoever reads the report, and why when it is not plain from the goal."""

    topic: Topic
    question: str
    why: str = ""


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an interviewer proposes for the report; facts, contradictions and goals are the service's own."""

    timeline: list[TimelineEntry] = []
    open_questions: list[OpenQuestion] = []


class Interviewer(ABC):
    """Conducts an interview. Implementations keep no state between calls and are safe to share between threads."""

    name: ClassVar[str]

    @abstractmethod
    def extract(self, state: InterviewState) -> ExtractedSummary:
        """What is understood from all that was said so far: people, conflict, circumstances, what is missing."""

    @abstractmethod
    def read_answer(self, state: InterviewState, answer: Message) -> Reading:
        """What this answer says, given the question it answers. Raises ProviderDown when the engine is away."""

    @abstractmethod
    def contradictions(self, state: InterviewState) -> list[ProposedContradiction]:
        """The pairs among the present facts that cannot both be true as said."""

    @abstractmethod
    def next_turn(self, state: InterviewState) -> Turn:
        """What to say next, from goals, facts and what was asked already."""

    @abstractmethod
    def report(self, state: InterviewState) -> ReportDraft:
        """Put what happened in order and word what stayed open."""
