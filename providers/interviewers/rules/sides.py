"""How the two sides of a disagreement are shown: in full in a question, in short on a button or in a list."""

import re

from domain.interview import Fact
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.anchors import sentence_of, shown

BRIEF_CHARACTERS = 60
BARE = 3
_LEAD = re.compile(r"^\W*(?:(?:and|but|so|then|well|yes|no|actually|although|though|also)\b\W*)+", re.IGNORECASE)


def in_full(state: InterviewState, fact: Fact) -> str:
    """A word or two say little alone: they are shown in their sentence."""
    return fact.quote if len(fact.quote.split()) > BARE else sentence_of(state, fact)


def in_short(quote: str) -> str:
    """So much of a quote as a button holds."""
    text = shown(quote)
    return text if len(text) <= BRIEF_CHARACTERS else f"{text[:BRIEF_CHARACTERS].rpartition(' ')[0].rstrip(' ,;:')} …"


def named(statement: str) -> str:
    """A statement as the name of what is in question: without the words that only tie it to what went before."""
    return in_short(_LEAD.sub("", statement))
