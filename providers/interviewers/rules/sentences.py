"""Cuts a message into sentences and clauses without changing a letter, so that each can be quoted."""

import re
from functools import lru_cache
from typing import NamedTuple

LONG_WORDS = 26
"""A sentence of more words is cut at its conjunctions, where a new clause with a subject of its own begins."""
HARD_LIMIT = 900
ABBREVIATION_LETTERS = 12
"""So far back is looked for an abbreviation; further, and a long message would be read once for each of its stops."""

_END = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"\b(?:dr|mr|mrs|ms|prof|st|no|nr|vs|e\.g|i\.e|approx|ca|jr|sr|inc|ltd|co|etc|tel|ext|[a-z])$", re.IGNORECASE
)
_HALF_OF_DAY = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_QUOTED = re.compile(
    r"“[^”\n]{1,400}”|\"[^\"\n]{1,400}\"|«[^»\n]{1,400}»|‘(?:[^’\n]|(?<=\w)’(?=\w)){1,400}’(?!\w)"
    r"|(?<![\w'])'(?:[^'\n]|(?<=\w)'(?=\w)){2,400}'(?!\w)"
)
_JOINT = re.compile(
    r"[,;]?\s+and\s+(?=(?:then\s+|afterwards\s+|suddenly\s+)?(?:I|he|she|they|we|it|my|the|[A-Z][a-z]+)\s+\w+)"
    r"|[,;]?\s+(?=(?:but|so)\s+(?:then\s+|afterwards\s+|suddenly\s+)?(?:I|he|she|they|we|it|my|the|[A-Z][a-z]+)\s+\w+)"
    r"|[,;]\s+(?=(?:then|after\s+that|afterwards|later)\s)|;\s+|\s+[–—-]\s+",
)
_CLAUSE = re.compile(
    r"[,;:]\s+|\s+[–—-]\s+|\s+(?=(?:but|because|when|while|although|though|before|after|until|whereas)\s)"
    r"|\s+(?=(?:and|so|or)\s+(?:then\s+)?(?:I|he|she|they|we|it|there)\b)"
)

_LEANS = re.compile(
    r"^[,;]?\s*(?:but|and|so|which)?\s*(?:then\s+)?(?:he|she|they|I)?\s*(?:\w+\s+){0,2}?"
    r"(?:heard|knows?|knew|got|has|had|read|said|told|learned|learnt|guessed|assumed)\s+(?:me\s+|us\s+)?(?:that|this|it|so)\b(?!\s+\w+ed\b)",
    re.IGNORECASE,
)
"""A second half such as “but he only heard that from a nurse” says nothing without the first."""


class Piece(NamedTuple):
    """A part of a message: its place and its exact text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The place behind the last letter."""
        return self.start + len(self.text)


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[Piece, ...]:
    """The sentences of a message; what is very long is cut once more at its conjunctions."""
    whole = _cut(text, _boundaries(text))
    return tuple(part for piece in whole for part in _shorter(piece))


@lru_cache(maxsize=2048)
def clauses(sentence: str) -> tuple[Piece, ...]:
    """The clauses of a sentence; quoted speech is never cut."""
    quoted = quoted_spans(sentence)
    cuts = [(found.start(), found.end()) for found in _CLAUSE.finditer(sentence)]
    return tuple(_cut(sentence, [cut for cut in cuts if not _inside(cut[0], quoted)]))


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Where speech is quoted literally, the marks included."""
    return [found.span() for found in _QUOTED.finditer(text)]


def without_quotes(text: str) -> str:
    """The text with quoted speech blanked out, every other letter at its place."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def _boundaries(text: str) -> list[tuple[int, int]]:
    quoted = quoted_spans(text)
    return [(found.end(), found.end()) for found in _END.finditer(text) if _ends_here(text, found, quoted)]


def _ends_here(text: str, found: re.Match[str], quoted: list[tuple[int, int]]) -> bool:
    if found.group().startswith("\n"):
        return True
    following = text[found.end() : found.end() + ABBREVIATION_LETTERS].lstrip()[:1]
    holder = next((span for span in quoted if span[0] < found.start() < span[1]), None)
    if holder is not None:
        return holder[1] <= found.end() and not following.islower()
    before = text[max(0, found.start() - ABBREVIATION_LETTERS) : found.start()]
    if found.group().startswith((".", "…")):
        if _HALF_OF_DAY.search(f"{before}."):
            return following.isupper() or not following
        if found.group() == "." and _ABBREVIATION.search(before):
            return before[-2:].lower() in (" i", "no") and following.isupper()
        if found.group().startswith(("...", "…", "..")):
            return not following.islower()
    return True


def _shorter(piece: Piece) -> list[Piece]:
    parts = [piece]
    if len(piece.text.split()) > LONG_WORDS:
        quoted = quoted_spans(piece.text)
        cuts = [
            found.span()
            for found in _JOINT.finditer(piece.text)
            if not _inside(found.start(), quoted) and not _LEANS.match(piece.text[found.start() :])
        ]
        parts = [Piece(piece.start + part.start, part.text) for part in _cut(piece.text, _spaced(piece.text, cuts))]
    return [bit for part in parts for bit in _hard(part)]


def _spaced(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Only cuts that leave at least four words on both sides."""
    kept: list[tuple[int, int]] = []
    last = 0
    for start, end in cuts:
        if len(text[last:start].split()) >= 4 and len(text[end:].split()) >= 4:  # noqa: PLR2004  # said above
            kept.append((start, end))
            last = end
    return kept


def _hard(piece: Piece) -> list[Piece]:
    if len(piece.text) <= HARD_LIMIT:
        return [piece]
    cut = piece.text.rfind(" ", 0, HARD_LIMIT)
    cut = cut if cut > 0 else HARD_LIMIT
    rest = Piece(piece.start + cut, piece.text[cut:])
    return [Piece(piece.start, piece.text[:cut]), *_hard(_stripped(rest))]


def _cut(text: str, cuts: list[tuple[int, int]]) -> list[Piece]:
    places = [0, *(place for cut in cuts for place in cut), len(text)]
    pieces = [Piece(start, text[start:end]) for start, end in zip(places[::2], places[1::2], strict=True)]
    return [piece for piece in map(_stripped, pieces) if any(letter.isalnum() for letter in piece.text)]


def _stripped(piece: Piece) -> Piece:
    left = len(piece.text) - len(piece.text.lstrip())
    return Piece(piece.start + left, piece.text.strip())


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < place < end for start, end in spans)
