"""Who could tell something about it: those said to have seen it or to have been beside it, before all others."""

import re

from providers.interviewers.base import InterviewState
from providers.interviewers.rules.extraction import unnamed_roles
from providers.interviewers.rules.identity import people_named
from providers.interviewers.rules.people import forms_of, name_mentions
from providers.interviewers.rules.told import pieces_of, victims

OFFERED, NAMED = 6, 4
_SAW = re.compile(
    r"\b(?:saw|seen|heard|watched|noticed|witnessed|filmed|recorded|told\s+me|was\s+(?:also\s+|standing\s+|sitting\s+)?there|were\s+there|came\s+(?:out|down|over|in|running)|found|helper)\b",
    re.IGNORECASE,
)

_RECORDED = re.compile(
    r"\b(?:an?|some|the|this)\s+(?:\w+\s+)?(?P<who>girl|woman|man|lady|guy|boy|bloke|lad|kid|tourist|neighbour|customer)\s+(?:who\s+)?(?P<did>(?:filmed|recorded|photographed)\s+(?:it|them|him|her|everything|us))\b",
    re.IGNORECASE,
)


def who_could_tell(state: InterviewState) -> list[str]:
    """The named ones, who saw it first and to whom it happened last; then those who were only spoken of by role."""
    hurt = victims(state)
    names = sorted(people_named(state), key=lambda name: (name in hurt, _distance(state, name)))
    return [*names[:NAMED], *_recorders(state), *unnamed_roles(state), *names[NAMED:]][:OFFERED]


def _recorders(state: InterviewState) -> list[str]:
    """Those without a name who filmed or photographed it."""
    found = (_RECORDED.search(piece.text) for piece in pieces_of(state))
    return [f"the {one['who'].lower()} who {one['did'].lower()}" for one in found if one]


def _distance(state: InterviewState, name: str) -> int:
    """Who saw it; who was with or beside somebody; all others."""
    told = [piece.text for piece in pieces_of(state) if name_mentions(piece.text, (name,))]
    if any(_SAW.search(text[name_mentions(text, (name,))[0].start :][:80]) for text in told):
        return 0
    forms = "|".join(re.escape(form) for form in forms_of(name))
    beside = re.compile(
        rf"\b(?:with|beside|behind|next\s+to|near|opposite)\s+(?:(?-i:[A-Z])\w+\s+and\s+)?(?:{forms})\b", re.IGNORECASE
    )
    return 1 if any(beside.search(text) for text in told) else 2
