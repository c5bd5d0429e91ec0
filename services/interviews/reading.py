"""What the service does with what an interviewer understood: check it against the transcript, and only then keep it."""

from collections.abc import Sequence

from domain.interview import Contradiction, Fact, Interview, Stage, Topic
from domain.session import Message
from providers.interviewers.base import ProposedContradiction, ProposedFact, Reading
from services.interviews.goals import goal_of
from telemetry import logger

FACT_LIMIT = 600
"""So many facts fit into a header with room to spare; what is said beyond stays in the transcript."""
TEXT_LIMIT = 2_000
CORRECTION_LIMIT = 20_000

_log = logger(__name__)


def take_in(interview: Interview, transcript: Sequence[Message], said: Message, reading: Reading) -> None:
    """Put a reading of one message into the interview: facts with ids, goals, settled contradictions, corrections."""
    ids = _keep_facts(interview, transcript, reading.facts)
    _put_right(interview, reading, ids)
    _note_gaps(interview, said, reading)
    if reading.explains is not None:
        _settle(interview, reading.explains, said)
    interview.corrections = [*interview.corrections, *(text[:CORRECTION_LIMIT] for text in reading.corrections)]
    if reading.agreed or reading.wish == "finish":
        interview.stage = Stage.CLOSED
        interview.summary_confirmed = reading.agreed


def keep_contradictions(interview: Interview, proposed: Sequence[ProposedContradiction]) -> None:
    """Add the contradictions that are new; a pair that was found before keeps its id and its resolution.

    What the interviewee put right without being asked settles a pair in their own words.
    """
    known = {fact.fact_id: fact for fact in interview.facts}
    pairs = {frozenset((found.first_fact_id, found.second_fact_id)) for found in interview.contradictions}
    fresh: list[Contradiction] = []
    for found in proposed:
        pair = frozenset((found.first_fact_id, found.second_fact_id))
        if len(pair) == 2 and pair <= known.keys() and pair not in pairs:  # noqa: PLR2004  # a pair has two
            pairs.add(pair)
            fresh.append(_numbered(found, len(interview.contradictions) + len(fresh) + 1))
    interview.contradictions = [*interview.contradictions, *fresh]
    settled = {frozenset((found.first_fact_id, found.second_fact_id)): found.settled_by for found in proposed}
    for one in interview.contradictions:
        pair = frozenset((one.first_fact_id, one.second_fact_id))
        _settle_by(one, known.get(settled.get(pair) or _replacing(pair, known)))


def _replacing(pair: frozenset[str], known: dict[str, Fact]) -> str:
    """The fact that took the place of one side since: what was corrected is no longer open."""
    return next((by for side in sorted(pair) if (by := known[side].replaced_by)), "")


def _settle_by(found: Contradiction, fact: Fact | None) -> None:
    if fact is not None and not found.resolution:
        found.resolution = fact.quote[:TEXT_LIMIT]
        found.resolution_message_id = fact.message_id


def _numbered(found: ProposedContradiction, number: int) -> Contradiction:
    return Contradiction(
        contradiction_id=f"c{number}",
        topic=found.topic,
        about=found.about[:TEXT_LIMIT],
        first_fact_id=found.first_fact_id,
        second_fact_id=found.second_fact_id,
    )


def _keep_facts(interview: Interview, transcript: Sequence[Message], proposed: Sequence[ProposedFact]) -> list[str]:
    """Keep the facts whose words were really said. Returns the id for each proposed one, empty for a refused one."""
    contents = {message.message_id: message.content for message in transcript if message.role == "interviewee"}
    known = {(fact.topic, fact.quote, fact.message_id): fact.fact_id for fact in interview.facts}
    ids: list[str] = []
    kept: list[Fact] = []
    for fact in proposed:
        twin = known.get((fact.topic, fact.quote, fact.message_id), "")
        if twin or not _was_said(interview, contents, fact, len(interview.facts) + len(kept)):
            ids.append(twin)
            continue
        ids.append(f"f{len(interview.facts) + len(kept) + 1}")
        known[fact.topic, fact.quote, fact.message_id] = ids[-1]
        kept.append(_as_fact(fact, ids))
    interview.facts = [*interview.facts, *kept]
    return ids


def _as_fact(fact: ProposedFact, ids: Sequence[str]) -> Fact:
    completes = fact.completes
    inner = ids[completes] or None if completes is not None and 0 <= completes < len(ids) - 1 else None
    return Fact(
        fact_id=ids[-1],
        topic=fact.topic,
        claim=fact.claim,
        quote=fact.quote,
        message_id=fact.message_id,
        timestamp=fact.timestamp,
        parsed_time=fact.parsed_time,
        confidence=fact.confidence,
        source=fact.source,
        also=list(fact.also),
        about=inner or fact.about,
    )


def _was_said(interview: Interview, contents: dict[str, str], fact: ProposedFact, place: int) -> bool:
    if fact.quote.strip() and fact.quote in contents.get(fact.message_id, ""):
        if place < FACT_LIMIT and max(len(fact.quote), len(fact.claim)) <= TEXT_LIMIT:
            return True
        reason = "too much or too long"
    else:
        reason = "the quote does not stand in the message"
    _log.warning(
        "a proposed fact was dropped",
        reason=reason,
        session_id=interview.session_id,
        message_id=fact.message_id,
        topic=fact.topic,
    )
    return False


def _put_right(interview: Interview, reading: Reading, ids: Sequence[str]) -> None:
    """Note which facts were replaced, and which were put right in a detail: also those that hold a replaced one."""
    known = {fact.fact_id: fact for fact in interview.facts}
    for old, new in _pairs(reading.replaces, ids):
        if old in known and known[old].replaced_by is None:
            known[old].replaced_by = new
            for whole in interview.facts:
                if _holds(whole, known[old]):
                    _amend(whole, new)
    for old, new in _pairs(reading.amends, ids):
        if old in known:
            _amend(known[old], new)


def _pairs(proposed: Sequence[tuple[str, int]], ids: Sequence[str]) -> list[tuple[str, str]]:
    """The ids of what is put right and of what does so; a fact that was refused, or the same one, does nothing."""
    known = [(old, ids[place]) for old, place in proposed if 0 <= place < len(ids)]
    return [(old, new) for old, new in known if new and new != old]


def _amend(fact: Fact, by: str) -> None:
    if fact.replaced_by is None and by not in fact.corrected_by and by != fact.fact_id:
        fact.corrected_by = [*fact.corrected_by, by]


def _holds(whole: Fact, part: Fact) -> bool:
    return whole is not part and whole.message_id == part.message_id and part.quote in whole.quote


def _note_gaps(interview: Interview, said: Message, reading: Reading) -> None:
    passed: list[Topic] = list(reading.unknown)
    if reading.skipped and (topic := said.meta.get("topic")) and topic not in passed:
        passed.append(topic)
    for topic in passed:
        goal_of(interview.goals, topic).unknown_answers += 1
    for topic, reason in reading.closed.items():
        goal_of(interview.goals, topic).closed_because = reason[:TEXT_LIMIT]


def _settle(interview: Interview, contradiction_id: str, said: Message) -> None:
    for found in interview.contradictions:
        if found.contradiction_id == contradiction_id:
            found.resolution = said.content[:TEXT_LIMIT]
            found.resolution_message_id = said.message_id
