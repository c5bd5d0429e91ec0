"""Questions that hang on the person's own words: “You said ‘…’. What happened right after that?”"""

import re
from collections.abc import Iterator, Sequence

from domain.interview import Fact, IntervieweeRole, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import questions_of
from providers.interviewers.rules.anchors import anchored, said, sentence_of, standing, told_events
from providers.interviewers.rules.episodes import are_several
from providers.interviewers.rules.extraction import unnamed_roles
from providers.interviewers.rules.hearsay import hearsay
from providers.interviewers.rules.incident import main_events, weight
from providers.interviewers.rules.items import items
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.sequel import around
from providers.interviewers.rules.statements import statements
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.told import is_habit
from providers.interviewers.rules.whereabouts import narrower_place

BARE_DEED = 3

_PRESENCE = re.compile(
    r"\b(?:nobody|no\s+one|noone|alone|only\s+(?:me|us)|just\s+(?:me|us)|by\s+myself|was\s+(?:also\s+)?there|were\s+(?:also\s+)?there|the\s+only\s+ones?"
    r"|witness(?:es)?|(?:saw|heard)\s+it)\b",
    re.IGNORECASE,
)
_THIS_DAY = re.compile(
    r"\b(?:this\s+(?:morning|afternoon|evening)|tonight|last\s+night|today|yesterday)\b", re.IGNORECASE
)
_TO_ONE_ANOTHER = re.compile(
    r"\b(?:shout|yell|scream)\w*\s+(?:\w+\s+){0,2}?(?:at|back|to)\b|\b(?:shout|yell|scream)ed\s+(?:that\b|something|names|insults|abuse)"
    r"|\b(?:I|he|she|they|we|him|her|them|who|(?-i:[A-Z])\w+)\s+(?:\w+\s+){0,3}?(?:shout|yell)(?:ed|ing|s)\b"
    r"|\b(?:insult\w*|swore(?!\s+(?:I|he|she|that))|threaten\w*|argu\w*|quarrel\w*|accus\w*|remarks?|mocked|cursed|jokes?\s+about)\b",
    re.IGNORECASE,
)
"""People spoke to each other: a scream, a bang or a horn has no words that could be asked for."""
_ORDERED = re.compile(
    r"\b(?:shout|yell)\w*\s+(?:that\s+(?:nobody|everybody|everyone|no\s+one|we|they|all)|for\s+help)\b", re.IGNORECASE
)
_INFERRED = re.compile(
    r"\b(?:must\s+have|must've|probably|I\s+think|I\s+believe|maybe|seemed|might\s+have)\b", re.IGNORECASE
)


def first(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """Questions that come before the general one on this topic."""
    if topic == "what":
        yield from _spoken_words(state)
    elif topic == "when":
        yield from _narrower_time(state)
    elif topic == "how_known":
        yield from hearsay(state)
    elif topic == "sequence":
        if not are_several(state):
            yield from around(state)
    elif topic == "evidence":
        yield from items(state)


def later(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """Questions that come after the first general one on this topic."""
    if topic == "what":
        yield from more_of_it(state)
    elif topic == "who":
        yield from _unnamed(state)
    elif topic == "where":
        yield from narrower_place(state)
    elif topic == "how_known":
        yield from _inferred(state)


def presence_known(facts: Sequence[Fact]) -> bool:
    """Whether it was said who else was there, or that nobody was."""
    return any(_PRESENCE.search(fact.quote) for fact in facts)


def _spoken_words(state: InterviewState) -> Iterator[Turn]:
    """When it was told that people spoke to each other, and not what."""
    there = state.interview.interviewee_role != IntervieweeRole.SECONDHAND
    end = "as exactly as you remember?" if there else "as far as you were told?"
    for fact in told_events(state):
        found = _TO_ONE_ANOTHER.search(without_quotes(fact.quote))
        if found and fact.source != "hearsay" and not _words_known(fact):
            asking = f"{said(state, fact, around=found.start())} Which words were used, {end}"
            yield anchored("what", f"words-{fact.fact_id}", asking, fact)


def _words_known(fact: Fact) -> bool:
    """Whether the words are told already, or so little is told that the deed itself is still to be described."""
    told = next(iter(statements(fact.quote)), None)
    short = len(fact.quote.split()) <= BARE_DEED
    return told is None or told.has_literal_speech or short or bool(_ORDERED.search(fact.quote))


def more_of_it(state: InterviewState) -> Iterator[Turn]:
    """The heart of it, once more and closer."""
    told = state.interview.interviewee_role == IntervieweeRole.SECONDHAND
    asking = (
        "What else were you told about that?" if told else "Please describe that moment more closely, step by step."
    )
    for fact in main_events(state.interview.facts)[:2]:
        yield anchored(
            "what",
            f"detail-{fact.fact_id}",
            f"{said(state, fact)} {asking}",
            fact,
        )


def _narrower_time(state: InterviewState) -> Iterator[Turn]:
    """Only the day, or only the time of day, was said: ask for the other, plainly where it is not that of the event."""
    if state.interview.interviewee_role == IntervieweeRole.SECONDHAND:
        return
    told = [fact for fact in standing(state) if fact.topic == "when"]
    spans = [(fact, span) for fact in told for span in time_spans(fact.quote)]
    days = [fact for fact, span in spans if span.has("day")]
    clocks = [fact for fact, span in spans if span.has("clock") and not is_habit(sentence_of(state, fact))]
    if days and not clocks and not are_several(state):
        yield _time_of_day(state, days)
    answered = any(one.meta.get("key") == "when-open" for one in questions_of(state))
    if told and (spans or not answered) and not days and not any(_THIS_DAY.search(fact.quote) for fact in told):
        yield Turn(question="On which day did this happen?", key="when-day", topic="when")


def _time_of_day(state: InterviewState, days: Sequence[Fact]) -> Turn:
    parts = ["In the morning", "In the afternoon", "In the evening or at night"]
    fact = next((fact for fact in days if weight(sentence_of(state, fact))), None)
    if fact is None:
        question = "About what time of day did this happen?"
        return Turn(question=question, key="when-clock", topic="when", suggestions=parts)
    return anchored("when", "when-clock", f"{said(state, fact)} About what time of day was it?", fact, parts)


def _unnamed(state: InterviewState) -> Iterator[Turn]:
    for phrase in unnamed_roles(state)[:2]:
        yield Turn(
            question=f"You spoke of “{phrase}”. What is their name, or how could they be found or recognised?",
            key=f"name-{phrase.lower()}",
            topic="who",
        )


def _inferred(state: InterviewState) -> Iterator[Turn]:
    for fact in standing(state):
        guessed = fact.confidence == "uncertain" and _INFERRED.search(fact.quote)
        if guessed and fact.source == "first_hand" and fact.topic in ("what", "sequence", "who"):
            yield anchored("how_known", f"why-{fact.fact_id}", f"{said(state, fact)} What makes you think so?", fact)
            return
