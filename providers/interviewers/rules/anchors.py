"""Hangs a question on the person's own words: which words may be quoted, how they are shown, and how it is led in."""

import re
from collections.abc import Sequence

from domain.interview import Fact, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules import talk
from providers.interviewers.rules.account import last_answer
from providers.interviewers.rules.incident import events
from providers.interviewers.rules.sentences import clauses, sentences
from providers.interviewers.rules.statements import has_verb

SHOWN = 110
LITTLE = 6
"""An “I don't know” with so few words beside it says nothing that could be gone into."""

_NO_MORE = re.compile(r",?\s+(?:and\s+)?that['’]?s\s+(?:all|it|everything)(?:\s+I\s+\w+)?\W*$", re.IGNORECASE)
_NOT_KNOWN = re.compile(
    r"^\W*(?:(?:well|honestly|sorry|no)\W+)*(?:I\s+(?:don['’]?t|do\s+not|can['’]?t|cannot)\s+(?:know|remember|say|tell)|no\s+idea|dunno|idk)\b",
    re.IGNORECASE,
)


def shown(quote: str, *, around: int = 0) -> str:
    """A quote as it is put into a question: one line, cut at a clause when it is long.

    A cut leaves a sentence with a verb. `around` is a place in the quote that must not be cut away.
    """
    flat = _NO_MORE.sub("", " ".join(quote.split())).rstrip(" .,;:!")
    if len(flat) <= SHOWN:
        return flat
    start = _start_of_clause(flat, around) if around else 0
    text = flat[start:]
    lead = "… " if start else ""
    if len(text) <= SHOWN:
        return f"{lead}{text}"
    ends = [part.end for part in clauses(text) if around - start < part.end <= SHOWN and has_verb(text[: part.end])]
    text = text[: ends[-1]] if ends else text[: text.rfind(" ", 0, SHOWN)]
    return f"{lead}{text.rstrip(' ,;:')} …"


def _start_of_clause(flat: str, around: int) -> int:
    """The first clause from which on everything up to this place can be shown."""
    if around < SHOWN // 2:
        return 0
    starts = [part.start for part in clauses(flat) if part.start <= around]
    return next((start for start in starts if around - start < SHOWN // 2), starts[-1] if starts else 0)


def said(state: InterviewState, fact: Fact, *, around: int = 0) -> str:
    """“You said …” with the person's own words, and when they said it where that helps."""
    last = last_answer(state)
    if _in_summary(state, fact):
        lead = "You said in your summary"
    elif last is not None and fact.message_id == last.message_id:
        lead = "You said just now"
    else:
        lead = "You said"
    return f"{lead}: “{shown(fact.quote, around=around)}”."


def _in_summary(state: InterviewState, fact: Fact) -> bool:
    return any(one.message_id == fact.message_id and one.meta.get("part") == "summary" for one in state.messages)


def standing(state: InterviewState) -> list[Fact]:
    """The facts that no correction took the place of, and that say something."""
    return [fact for fact in state.interview.facts if fact.replaced_by is None and _says_something(fact.quote)]


def told_events(state: InterviewState) -> list[Fact]:
    """The facts that tell what happened, still stand and say something."""
    return [fact for fact in events(state.interview.facts) if _says_something(fact.quote)]


def _says_something(quote: str) -> bool:
    """Not an answer such as “I don't know, everything” or “I told you”."""
    if _NOT_KNOWN.search(quote) and len(quote.split()) <= LITTLE:
        return False
    return not (talk.says_was_told(quote) and len(quote.split()) <= LITTLE)


def sentence_of(state: InterviewState, fact: Fact) -> str:
    """The whole sentence in which these words were said."""
    return next((piece.text for piece in sentences(message_of(state, fact)) if fact.quote in piece.text), fact.quote)


def message_of(state: InterviewState, fact: Fact) -> str:
    """Everything that was said along with these words."""
    return next((one.content for one in state.messages if one.message_id == fact.message_id), "")


def anchored(topic: Topic, key: str, question: str, fact: Fact, suggestions: Sequence[str] = ()) -> Turn:
    """A question that hangs on this fact."""
    return Turn(
        question=question, key=key, topic=topic, about=fact.about or fact.fact_id, suggestions=list(suggestions)
    )
