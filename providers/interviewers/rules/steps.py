"""Which facts tell a step of what happened, and which only a state, a habit, a correction, or the same once more."""

import re
from collections.abc import Sequence
from functools import lru_cache

from domain.interview import Fact
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.profiles import profile, stem_of
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.signposts import is_the_end, turns_back, without_signposts
from providers.interviewers.rules.statements import is_event
from providers.interviewers.rules.step_times import correcting, is_part, only_says_when
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.weekdays import tells_the_speaker
from providers.interviewers.rules.words import words

NEARLY_ALL = 0.8
NEW_WORDS = 5
"""A correction that says more new words than these tells something of its own."""

_OWN_VIEW = re.compile(
    r"(?:^|\bI\s)(?:\w+\s+)?(?:saw|heard|felt)\b.*\b(?:all\s+of\s+it|it\s+all|everything|it\s+myself|myself|own\s+eyes)\b|\b(?:saw|heard)\s+it\s+(?:too|as\s+well|also)\b|\b(?:I|we|he|she|they)(?:\s+ha[sd]|\s+have|['’]ve)?\s+never\b",
    re.IGNORECASE,
)
_SCENE = re.compile(r"\b(?:I|we|he|she|they|[A-Z]\w+)\s+(?:was|were)\b.*\b(?:in|at|on|near|outside|behind|with)\b")
_STOOD = re.compile(r"\b(?:was|were|had|started|began|came|took\s+place)\b", re.IGNORECASE)
_SAID_SO = re.compile(
    r"\b(?:like|as)\s+(?:I|we)(?:['’]ve|\s+have)?\s+(?:already\s+)?(?:said|told\s+you|mentioned)(?:\s+(?:before|already|earlier))?\b"
    r"|\bI(?:['’]ve|\s+have)?\s+(?:already\s+)?told\s+you(?:\s+(?:that|this|so))?(?:\s+(?:before|already))?\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\bnothing\s+(?:(?:else|more|much|special)\s+)?(?:happened|was\s+said)\b|^\W*(?:no\W+)?nothing\s+(?:after|before)\s+that\W*$",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\byou(?:['’]ve|\s+have)\s+(?:only\s+|also\s+)?(?:written|put|noted|got\s+(?:that|it|this|down))\b|\byou\s+(?:wrote|have\s+that\s+(?:as|down))\b"
    r"|\bplease\s+(?:take\s+out|remove|delete|change|correct|strike|leave\s+out|write|add|put)\b|\btake\s+out\s+(?:what|the\s+bit|that|the\s+part)\b"
    r"|\bmissing\s+(?:under|from\s+(?:the|your)\s+(?:summary|report|list))\b|\bnot\s+at\s+the\s+(?:beginning|end|start)\b",
    re.IGNORECASE,
)
_MIXED_UP = re.compile(
    r"\b(?:mix(?:ed)?|mixing)\s+(?:(?:it|that|them|him|her|this|things|the\s+\w+)\s+)?up\b", re.IGNORECASE
)
_ONLY_PLACES = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:that|this|it)\s+was\s+(?:(?:just|long|shortly|right|even)\s+)?(?:before|after)\b",
    re.IGNORECASE,
)
_PRESENT_STATE = re.compile(
    r"\b(?:it|this|that|the\s+\w+)\s+(?:says|shows|reads)\b|\b(?:is|are|isn['’]t|aren['’]t|(?:it|that|there)['’]s|they['’]re)\s+"
    r"(?:(?:not|now|always|usually|still|just|only|all|also|normally|completely|a\s+bit)\s+)*(?:\w+ed|kept|built|made|broken|shut|set|hidden|written|put)\b",
    re.IGNORECASE,
)


def steps_of(state: InterviewState) -> list[Fact]:
    """The facts that tell a step, in the order in which they were told; the doubles are among them."""
    facts = state.interview.facts
    placed = _answers_on_circumstances(state)
    correcting = _only_correct(facts)
    return [
        fact
        for fact in facts
        if fact.replaced_by is None
        and fact.fact_id not in correcting
        and _is_step(fact, facts)
        and (fact.message_id not in placed or fact.timestamp)
    ]


def doubles(steps: Sequence[Fact]) -> dict[str, Fact]:
    """For each step that is told more fully elsewhere the step that does so."""
    found = ((one, next((other for other in steps if _holds(other, one, steps)), None)) for one in steps)
    return {one.fact_id: fuller for one, fuller in found if fuller is not None}


