"""Names that were corrected: “her name is Katja, not Katrin”, “I meant Tom, not Tim”.

“It was Lee, not Darren” says who did something and renames nobody; so what is not plainly about a name counts only where
the two names are alike, as those are that people mix up.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from providers.interviewers.rules.words import words

ALIKE = 0.6
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ](?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ])?"
_NAMING = r"(?:name(?:['’]s|\s+is|\s+was)|(?:is|was|are)\s+called|called|spelt|spelled)\s+"
_SAYING = r"(?:(?:it|that|he|she)(?:['’]s|\s+(?:is|was))|I\s+mean|I\s+meant|and|no|sorry|wait)\W+"
_PAIRS = (
    re.compile(rf"(?P<sure>(?i:{_NAMING}))(?P<new>{_NAME})\W+(?i:and\s+)?(?i:not)\s+(?P<old>{_NAME})"),
    re.compile(rf"(?P<sure>)(?:(?i:\b{_SAYING})|^\W*)(?P<new>{_NAME})\W+(?i:not)\s+(?P<old>{_NAME})"),
    re.compile(rf"(?P<sure>)\b(?i:not)\s+(?P<old>{_NAME})\W+(?i:but|it\s+(?:is|was)|{_NAMING})\s*(?P<new>{_NAME})"),
)


@lru_cache(maxsize=512)
def renamed(account: Sequence[str]) -> dict[str, str]:
    """For each name that was taken back, the one that was given instead."""
    return {old: new for text in account for old, new in _pairs(text)}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            old, new = found["old"], found["new"]
            alike = SequenceMatcher(None, old.split()[-1].lower(), new.split()[-1].lower()).ratio() >= ALIKE
            if _is_name(old) and _is_name(new) and (found["sure"] or alike):
                yield old, new


def _is_name(word: str) -> bool:
    """Whether this is no ordinary word with a capital letter: “Tuesday, not Wednesday” renames nobody."""
    first = word.split(maxsplit=1)[0].lower()
    return first in words("first_names") or first not in words("not_names")
