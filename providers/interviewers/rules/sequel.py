"""What came after and before: asked of the end of the fullest telling and of its heart, where it was not told."""

import re
from collections.abc import Iterator, Sequence

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import questions_of
from providers.interviewers.rules.anchors import anchored, message_of, said, standing
from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.incident import main_events
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.statements import is_event

THE_END = "That was the end of it"
_NEXT = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:next\s+thing|then|after\s+that|afterwards|the\s+next|suddenly|finally|in\s+the\s+end)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"^\W*(?:(?:and|but|then|so)\s+)*(?:there\s+(?:is|are|was|were)|it\s+(?:is|was|['’]s)\s+(?:an?|the|one|very|quite|so|only|about|maybe)\b|that\s+was)\b(?!.*\b(?:when|and\s+then)\b)",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(?:always|usually|normally|every|often|never|(?:is|are)\s+(?:kept|stored|locked|supposed)|used\s+to|(?:on|at)\s+\w+days|(?:was|were)\s+supposed\s+to)\b",
    re.IGNORECASE,
)
_PASSED_ON = re.compile(
    r"\b(?:told|texted|messaged|informed)\s+(?:me|us|(?-i:[A-Z])\w+|him|her|them)\s+(?:that\b|about\b|on\b|[\w']+\s)|\bsaid\s+that\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:(?:he|she|they|(?-i:[A-Z])\w+(?:\s+(?-i:[A-Z])\w+){0,2})\s+(?:was|were|is)\s+(?:\w+\s+)?(?:standing|sitting|there|lying)\b|(?:he|she|they|I|(?:my|our|the|an?|some|one)\s+\w+(?:\s+\S+){0,2}|(?-i:[A-Z])\w+)\s+(?:(?:just|only|also)\s+)?(?:saw|heard|watched|filmed|recorded|photographed)\b|I\s+(?:swear|think|believe|guess|suppose|told\s+you|said)\b)",
    re.IGNORECASE,
)


def around(state: InterviewState) -> Iterator[Turn]:
    """What happened right after the end of the account, and just before its heart if the account begins with it."""
    asked = {str(one.meta.get("key", "")).partition("-")[0] for one in questions_of(state)}
    told_of = state.interview.interviewee_role in (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)
    end = ", as far as you know?" if told_of else "?"
    deeds = _fullest(state)
    if deeds and "after" not in asked:
        lead = "And what" if _was_just_asked_about(state, deeds[-1]) else f"{said(state, deeds[-1])} What"
        question = f"{lead} happened right after that{end}"
        yield anchored("sequence", f"after-{deeds[-1].fact_id}", question, deeds[-1], [THE_END])
    main = next(iter(main_events(state.interview.facts)), None)
    if main and main in deeds[:1] and len(deeds) > 1 and "before" not in asked:
        question = f"{said(state, main)} What had happened just before that{end}"
        yield anchored("sequence", f"before-{main.fact_id}", question, main)


def _was_just_asked_about(state: InterviewState, fact: Fact) -> bool:
    return bool(questions_of(state)) and questions_of(state)[-1].meta.get("about") == fact.fact_id


def _fullest(state: InterviewState) -> list[Fact]:
    """The deeds of the message that tells most of them, in the order of its words; a later one among equals."""
    deeds = [fact for fact in standing(state) if _is_deed(fact)]
    if not deeds:
        return []
    ids = [fact.message_id for fact in deeds]
    fullest = max(dict.fromkeys(reversed(ids)), key=ids.count)
    return _in_order(state, [fact for fact in deeds if fact.message_id == fullest])


def _in_order(state: InterviewState, facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: message_of(state, fact).find(fact.quote))


def _is_deed(fact: Fact) -> bool:
    """Whether this tells a step that something can come after: no state, habit, absence, aside or passed-on word."""
    if fact.about is not None or fact.topic in ("when", "who", "how_known"):
        return False
    plain = without_quotes(fact.quote)
    if (
        is_absence(plain)
        or _STATE.search(plain)
        or _HABIT.search(plain)
        or _PASSED_ON.search(plain)
        or _ASIDE.search(plain)
    ):
        return False
    return is_event(fact.quote) or bool(_NEXT.search(plain))
