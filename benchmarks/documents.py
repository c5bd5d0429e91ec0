"""The sessions that every way works on: an interview as it looks after a dozen answers, and a small one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from domain import clock
from domain.interview import (
    Contradiction,
    ExtractedSummary,
    Fact,
    GeneralDetails,
    Goal,
    Interview,
    IntervieweeRole,
    Person,
    PointOfConflict,
)
from domain.session import Message, Session

OWNER = "bench-owner"
SAID = "I came out of the library at about ten past four and the bicycle was not where I had left it. "
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)


def interview(session_id: str) -> Interview:
    """A header of some six kilobytes as JSON, of 40 fields and more."""
    return Interview(
        session_id=session_id,
        user_id=OWNER,
        user_email="ada@example.org",
        incident_name="The bicycle behind the library",
        interviewee_name="Ada Example",
        interviewee_role=IntervieweeRole.WITNESS,
        revision=1,
        summary=SAID * 4,
        extracted_summary=_extracted(),
        goals=[_goal(topic) for topic in ("who", "what", "when", "where", "sequence", "how_known", "impact")],
        facts=[_fact(n) for n in range(12)],
        contradictions=[_contradiction()],
        answers=[SAID] * 4,
        current_question="What did you see before you went in?",
        current_topic="sequence",
        turn_count=12,
        extra={"source": "benchmark", "tags": ["a", "b"]},
    )


def _extracted() -> ExtractedSummary:
    return ExtractedSummary(
        actors=[Person(name=f"Person {n}", role="passer-by", relationships=["a colleague"]) for n in range(3)],
        point_of_conflict=PointOfConflict(primary="A bicycle is gone.", secondary="Nobody saw it leave."),
        general_details=GeneralDetails(timeline_markers=["ten past four"], location_context="Behind the library"),
        missing_info=["who had a key"],
    )


def _goal(topic: str) -> Goal:
    return Goal(topic=topic, description=f"Find out: {topic}", confidence=60, why=["+30 said by a witness"], asked=2)


def _fact(n: int) -> Fact:
    return Fact(
        fact_id=f"fact-{n}", topic="what", claim=SAID[:60], quote=SAID[:50], message_id=f"m{n}", timestamp="4 pm"
    )


def _contradiction() -> Contradiction:
    return Contradiction(
        contradiction_id="c1", topic="when", about="the time", first_fact_id="fact-1", second_fact_id="fact-2"
    )


def new_message() -> Message:
    """A message that no session has yet."""
    return Message(message_id=f"message-{next(_numbers)}", role="interviewee", content=SAID)


def messages(how_many: int) -> list[Message]:
    """Numbered messages, as they lie in a session."""
    return [
        Message(message_id=f"old-{n}", role="interviewee", content=SAID, timestamp=clock.now(), n=n)
        for n in range(1, how_many + 1)
    ]


def small_interviews(how_many: int) -> Iterator[Session]:
    """Small headers of one owner, a millisecond apart, the oldest first."""
    for n in range(how_many):
        yield Interview(
            session_id=small_id(n),
            user_id=OWNER,
            incident_name=f"Incident {n}",
            interviewee_name="Ada",
            interviewee_role=IntervieweeRole.WITNESS,
            created_at=created_at(n),
            updated_at=created_at(n),
            revision=1,
        )


def small_id(n: int) -> str:
    """The id of the n-th of them."""
    return f"small-{n:07}"


def created_at(n: int) -> datetime:
    """When the n-th of them was created."""
    return FIRST + timedelta(milliseconds=n)
