"""Which of the statements is what the incident is about."""

import re
from collections.abc import Sequence

from domain.interview import Fact
from providers.interviewers.rules.sentences import without_quotes

_CONFLICT = re.compile(
    r"\b(?:shout\w*|yell\w*|scream\w*|insult\w*|swore|threat\w*|hit|punch\w*|kick\w*|push\w*|shov\w*|slap\w*|attack\w*|grab\w*|spat|bit|beat\w*"
    r"|stole|stolen|theft|robb\w*|broke\s+into|missing|gone|vanish\w*|disappear\w*|took|leak\w*|sent|shared|publish\w*|posted|forward\w*|fell|fall\w*"
    r"|slip\w*|collaps\w*|crash\w*|burn\w*|explod\w*|injur\w*|hurt|broke|broken|damag\w*|touch\w*|harass\w*|follow\w*|stalk\w*|accus\w*|quarrel\w*"
    r"|argu\w*|fight|fought|threw|lied|lie[sd]?|fired|refus\w*|ignor\w*|bull\w*|discriminat\w*|scratch\w*|smash\w*|knock\w*|ran\s+(?:over|into)|flood\w*)\b",
    re.IGNORECASE,
)


def weight(text: str) -> int:
    """How much of a conflict or an accident a text tells."""
    return 2 * len({found.lower() for found in _CONFLICT.findall(without_quotes(text))})


def events(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that tell what happened and still stand."""
    return [fact for fact in facts if fact.replaced_by is None and fact.topic in ("what", "sequence")]


def main_events(facts: Sequence[Fact]) -> list[Fact]:
    """The events, the one that the incident seems to be about first; earlier told ones come first among equals."""
    return sorted(events(facts), key=lambda fact: (-weight(fact.quote), int(fact.fact_id[1:])))
