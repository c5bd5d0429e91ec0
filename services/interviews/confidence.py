"""The fixed rule by which the confidence of a goal is computed. `docs/interviews.md` shows it as a table.

It counts statements and never weighs people: the same transcript always gives the same figures. It is the service's
own, whatever the interviewer, so that a model cannot talk itself into certainty.
"""

import re
from collections.abc import Sequence

import msgspec

from domain.interview import Contradiction, Fact, Goal, GoalStatus, Topic

FIRM, SOFT, FAINT = (40, 25, 15, 10), (25, 15, 10, 5), (15, 10, 5, 5)
"""Points of the 1st, 2nd, 3rd and 4th statement: first-hand and certain; one of both; neither."""

ANSWERED_WHEN_ASKED = 20
DETAIL = 15
DISAGREEMENT = -20
HEARSAY_CEILING = 75
UNASKED_CEILING = 85
"""What was only volunteered never closes a goal at the default threshold: an answer to a question about it does."""
UNIDENTIFIED_CEILING = 60
NO_CONTRADICTION_PER_FACT = 15
OPEN_CONTRADICTION = -40
LEFT_CONTRADICTION = -25
UNKNOWN_LIMIT = 2
"""After so many "I don't know" about a topic it is not asked about again."""

QUOTE_SHOWN = 90

