"""Finds the words in which a place was said."""

import re
from functools import lru_cache

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
_NAMED = re.compile(
    r"\b(?i:in|at|near|outside|inside|to|into|from|around|opposite|behind)\s+(?:(?i:the|our)\s+)?"
    r"(?P<name>[A-ZÄÖÜ][\w'’-]+(?:\s+(?:[A-ZÄÖÜ][\w'’-]+|\d+\w?))*)"
)
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\w'’-]+\s+(?:Street|Road|Avenue|Lane|Square|Park|Station|Bridge|Platz|Straße)\b|\b\w+(?:straße|strasse|platz|allee)\b"
)
_ONLINE = re.compile(
    r"\b(?:online|on\s+(?:the\s+phone|slack|teams|zoom|whatsapp|facebook|instagram|the\s+internet)|by\s+(?:phone|e-?mail)"
    r"|(?:in|over)\s+(?:a\s+)?(?:video\s+call|zoom|teams|chat|group\s+chat)|over\s+the\s+phone|at\s+home|at\s+work|upstairs|downstairs|outside|indoors|outdoors)\b",
    re.IGNORECASE,
)
_MOVING = re.compile(r"(?:to|into|onto|through|towards|off|from|out\s+of|along|around)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(?:stolen|taken|missing|fell|fallen|stole|disappeared|vanished|took)\b[^.]{0,40}$", re.IGNORECASE
)
_NOT_PLACES = re.compile(r"\b(?:in|on)\s+(?:the\s+)?(?:corner\s+of\s+my\s+eye|long\s+run|table\s+of)\b", re.IGNORECASE)
_IN_THE = re.compile(r"\b(?:stop|till|by\s+(?:bus|train|car|tram|taxi|bike))\b$", re.IGNORECASE)


@lru_cache(maxsize=2048)
def place_spans(sentence: str) -> tuple[Piece, ...]:
    """Every place that was said in a sentence, with its preposition; overlapping ones are one, the longest."""
    plain = without_quotes(sentence)
    found = [match for pattern in (_ORDINARY, _STREET, _ONLINE) for match in pattern.finditer(plain)]
    pieces = [Piece(match.start(), sentence[match.start() : match.end()]) for match in found]
    pieces += [piece for piece in map(_named, _NAMED.finditer(plain)) if piece is not None]
    pieces = [piece for piece in pieces if not _MOVING.match(piece.text) or _LOST.search(plain[: piece.start])]
    pieces = [piece for piece in pieces if not _NOT_PLACES.search(piece.text) and not _IN_THE.search(piece.text)]
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -len(piece.text)):
        if not any(piece.start < other.end and other.start < piece.end for other in kept):
            kept.append(piece)
    return tuple(sorted(kept))


def _named(match: re.Match[str]) -> Piece | None:
    first, last = match["name"].lower().split()[0], match["name"].lower().split()[-1]
    if first in words("first_names") or (first in words("not_names") and first not in words("towns") and last == first):
        return None
    preposition = match.group().split()[0].lower()
    return Piece(match.start(), match.group()) if preposition in ("in", "at", "near", "inside", "into") else None
