"""Finds which earlier fact a correction takes the place of: “no, wait, it was Tuesday, not Monday”."""

import re
from collections.abc import Sequence

from domain.interview import Fact
from providers.interviewers.base import ProposedFact
from providers.interviewers.rules.times import time_spans

_MARK = re.compile(
    r"\bno\W+wait\b|\bwait\W+no\b|\bcorrection\b|\bactually\b|\bi\s+meant?\b|\bi\s+(?:was|am)\s+(?:wrong|mistaken)\b|\bi\s+made\s+a\s+mistake\b|\bmy\s+mistake\b"
    r"|\blet\s+me\s+correct\b|\bi\s+misspoke\b|\bscratch\s+that\b|\bi\s+(?:have\s+to|must|need\s+to|want\s+to|should)\s+correct\b|\bi\s+said\b.*\bbut\b"
    r"|\bnot\s+(?:on\s+|at\s+|in\s+)?(?:the\s+)?\w+\s*[,.]?\s*(?:but|it\s+was)\b|,\s+not\s+(?:on\s+|at\s+|in\s+|by\s+)?(?:the\s+|a\s+)?\w+",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:\bnot|\bi\s+said|\binstead\s+of|\brather\s+than|n['’]t)\s+(?:it\s+was\s+)?(?:on\s+|at\s+|in\s+|by\s+|with\s+|about\s+|around\s+)?(?:the\s+|a\s+|my\s+)?(?P<value>\w+(?:[:.]\d+)?(?:\s+(?:past|to)\s+\w+|\s+\d+)?)",
    re.IGNORECASE,
)
DETAIL_WORDS = 7
"""A longer sentence says more than what is corrected in it, and stands."""
_EMPTY = frozenset(
    [
        "sure",
        "i",
        "he",
        "she",
        "it",
        "they",
        "we",
        "that",
        "this",
        "there",
        "a",
        "the",
        "so",
        "really",
        "only",
        "just",
        "know",
        "me",
        "you",
        "was",
        "is",
        "very",
    ]
)


def replacements(said: str, proposed: Sequence[ProposedFact], facts: Sequence[Fact]) -> list[tuple[str, int]]:
    """Pairs of the id of an earlier fact and the place of the proposed one that corrects it; none without a correction."""
    if not _MARK.search(said):
        return []
    standing = [fact for fact in facts if fact.replaced_by is None]
    refused = [found["value"].rstrip(".") for found in _REFUSED.finditer(said)]
    refused = [value for value in refused if value.lower() not in _EMPTY]
    pairs: dict[str, int] = {}
    for value in refused:
        if (old := _fact_with(value, standing)) and (new := _best(proposed, old, value)) is not None:
            pairs.setdefault(old.fact_id, new)
    if not refused and (found := _same_sort(proposed, standing)):
        pairs.setdefault(*found)
    return list(pairs.items())


def is_correction(said: str) -> bool:
    """Whether something said before is put right."""
    return bool(_MARK.search(said))


def _fact_with(value: str, standing: Sequence[Fact]) -> Fact | None:
    """The newest and narrowest fact that says the value."""
    holding = [fact for fact in standing if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", fact.quote)]
    narrow = [fact for fact in holding if fact.about is not None or len(fact.quote.split()) <= DETAIL_WORDS]
    return min(narrow, key=lambda fact: len(fact.quote), default=None)


def _best(proposed: Sequence[ProposedFact], old: Fact, value: str) -> int | None:
    """The new fact of the same topic that is not the refused value itself; else the first one."""
    same = [place for place, fact in enumerate(proposed) if fact.topic == old.topic and value not in fact.quote]
    whole = [place for place, fact in enumerate(proposed) if fact.completes is None]
    return next(iter([*same, *whole]), None)


def _same_sort(proposed: Sequence[ProposedFact], standing: Sequence[Fact]) -> tuple[str, int] | None:
    """A new time corrects the newest time with the same units, when nothing else was named."""
    for place, fact in enumerate(proposed):
        units = _units(fact.quote) if fact.topic == "when" else set()
        for old in reversed(standing):
            if units and old.topic == "when" and _units(old.quote) & units:
                return old.fact_id, place
    return None


def _units(text: str) -> set[str]:
    return {unit for span in time_spans(text) for unit, _ in span.units if unit in ("day", "clock")}