@lru_cache(maxsize=4096)
def content(quote: str) -> frozenset[str]:
    """The stems of the words that tell something, names among them, times not."""
    plain = without_signposts(_SAID_SO.sub(" ", quote))
    for span in time_spans(plain):
        plain = plain.replace(span.text, " ")
    found = re.findall(r"[a-z]+", re.sub(r"['’](?:s|t|d|m|re|ve|ll)\b", " ", plain.lower()))
    return frozenset(stem_of(word) for word in found if word not in words("empty"))


def _holds(fuller: Fact, short: Fact, steps: Sequence[Fact]) -> bool:
    """Whether one step tells (nearly) all that the other tells, and is not at odds with it."""
    if fuller is short or (fuller.message_id == short.message_id and not is_the_end(short.quote)):
        return False
    mine, theirs = content(short.quote), content(fuller.quote)
    if len(mine) < 2 or len(mine & theirs) < NEARLY_ALL * len(mine):  # noqa: PLR2004  # one word is no telling
        return False
    if not same_deed(short.quote, mine & theirs) or tells_the_speaker(short) != tells_the_speaker(fuller):
        return False
    if is_absence(short.quote) != is_absence(fuller.quote) or _other_time(short, fuller):
        return False
    return len(theirs) > len(mine) or steps.index(fuller) < steps.index(short)


def same_deed(quote: str, common: frozenset[str]) -> bool:
    """Whether something that was done is among the words that both have."""
    return any(is_event(word) and stem_of(word) in common for word in re.findall(r"[a-z]+", quote.lower()))


def _other_time(one: Fact, other: Fact) -> bool:
    """Whether both are said to have been at a time, and not at the same."""
    first, second = profile(one.quote), profile(other.quote)
    days = bool(first.days and second.days and not first.days & second.days)
    return days or bool(first.minutes and second.minutes and not set(first.minutes) & set(second.minutes))


def _is_step(fact: Fact, facts: Sequence[Fact]) -> bool:
    plain = _PRESENT_STATE.sub(" ", _SAID_SO.sub(" ", without_quotes(fact.quote)))
    if (
        _is_no_event(fact.quote)
        or only_says_when(fact.quote)
        or (is_part(fact, facts) and fact.topic in ("when", "where", "who"))
    ):
        return False
    if _opens_an_episode(fact, plain):
        return True
    if fact.topic in ("when", "where", "who") and fact.about is None and _SCENE.search(plain):
        return True
    if fact.topic in ("what", "sequence"):
        return is_event(plain)
    if fact.topic == "impact":
        return is_event(plain) and "what" in fact.also
    return (
        fact.topic in ("how_known", "evidence") and is_event(plain) and bool(fact.timestamp or "sequence" in fact.also)
    )


def _is_no_event(quote: str) -> bool:
    """Whether this is talk about the record or about oneself as a witness, or says that nothing happened."""
    bare = not re.search(r"\w{3,}", _SAID_SO.sub(" ", quote))
    return (
        bare
        or turns_back(quote)
        or any(pattern.search(quote) for pattern in (_OWN_VIEW, _NOTHING, _RECORD, _MIXED_UP, _ONLY_PLACES))
    )


def _opens_an_episode(fact: Fact, plain: str) -> bool:
    """Whether a state is told of a day: “on the 20th of March there was the team lunch”."""
    dated = "-" in (fact.parsed_time or "")
    return (
        dated
        and fact.topic in ("what", "when", "where", "sequence")
        and bool(_STOOD.search(plain))
        and not is_absence(plain)
    )


def _answers_on_circumstances(state: InterviewState) -> set[str]:
    """What was said when asked about places or people tells where and who they were, and no step."""
    return {
        said.message_id
        for said in state.messages
        if said.role == "interviewee" and said.meta.get("topic") in ("where", "who")
    }


def _only_correct(facts: Sequence[Fact]) -> set[str]:
    """The facts that only put others right: they go along with those, and are no steps beside them."""
    known = {fact.fact_id: fact for fact in facts}
    right = correcting(facts)
    instead = {fact.replaced_by for fact in facts if fact.replaced_by and not is_part(fact, facts)}
    wrong = {one: fact for fact in facts for one in (*fact.corrected_by, fact.replaced_by) if one}
    wrong |= {known[one].about or "": fact for one, fact in wrong.items() if one in known}
    return {one for one in right if one in wrong and one not in instead and _adds_little(known[one], wrong[one], known)}


def _adds_little(right: Fact, wrong: Fact, known: dict[str, Fact]) -> bool:
    told = content(wrong.quote) | content(known.get(wrong.about or "", wrong).quote)
    return len(content(right.quote) - told) <= NEW_WORDS
