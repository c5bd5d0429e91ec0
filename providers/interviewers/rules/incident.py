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
_GRAVE = re.compile(
    r"\bthe\s+(?:very\s+)?worst\b|\bhands?\s+(?:\w+\s+)?(?:on|up|down|under|between|around|inside|over)\s+(?:my|me|her|his)\b|\bunder\s+(?:my|her|his)\s+(?:blouse|shirt|skirt|dress|clothes|top|jumper)\b"
    r"|\b(?:kiss\w*|grop\w*|fondl\w*|rap(?:e|ed|ing)|molest\w*|assault\w*|strangl\w*|chok\w*|stab\w*|coerc\w*|undress\w*)\b|\bbegg(?:ed|ing)\b|\b(?:locked|blocked|closed|shut)\s+the\s+door\b"
    r"|\b(?:forced|forcing)\s+(?:me|her|him|us|them)\b|\bheld\s+(?:me|her|him)\s+(?:down|against|tight)\b|\bpressed\s+(?:me|her|him|himself|herself)\b|\bagainst\s+(?:my|her|his)\s+will\b",
    re.IGNORECASE,
)


def weight(text: str) -> int:
    """How much of a conflict or an accident a text tells; touching and coercion weigh double."""
    plain = without_quotes(text)
    return sum(
        points * len({found.lower() for found in pattern.findall(plain)})
        for pattern, points in ((_CONFLICT, 2), (_GRAVE, 4))
    )


def events(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that tell what happened and still stand."""
    return [fact for fact in facts if fact.replaced_by is None and fact.topic in ("what", "sequence")]


def main_events(facts: Sequence[Fact]) -> list[Fact]:
    """The events, the one that the incident seems to be about first; earlier told ones come first among equals."""
    return sorted(events(facts), key=lambda fact: (-weight(fact.quote), int(fact.fact_id[1:])))
