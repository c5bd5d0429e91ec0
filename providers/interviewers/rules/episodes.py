"""What comes before everything peripheral: the worst of it, each dated episode of several, what two versions dispute."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.anchors import anchored, said, standing
from providers.interviewers.rules.incident import weight
from providers.interviewers.rules.sentences import sentences, without_quotes
from providers.interviewers.rules.times import time_spans

EPISODES = 3
"""So many episodes are gone into beside the worst one; and so many days make several."""
GRAVE = 2
"""In so many of them something was done to somebody, else they are days of one story."""

_WORST = re.compile(r"\bthe\s+(?:very\s+)?worst\b|\bworst\s+of\s+all\b", re.IGNORECASE)
_DATED = re.compile(r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DATE = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b(?!\s*(?::|am\b|pm\b|o['’]clock))", re.IGNORECASE)
_AGAIN = re.compile(
    r"\b(?:it\s+(?:all\s+)?(?:started|began)\s+(?:on|in|with)|again|another\s+time|the\s+(?:first|second|third|next|last)\s+time|that\s+time|the\s+worst|every\s+time|each\s+time)\b",
    re.IGNORECASE,
)
_VERSIONS = re.compile(
    r"\b(?:he|she|they|(?-i:[A-Z])\w+)\s+(?:\w+\s+){0,5}?(?:says?|said|claims?|claimed|insists?|insisted|shout\w*|maintains?|swears?|swore)\b(?:\s+at\s+me)?\s+(?:that\s+)?(?:I['’]d\b|I\s+(?:had|was|did|have)\b|it\s+was\s+(?:me|my)\b)"
    r"|\bhis\s+word\s+against\b|\bher\s+word\s+against\b|\bmy\s+word\s+against\b|\bword\s+against\s+word\b|\b(?:two|different)\s+versions\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:rubbish|nonsense|not\s+true|untrue|a\s+lie|lying|wrong|never|did\s*n['’]t|wasn['’]t|did\s+not|in\s+fact|versions?|word\s+against)\b",
    re.IGNORECASE,
)


class Episode(NamedTuple):
    """The words that date an episode, and how much happened in it."""

    fact: Fact
    weight: int


def first_of_all(state: InterviewState) -> Iterator[Turn]:
    """The worst, then each episode in the order in which it was told, then what two versions say of one thing."""
    yield from _worst(state)
    yield from _each_episode(state)
    yield from _versions(state)


def are_several(state: InterviewState) -> bool:
    """Whether not one event is told but several, on several days."""
    return len(_episodes(state)) >= EPISODES


def _worst(state: InterviewState) -> Iterator[Turn]:
    for fact in standing(state):
        if fact.about is None and _WORST.search(without_quotes(fact.quote)) and fact.topic != "impact":
            yield anchored("what", "episode-worst", f"{said(state, fact)} {_tell(state)}", fact)
            return


def _tell(state: InterviewState) -> str:
    if state.interview.interviewee_role in (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND):
        return "What do you know about that, from beginning to end?"
    return "If you can, please take me through that from beginning to end."


def _each_episode(state: InterviewState) -> Iterator[Turn]:
    """Those that were not gone into yet: no question hung on them."""
    if not are_several(state):
        return
    others = state.interview.interviewee_role in (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)
    asking = (
        "What else do you know about that?" if others else "Please take me through that, as far as you remember it."
    )
    told = [one for one in _episodes(state) if not _WORST.search(one.fact.quote)]
    for one in told[:EPISODES]:
        key = f"episode-{one.fact.fact_id}"
        yield anchored("what", key, f"{said(state, one.fact)} {asking}", one.fact)


def _episodes(state: InterviewState) -> list[Episode]:
    """The dated beginnings of one message, each with what is told up to the next one."""
    best: list[Episode] = []
    for message in state.messages:
        if message.role == "interviewee" and _tells_of_several(message.content):
            facts = [fact for fact in standing(state) if fact.message_id == message.message_id and fact.about is None]
            found = _of_message(message.content, facts)
            grave = sum(one.weight > 0 for one in found)
            best = max(best, found if grave >= GRAVE else [], key=len)
    return best


def _tells_of_several(text: str) -> bool:
    """Whether it is told again and again that something was done, or on several dates; weekdays may be those of one story."""
    dates = [span for piece in sentences(text) for span in time_spans(piece.text) if span.has("day")]
    return bool(_AGAIN.search(text)) or sum(bool(_DATE.search(span.text)) for span in dates) >= EPISODES


def _of_message(text: str, facts: list[Fact]) -> list[Episode]:
    found: list[Episode] = []
    current: Fact | None = None
    for piece in sentences(text):
        spans = [span for span in time_spans(piece.text) if span.has("day") and _DATED.search(span.text)]
        opens = next((fact for fact in facts if spans and piece.text == fact.quote), None)
        if opens is not None:
            current = opens
            found.append(Episode(opens, 0))
        if current is not None:
            found[-1] = Episode(current, found[-1].weight + weight(piece.text))
    return found


def _versions(state: InterviewState) -> Iterator[Turn]:
    """Two versions of one thing: what exactly each did, with no word on who is right."""
    for fact in standing(state):
        found = _VERSIONS.search(without_quotes(fact.quote))
        if fact.about is None and found and _DENIED.search(fact.quote):
            words = "What exactly did you do, and what exactly did the other one do, one step after the other?"
            yield anchored("what", "versions", f"{said(state, fact)} {words}", fact)
            return
