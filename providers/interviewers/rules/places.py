"""Finds the words in which a place was said."""

import re
from functools import lru_cache

from providers.interviewers.rules.people import noun_after
from providers.interviewers.rules.sentences import Piece, without_quotes
from providers.interviewers.rules.words import any_of, words

_PREPOSITION = (
    r"(?:in\s+front\s+of|out\s+of|next\s+to|outside\s+of|close\s+to|opposite(?:\s+to)?|at\s+the\s+back\s+of|in|inside|at|on|near|outside"
    r"|behind|beside|under|underneath|between|across\s+from|by|into|onto|from|to|through|off|above|below|around|along|towards)"
)
_DETERMINER = r"(?:the|my|our|his|her|their|a|an|this|that|one\s+of\s+the)"
_ORDINARY = re.compile(
    rf"\b{_PREPOSITION}\s+(?:{_DETERMINER}\s+)?(?:(?!\b(?:and|or|of|in|at|on|my|the|a|with)\b)[\w'’-]+\s+){{0,2}}?(?:{any_of('places')})s?\b"
    rf"(?:\s+\d+\w?)?(?:\s+(?:of|in|behind|next\s+to|at|on|near|outside|opposite|by|between)\s+{_DETERMINER}\s+(?:[\w'’-]+\s+){{0,1}}?(?:{any_of('places')})s?\b)?",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:in\s+front\s+of|next\s+to|outside|close\s+to|opposite|at\s+the\s+back\s+of|near|behind|beside|underneath|across\s+from|on\s+top\s+of)\s+(?:the|our|a|an)\s+"
    r"(?:(?!\b(?:and|or|of|in|at|on|my|the|a|with|when|while|where|who|that|because|before|after)\b)[\w'’-]+\s+){0,2}?(?P<what>[\w'’-]{3,})(?=\s*(?:[,.;:!?)]|$|\s(?:and|when|while|where|because|but|with|of|at|in|on|as|so|I|he|she|they|we)\b))",
    re.IGNORECASE,
)
"""These prepositions say where, whatever thing comes after them."""
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?(?:[a-z]+\s+)?\w+\s+and\s+(?:the\s+)?(?:[a-z]+\s+)?\w+", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?i:in|at|near|outside|inside|to|into|from|around|opposite|behind)\s+(?:(?i:the|our)\s+)?"
    r"(?P<name>[A-ZÄÖÜ][\w'’-]+(?:\s+(?:[A-ZÄÖÜ][\w'’-]+|\d+\w?))*)"
)
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\w'’-]+\s+(?:Street|Road|Avenue|Lane|Square|Park|Station|Bridge|Platz|Straße)\b|\b\w+(?:straße|strasse|platz|allee)\b"
)
_ONLINE = re.compile(
    r"\b(?:online|on\s+(?:slack|teams|zoom|whatsapp|facebook|instagram|the\s+internet)"
    r"|(?:in|over)\s+(?:a\s+)?(?:video\s+call|zoom|teams|chat|group\s+chat)|at\s+home|at\s+work|upstairs|downstairs|outside|indoors|outdoors)\b",
    re.IGNORECASE,
)
_PLACE_WORD = re.compile(rf"\b(?:{any_of('places')})s?\b", re.IGNORECASE)
_ROLE = re.compile(
    rf"\b(?:{any_of('roles')}|man|men|woman|women|guy|guys|boy|girl|boys|girls|others?|people|two|rest|back|line|end|start|beginning|middle|side|time|moment)s?$",
    re.IGNORECASE,
)
_MOVING = re.compile(r"(?:to|into|onto|through|towards|off|from|out\s+of|along|around)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(?:stolen|taken|missing|fell|fallen|stole|disappeared|vanished|took)\b[^.]{0,40}$", re.IGNORECASE
)
_NOT_PLACES = re.compile(r"\b(?:in|on)\s+(?:the\s+)?(?:corner\s+of\s+my\s+eye|long\s+run|table\s+of)\b", re.IGNORECASE)
_NO_PLACE_BEFORE = re.compile(
    r"\b(?:banged|knocked|kicked|hammered|rang|pounded)\s+$|(?:\bnot|n['’]t(?:\s+(?:happen|take\s+place))?)\s+$",
    re.IGNORECASE,
)
"""Where somebody knocked, or where it did not happen, is not where it was."""
_IN_THE = re.compile(r"\b(?:stop|till|by\s+(?:bus|train|car|tram|taxi|bike))\b$", re.IGNORECASE)


@lru_cache(maxsize=2048)
def place_spans(sentence: str) -> tuple[Piece, ...]:
    """Every place that was said in a sentence, with its preposition; overlapping ones are one, the longest."""
    plain = without_quotes(sentence)
    found = [match for pattern in (_STREET, _ONLINE) for match in pattern.finditer(plain)]
    found += [match for match in _BESIDE.finditer(plain) if not _is_of_somebody(match.group())]
    found += [match for match in _BETWEEN.finditer(plain) if _PLACE_WORD.search(match.group())]
    pieces = [Piece(match.start(), sentence[match.start() : match.end()]) for match in found]
    pieces += [piece for piece in (_whole(plain, match) for match in _ORDINARY.finditer(plain)) if piece is not None]
    pieces += [piece for piece in map(_named, _NAMED.finditer(plain)) if piece is not None]
    pieces = [piece for piece in pieces if not _MOVING.match(piece.text) or _LOST.search(plain[: piece.start])]
    pieces = [piece for piece in pieces if not _NOT_PLACES.search(piece.text) and not _IN_THE.search(piece.text)]
    pieces = [piece for piece in pieces if not _NO_PLACE_BEFORE.search(plain[: piece.start])]
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -len(piece.text)):
        if not any(piece.start < other.end and other.start < piece.end for other in kept):
            kept.append(piece)
    return tuple(_joined(sentence, sorted(kept)))


def _joined(sentence: str, pieces: list[Piece]) -> list[Piece]:
    """Places that follow each other with nothing between are one: “next to the charger between aisle 4 and 5”."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and not sentence[joined[-1].end : piece.start].strip(" ,"):
            joined[-1] = Piece(joined[-1].start, sentence[joined[-1].start : piece.end])
        else:
            joined.append(piece)
    return joined


def _whole(plain: str, match: re.Match[str]) -> Piece | None:
    """The place with a noun that belongs to it: “at the kitchen table”; none when it is of something that is no place."""
    noun = noun_after(plain[match.end() :])
    if not noun:
        return Piece(match.start(), match.group())
    if noun not in words("furniture"):
        return None
    return Piece(match.start(), plain[match.start() : plain.index(noun, match.end()) + len(noun)])


def _is_of_somebody(words_said: str) -> bool:
    """Whether somebody, and no thing, comes last: “behind the other driver”."""
    return bool(_ROLE.search(words_said))


def _named(match: re.Match[str]) -> Piece | None:
    first, last = match["name"].lower().split()[0], match["name"].lower().split()[-1]
    if first in words("first_names") or (first in words("not_names") and first not in words("towns") and last == first):
        return None
    preposition = match.group().split()[0].lower()
    return Piece(match.start(), match.group()) if preposition in ("in", "at", "near", "inside", "into") else None
