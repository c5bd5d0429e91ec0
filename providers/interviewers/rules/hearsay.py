"""What was told by others: by whom, in which words, and how those know it."""

import re
from collections.abc import Iterator

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import names_of
from providers.interviewers.rules.anchors import anchored, said, standing
from providers.interviewers.rules.people import name_mentions, role_mentions
from providers.interviewers.rules.sources import origin_of
from providers.interviewers.rules.told import victims

_TELLS = r"(?:says?|said|told|tells?|wrote|writes|thinks?|thought|claim\w*|mention\w*|explain\w*|report\w*|saw|heard|believes?|called|texted|admitted|confirmed|asked|knows?|knew)\b"
_SPOKEN = re.compile(r"\b(?:told|tells|said|says|wrote|writes)\b", re.IGNORECASE)
_SOMEBODY_BEFORE = re.compile(r"\W*(?:and\s+|but\s+|then\s+)*(?:he|she|they)\b", re.IGNORECASE)
"""A sentence that goes on about somebody goes on with what the same teller told."""
_KNOWS_FROM = re.compile(
    r"\b(?:heard|learned|knows?|knew|had|got|has)\s+(?:it|that|this)\s+(?:only\s+)?(?:from|through|by)\b|\b(?:saw|heard|watched)\s+(?:it|that|him|her|them|everything|the\s+whole\s+thing)\b"
    r"|\bwith\s+(?:his|her|their)\s+own\s+eyes\b|\bhad\s+been\s+there\b",
    re.IGNORECASE,
)


def hearsay(state: InterviewState) -> Iterator[Turn]:
    """What was told by others: by whom, and how those know it; of who was not there also in which words."""
    present = state.interview.interviewee_role in (IntervieweeRole.PARTICIPANT, IntervieweeRole.WITNESS)
    for fact, teller in _told_by_others(state):
        if teller is None and _SOMEBODY_BEFORE.match(fact.quote):
            continue
        if teller is None:
            if present and not _SPOKEN.search(fact.quote):
                yield anchored("how_known", "who-told", f"{said(state, fact)} From whom did you hear that?", fact)
            continue
        name = _called(state, teller)
        if " and " in name or not _is_person(state, name, fact):
            continue
        if not present:
            asking = f"What did {name} say, as exactly as you remember?"
            yield anchored("how_known", f"words-of-{name.lower()}", f"{said(state, fact)} {asking}", fact)
        if not _knowing_told(state, fact) and not _went_through_it(state, teller):
            asking = f"How does {name} know that, as far as you know?"
            ways = ["From seeing or hearing it", "From somebody else"]
            yield anchored("how_known", f"saw-{name.lower()}", f"{said(state, fact)} {asking}", fact, ways)


def _is_person(state: InterviewState, name: str, fact: Fact) -> bool:
    """Not everything that “says” something is somebody: a badge, a sign, a letter."""
    roles = (mention.text.lower() for mention in role_mentions(fact.quote))
    last = re.escape(name.rsplit(maxsplit=1)[-1])
    if not re.search(
        rf"\b{last}\b\W+(?:\w+\W+){{0,3}}?{_TELLS}|\baccording\s+to\s+(?:\w+\s+){{0,2}}?{last}\b|\b(?:heard|learned|learnt|told|know)\b.*\b(?:from|by)\s+(?:\w+\s+){{0,2}}?{last}\b",
        fact.quote,
        re.I,
    ):
        return False
    return bool(name_mentions(name, names_of(state))) or any(role.split()[-1] in name.lower() for role in roles)


def hearsay_tellers(state: InterviewState) -> set[str]:
    """The names of those whose words were passed on."""
    told = [_called(state, teller) for _, teller in _told_by_others(state) if teller is not None]
    return {mention.name for name in told for mention in name_mentions(name, names_of(state)) if mention.name}


def _told_by_others(state: InterviewState) -> Iterator[tuple[Fact, str | None]]:
    """The facts that others told, with who told them; “he” and “she” are left out, whose words came before."""
    for fact in standing(state):
        if fact.source == "hearsay" and fact.topic not in ("when", "where", "who"):
            teller = origin_of(fact.quote).teller
            if teller is None or teller.lower() not in ("he", "she", "they"):
                yield fact, teller


def _knowing_told(state: InterviewState, fact: Fact) -> bool:
    """Whether the same answer already says how the teller knows it."""
    whole = next((one.content for one in state.messages if one.message_id == fact.message_id), "")
    return bool(_KNOWS_FROM.search(whole[whole.find(fact.quote) :]))


def _went_through_it(state: InterviewState, teller: str) -> bool:
    """To whom it happened need not be asked how they know it."""
    return any(mention.name in victims(state) for mention in name_mentions(teller, names_of(state)))


def _called(state: InterviewState, teller: str) -> str:
    """How to call somebody in a question: the name where there is one, “your manager” otherwise."""
    named = name_mentions(teller, names_of(state))
    if named:
        return named[0].text
    plain = re.sub(r"^(?:my|our)\b", "your", teller, flags=re.IGNORECASE)
    return plain if plain[:1].isupper() and " " not in plain else plain[:1].lower() + plain[1:]