_UNIDENTIFIED = re.compile(
    r"\b(?:someone|somebody|(?:an?|one|some|two|three)\s+(?:[\w-]+\s+){0,2}?(?:man|men|woman|women|guys?|boys?|girls?|strangers?|persons?|people|kids?|teenagers?))\b",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(
    r"^\W*(?:no\W+)?I\s+"
    r"(?:was\s*(?:n['’]t|not)\s+(?:there|present)|(?:do\s*(?:n['’]t|not)|never)\s+(?:know|knew|met)\b)",
    re.IGNORECASE,
)
"""“I wasn't there” is the speaker's own, and no knowledge of what happened."""


def judge(
    goals: Sequence[Goal],
    facts: Sequence[Fact],
    contradictions: Sequence[Contradiction],
    *,
    threshold: int,
    asked_about: Sequence[tuple[str, Topic]] = (),
) -> list[Goal]:
    """The goals as they stand, each with its points and the reasons.

    `asked_about` pairs the id of each answer with the topic it was asked about.
    """
    present = [fact for fact in facts if fact.replaced_by is None]
    return [_judged(goal, present, contradictions, threshold, asked_about) for goal in goals]


def against(goals: Sequence[Goal], threshold: int) -> list[Goal]:
    """The same goals, measured against another threshold."""
    return [
        msgspec.structs.replace(
            goal,
            status=_status(goal.confidence, threshold, touched=goal.status != GoalStatus.NOT_STARTED),
            exhausted=goal.exhausted and goal.confidence < threshold,
        )
        for goal in goals
    ]


def _judged(
    goal: Goal,
    facts: Sequence[Fact],
    contradictions: Sequence[Contradiction],
    threshold: int,
    asked_about: Sequence[tuple[str, Topic]],
) -> Goal:
    if goal.topic == "contradictions":
        points, why = _agreement(facts, contradictions)
        exhausted = bool(contradictions) and all(found.asked for found in contradictions)
    else:
        asked = {message_id for message_id, topic in asked_about if topic == goal.topic}
        points, why = _statements(goal.topic, facts, contradictions, asked)
        if len(asked) <= goal.unknown_answers:
            points, why = _unasked(goal.topic, facts, points, why)
        exhausted = goal.unknown_answers >= UNKNOWN_LIMIT or bool(goal.closed_because)
    if goal.closed_because:
        why.append(f"not asked about any more: {goal.closed_because}")
    elif goal.unknown_answers:
        why.append(f"±0 not known or passed over, {_times(goal.unknown_answers)}")
    confidence = max(0, min(100, points))
    return msgspec.structs.replace(
        goal,
        status=_status(confidence, threshold, touched=bool(why) or bool(goal.asked)),
        confidence=confidence,
        why=why,
        exhausted=exhausted and confidence < threshold,
    )


def _statements(
    topic: Topic, facts: Sequence[Fact], contradictions: Sequence[Contradiction], asked: set[str]
) -> tuple[int, list[str]]:
    mine = sorted((fact for fact in facts if fact.speaks_to(topic)), key=_weakness)
    why: list[str] = []
    points = 0
    for place, fact in enumerate(_apart(mine)[: len(FIRM)]):
        gained = _scale(fact)[place]
        points += gained
        why.append(f"+{gained} {_sort_of(fact)}: “{_shown(fact.quote)}”")
    if any(fact.message_id in asked for fact in mine):
        points += ANSWERED_WHEN_ASKED
        why.append(f"+{ANSWERED_WHEN_ASKED} answered when asked about it")
    if reason := _detail(topic, mine):
        points += DETAIL
        why.append(f"+{DETAIL} {reason}")
    if points > HEARSAY_CEILING and all(fact.source == "hearsay" or _NOT_KNOWN.search(fact.quote) for fact in mine):
        why.append(f"−{points - HEARSAY_CEILING} everything about it comes from others: at most {HEARSAY_CEILING}")
        points = HEARSAY_CEILING
    if any(found.topic == topic and not found.resolution for found in contradictions):
        points += DISAGREEMENT
        why.append(f"−{-DISAGREEMENT} two statements disagree and were not settled")
    return points, why


def _unasked(topic: Topic, facts: Sequence[Fact], points: int, why: list[str]) -> tuple[int, list[str]]:
    """What counts as long as no question about the goal was answered."""
    if topic == "who" and points > UNIDENTIFIED_CEILING and any(_is_of_a_stranger(fact) for fact in facts):
        reason = f"not asked yet who somebody was that plays a part: at most {UNIDENTIFIED_CEILING}"
        return UNIDENTIFIED_CEILING, [*why, f"−{points - UNIDENTIFIED_CEILING} {reason}"]
    if points > UNASKED_CEILING:
        reason = f"nothing of it was an answer to a question about it: at most {UNASKED_CEILING}"
        return UNASKED_CEILING, [*why, f"−{points - UNASKED_CEILING} {reason}"]
    return points, why


def _is_of_a_stranger(fact: Fact) -> bool:
    return fact.topic in ("what", "sequence") and bool(_UNIDENTIFIED.search(fact.quote))


def _agreement(facts: Sequence[Fact], contradictions: Sequence[Contradiction]) -> tuple[int, list[str]]:
    if not facts:
        return 0, []
    points = min(100, NO_CONTRADICTION_PER_FACT * len(facts))
    why = [f"+{points} {len(facts)} statements compared with each other"]
    for found in contradictions:
        if found.resolution:
            why.append(f"±0 two statements about {found.about} disagreed; settled by the interviewee")
        else:
            lost = LEFT_CONTRADICTION if found.asked else OPEN_CONTRADICTION
            points += lost
            manner = "asked about and not settled" if found.asked else "not asked about yet"
            why.append(f"−{-lost} two statements about {found.about} disagree; {manner}")
    return points, why


def _weakness(fact: Fact) -> int:
    return (fact.source == "hearsay") + (fact.confidence == "uncertain")


def _scale(fact: Fact) -> tuple[int, ...]:
    return (FIRM, SOFT, FAINT)[_weakness(fact)]


def _sort_of(fact: Fact) -> str:
    known = "a first-hand statement" if fact.source == "first_hand" else "told by others"
    return known if fact.confidence == "certain" else f"{known}, uncertain"


def _apart(facts: Sequence[Fact]) -> list[Fact]:
    """Statements of different words: a piece of a sentence that counted already is no second statement."""
    kept: list[Fact] = []
    for fact in facts:
        if not any(fact.message_id == other.message_id and _overlap(fact.quote, other.quote) for other in kept):
            kept.append(fact)
    return kept


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _detail(topic: Topic, facts: Sequence[Fact]) -> str:
    """What makes the statements exact, beyond their number."""
    if topic == "when":
        said = [fact.parsed_time or "" for fact in facts]
        if any("-" in time for time in said) and any("T" in time for time in said):
            return "both the day and the time of day are given"
    elif topic == "what" and any(mark in fact.quote for fact in facts for mark in ("“", '"', " '", "‘")):
        return "words that were spoken are given literally"
    elif len({fact.message_id for fact in facts}) > 1:
        return "told in more than one answer"
    return ""


def _status(confidence: int, threshold: int, *, touched: bool) -> GoalStatus:
    if confidence >= threshold:
        return GoalStatus.COMPLETE
    return GoalStatus.IN_PROGRESS if touched else GoalStatus.NOT_STARTED


def _shown(quote: str) -> str:
    return quote if len(quote) <= QUOTE_SHOWN else f"{quote[: QUOTE_SHOWN - 1]}…"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
