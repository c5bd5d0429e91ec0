"""Names that were corrected: “her name is Katja, not Katrin”, “I mean Tom, not Tim”."""

import re
from collections.abc import Sequence
from functools import lru_cache

from providers.interviewers.rules.words import words

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ](?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ])?"
_CALLED = r"(?:(?:name(?:['’]s|\s+is|\s+was)|(?:is|was|are)\s+called|(?:it|that|he|she)(?:['’]s|\s+(?:is|was))|I\s+mean|I\s+meant|called)\s+)"
_NEW_THEN_OLD = re.compile(
    rf"(?i:{_CALLED}|^\W*(?:(?:no|sorry|wait)\W+)*)(?P<new>{_NAME})\W+(?i:and\s+)?(?i:not)\s+(?P<old>{_NAME})"
)
_OLD_THEN_NEW = re.compile(rf"\b(?i:not)\s+(?P<old>{_NAME})\W+(?i:but|it\s+(?:is|was)|{_CALLED})\s*(?P<new>{_NAME})")


@lru_cache(maxsize=512)
def renamed(account: Sequence[str]) -> dict[str, str]:
    """For each name that was taken back, the one that was given instead."""
    found: dict[str, str] = {}
    for text in account:
        for pattern in (_NEW_THEN_OLD, _OLD_THEN_NEW):
            found |= {match["old"]: match["new"] for match in pattern.finditer(text) if _is_name(match["old"])}
    return found


def _is_name(word: str) -> bool:
    """Whether this is no ordinary word with a capital letter: “Tuesday, not Wednesday” renames nobody."""
    first = word.split(maxsplit=1)[0].lower()
    return first in words("first_names") or first not in words("not_names")
