"""Whether two statements disagree about who did something, or deny what the other tells in other words."""

import re
from itertools import product

from providers.interviewers.rules.deeds import Deed, Thing, are_two, deeds, may_be_one
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.profiles import stem_of
from providers.interviewers.rules.sides import named


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        " ".join([stem_of(verb.partition(" ")[0]), verb.partition(" ")[2]]).strip()
        for verb in text.replace("_", " ").replace(" / ", "/").split("/")
    )


_ONCE = _stems(
    "open/opened/close/closed/shut/lock/locked/unlock/unlocked/break/broke/smashed/parked/found/discovered/stole/removed"
    "/poured/spilled/spilt/switched/switched off/switch off/turned off/turned down/switched down/turned up/hid/stabbed/shot/wrote/threw away/threw out/took down"
)
"""What is done to one certain thing by one person; many may call, see or push."""
_TAKEN = "picked up/picked/pick up/took/held/grabbed/used/carried/threw/washed/moved/lifted/wiped/hid/hidden/brought/touched/handled/dropped/pulled out/took out"
_AT_PERSONS = "pushed/hit/grabbed/held/pulled/slapped/punched/kicked/shook/touched/shoved/hugged"
_ANSWERS = "answered/answered back/replied/responded/wrote back/texted back/rang back/called back/messaged back"
_AMOUNTS_TO = {
    "touch": _stems(f"{_TAKEN}/{_AT_PERSONS}"),
    "hit": _stems("punched/slapped/hit/kicked"),
    "answer": _stems(_ANSWERS),
    "reply": _stems(_ANSWERS),
    "replied": _stems(_ANSWERS),
    "respond": _stems(_ANSWERS),
}
_AMOUNTS_TO = {stem_of(verb): stems for verb, stems in _AMOUNTS_TO.items()}
_TO_ANSWER = frozenset(stem_of(verb) for verb in ("answer", "reply", "replied", "respond"))
_NEVER = re.compile(r"\bnever\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:later|finally|eventually|in\s+the\s+end|then|once|when|after|again|until)\b", re.IGNORECASE)
_PEOPLE = frozenset({"him", "her", "them"})
_ANSWERED = frozenset({"him", "her", "them", "it", "message", "email", "e-mail", "letter", "text", "mail"})


def another_doer(one: str, other: str) -> str | None:
    """The same deed with the same thing, done by two, or done by one and said to be another's: who did it."""
    for first, second in product(deeds(one), deeds(other)):
        if _is_one_deed(first, second) and _differ(first, second):
            thing = second.thing
            was = "was " if second.verb.endswith("ing") else ""
            return f"who {was}{second.verb} {thing.determiner} {thing.said}" if thing else None
    return None


def _differ(first: Deed, second: Deed) -> bool:
    if first.is_denied == second.is_denied:
        return not first.is_denied and are_two(first.doer, second.doer)
    denied = first if first.is_denied else second
    return denied.is_cleft and may_be_one(first.doer, second.doer)


def other_thing(one: str, other: str) -> bool:
    """Whether two statements tell the same deed of two things: “the back door” is not “the door”."""
    return any(
        first.stem == second.stem and _are_two_things(first, second)
        for first, second in product(deeds(one), deeds(other))
    )


def _are_two_things(first: Deed, second: Deed) -> bool:
    """“Locked the box in the safe” is said of the safe too."""
    if first.thing is None or second.thing is None or first.thing.is_the(second.thing):
        return False
    return first.thing.stems[-1] not in second.rest and second.thing.stems[-1] not in first.rest


def _is_one_deed(first: Deed, second: Deed) -> bool:
    if first.stem != second.stem or not _is_one_thing(first.thing, second.thing) or _is_elsewhere(first, second):
        return False
    if first.is_cleft or second.is_cleft:
        return True
    return first.stem in _ONCE and not first.is_at_another_time and not second.is_at_another_time


def _is_one_thing(first: Thing | None, second: Thing | None) -> bool:
    if first is None or second is None or not (first.determiner and second.determiner):
        return False
    return first.is_the(second) and first.is_definite and second.is_definite


def _is_elsewhere(first: Deed, second: Deed) -> bool:
    """Whether what is told around the deeds differs, or only one of them is told with its place."""
    if first.rest and second.rest:
        return not first.rest & second.rest
    cleft = first.is_cleft or second.is_cleft
    return not cleft and bool(place_spans(first.said)) != bool(place_spans(second.said))


def denied_deed(one: str, other: str, *, only_never: bool = False) -> str | None:
    """What one statement denies and the other tells in a word that amounts to it; in one breath only a “never” counts."""
    for denying, telling in ((one, other), (other, one)):
        for denied, done in product(deeds(denying), deeds(telling)):
            if not denied.is_denied or done.is_denied or (only_never and not _NEVER.search(denied.said)):
                continue
            if _amounts_to(done, denied):
                return f"whether “{named(done.said)}”"
    return None


def _amounts_to(done: Deed, denied: Deed) -> bool:
    if done.stem not in _AMOUNTS_TO.get(denied.stem, ()) or not may_be_one(done.doer, denied.doer):
        return False
    if denied.is_at_another_time:
        return False
    if denied.stem in _TO_ANSWER:
        return _is_the_answer(done, denied)
    same = done.thing is not None and denied.thing is not None and done.thing.is_the(denied.thing)
    return same and not done.is_at_another_time


def _is_the_answer(done: Deed, denied: Deed) -> bool:
    """Whether the same may have been answered: no telephone or door, and nobody else."""
    asked = [deed.thing.stems[-1] if deed.thing else "" for deed in (done, denied)]
    persons = {stem_of(word) for word in _ANSWERED}
    if any(word and word not in persons for word in asked) or (done.is_at_another_time and _LATER.search(done.said)):
        return False
    return "" in asked or asked[0] == asked[1] or bool(denied.rest) or not set(asked) <= _PEOPLE
