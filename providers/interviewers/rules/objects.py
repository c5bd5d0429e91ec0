"""Whether two statements have one thing in two places: “on the table” and “in the sink”, “on the chair” and “under” it."""

import re
from functools import lru_cache
from itertools import product

import msgspec

from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.deeds import POSSESSIVE, deeds
from providers.interviewers.rules.profiles import stem_of
from providers.interviewers.rules.rooms import rooms_in
from providers.interviewers.rules.words import words

_PREPOSITION = r"in\s+front\s+of|on\s+top\s+of|next\s+to|inside|outside|underneath|under|behind|beside|below|above|near|on|in|at|by"
_PLACED = re.compile(
    r"(?:\b(?P<det>the|my|our|his|her|their|this|that)\s+(?P<thing>(?:[a-z]+\s+)?[a-z]+)|^\W*(?:but\s+|so\s+)?(?P<it>it))\s+"
    r"(?:was|were|lay|stood|sat|hung)(?P<denied>\s*n['’]t|\s+not)?\s+(?:(?:still|just|only|lying|standing|sitting|hanging|right|placed)\s+)*"
    rf"(?P<preposition>{_PREPOSITION})\s+(?:the|my|our|his|her|their|a|an)\s+(?P<place>(?:(?!on\b|in\b)[a-z]+\s+)?[a-z]+)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;:]\s+|\s+(?:and|but)\s+(?=(?:the|my|his|her|it)\b)|\s+because\s")
_MOMENT = re.compile(
    r"\b(?:at\s+first|first|later|then|next|finally|eventually|in\s+the\s+end|again|until|till|usually|normally|always|often|every|before|after\w*|earlier|once|now"
    r"|when|while|as\s+(?:the|he|she|we|I)|by\s+then|already|at\s+the\s+(?:end|beginning)|yesterday|today|in\s+the\s+(?:morning|evening|afternoon))\b",
    re.IGNORECASE,
)
_OPPOSED = (
    ({"on", "on top of"}, {"under", "underneath", "below"}),
    ({"in front of"}, {"behind"}),
    ({"in", "inside"}, {"outside", "in front of", "behind", "under", "next to"}),
    ({"above"}, {"below", "under", "underneath"}),
)
_SURFACES = (
    {"table", "desk"}, {"chair", "stool"}, {"sink"}, {"bed"}, {"sofa", "couch"}, {"counter", "worktop", "bar"}, {"shelf"},
    {"bench"}, {"windowsill", "sill"}, {"stove", "cooker"}, {"fridge"}, {"bin"},
)  # fmt: skip
"""Nothing lies on, or in, two of these at once; a bag may be on a chair, and much falls to the floor."""
_ON_OR_IN = frozenset({"on", "in", "on top of", "inside"})
_PERCEIVED = frozenset(
    stem_of(verb)
    for verb in (
        "saw",
        "notice",
        "remember",
        "know",
        "recognise",
        "want",
        "own",
        "need",
        "describe",
        "mean",
        "mention",
        "like",
        "have",
    )
)
_MOVES = frozenset(
    stem_of(verb)
    for verb in (
        "fell",
        "slid",
        "slide",
        "rolled",
        "dropped",
        "flew",
        "moved",
        "disappeared",
        "vanished",
        "went",
        "landed",
    )
)
_PASSIVE = re.compile(
    r"\b(?:the|my|our|his|her|their)\s+(?:[a-z]+\s+)?([a-z]+)\s+(?:was|were|got|had\s+been)\s+(?:\w+ly\s+)?[a-z]+(?:ed|en|own)\b",
    re.IGNORECASE,
)


class Placed(msgspec.Struct, frozen=True):
    """Where a thing is said to have been, or not to have been."""

    thing: tuple[str, ...]
    said: str
    owner: str
    preposition: str
    place: tuple[str, ...]
    is_denied: bool


def two_places(one: str, other: str, moved: frozenset[str]) -> str | None:
    """The thing that is in two places, unless somebody moved it; a place that was denied in so many words counts so."""
    for first, second in product(placed(one), placed(other)):
        if first.thing != second.thing or first.owner != second.owner:
            continue
        if first.is_denied != second.is_denied and _is_the_place(first, second):
            return f"where the {first.said} was"
        if not first.is_denied and not second.is_denied and first.thing[-1] not in moved and _is_apart(first, second):
            return f"where the {first.said} was"
    return None


@lru_cache(maxsize=4096)
def placed(quote: str) -> tuple[Placed, ...]:
    """The things that a statement puts somewhere; nothing that is said of another moment."""
    found: list[Placed] = []
    for part in _PARTS.split(asserted(quote)):
        match = _PLACED.search(part)
        if match is None or _MOMENT.search(part):
            continue
        if (one := _placed(match, found)) is not None:
            found.append(one)
    return tuple(found)


@lru_cache(maxsize=4096)
def moved_in(quote: str) -> frozenset[str]:
    """The things to which a statement says that something was done, or that fell: they may have been elsewhere before."""
    handled = {
        deed.thing.stems[-1]
        for deed in deeds(quote)
        if deed.thing is not None and not deed.is_denied and deed.stem not in _PERCEIVED
    }
    fallen = {stem_of(deed.doer.split()[-1]) for deed in deeds(quote) if deed.stem.split()[0] in _MOVES and deed.doer}
    passive = {stem_of(noun.lower()) for noun in _PASSIVE.findall(quote)}
    return frozenset(handled | fallen | passive)


def _placed(match: re.Match[str], before: list[Placed]) -> Placed | None:
    preposition = " ".join(match["preposition"].lower().split())
    place, denied = _stems(match["place"]), bool(match["denied"])
    if match["it"]:
        return (
            msgspec.structs.replace(before[-1], preposition=preposition, place=place, is_denied=denied)
            if before
            else None
        )
    thing = match["thing"].lower()
    if thing.split()[-1] in words("roles") | words("kin") | _SOMEBODY:
        return None
    owner = match["det"].lower()
    return Placed(_stems(thing), thing, owner if owner in POSSESSIVE else "", preposition, place, denied)


_SOMEBODY = frozenset(
    {
        "man",
        "woman",
        "boy",
        "girl",
        "guy",
        "child",
        "dog",
        "cat",
        "people",
        "men",
        "women",
        "others",
        "one",
        "car",
        "van",
        "truck",
        "lorry",
        "bus",
        "bike",
        "bicycle",
        "scooter",
        "ball",
    }
)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem_of(word) for word in text.lower().split())


def _is_the_place(first: Placed, second: Placed) -> bool:
    return first.preposition == second.preposition and first.place == second.place


def _is_apart(first: Placed, second: Placed) -> bool:
    """Whether nothing can be in both places."""
    if first.place == second.place:
        pair = first.preposition, second.preposition
        return any((pair[0] in a and pair[1] in b) or (pair[1] in a and pair[0] in b) for a, b in _OPPOSED)
    if {first.preposition, second.preposition} <= _ON_OR_IN:
        rows = [_surface(one.place[-1]) for one in (first, second)]
        if None not in rows:
            return rows[0] != rows[1]
    rooms = rooms_in(" ".join(first.place)), rooms_in(" ".join(second.place))
    return (
        {first.preposition, second.preposition} <= _ON_OR_IN and bool(rooms[0] and rooms[1]) and not rooms[0] & rooms[1]
    )


def _surface(noun: str) -> int | None:
    return next((row for row, names in enumerate(_SURFACES) if noun in {stem_of(name) for name in names}), None)
