"""The words by which a speaker says where in the order something belongs: “before that”, “he had taken”, “it ended with”."""

import re

from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.words import any_of

_LINK = r"^\W*(?:(?:and|but|so|well|because|anyway)\W+)*"
_BEFORE = re.compile(
    rf"{_LINK}(?:(?:(?:long|right|just|shortly|even)\s+)?before\s+that|beforehand|earlier(?:\s+that)?|previously|just\s+before|shortly\s+before"
    r"|(?:on\s+)?the\s+(?:day|week|evening|night|morning|afternoon)\s+before)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"{_LINK}(?:it\s+(?:all\s+)?(?:started|began)|at\s+first|first(?:\s+of\s+all)?,|to\s+begin\s+with)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf"{_LINK}(?:(?:a\s+(?:bit|little|while|few\s+\w+)|\w+\s+(?:minutes|hours|days|weeks|months))\s+later|later|afterwards|since\s+then|the\s+next|the\s+following"
    r"|the\s+\w+\s+after|in\s+the\s+end|eventually|finally)\b",
    re.IGNORECASE,
)
_EARLIER_STILL = re.compile(
    rf"{_LINK}(?:it|this|that|things|all\s+this|everything)\s+(?:(?:had|has)\s+)?(?:all\s+)?(?:already\s+|actually\s+|really\s+)?(?:started|begun|began)\s+"
    r"(?:(?:much|long|a\s+(?:lot|bit|while)|way|even|already|(?:\w+\s+){1,2}(?:minutes|hours|days|weeks|months|years))\s+)*(?:earlier|before(?:\s+that)?)\W*$",
    re.IGNORECASE,
)
_END = re.compile(
    rf"{_LINK}(?:it\s+(?:all\s+)?(?:had\s+)?(?:ended|finished)\s+(?:with|when|in)"
    r"|(?:it|that|this)\s+was\s+(?:\w+\s+)?the\s+end(?:\s+of\s+(?:it|that|this|everything|the\s+\w+))?(?:\s+(?:all|when))?)\b",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"^\W*(?:(?:and|but|so|because|actually|well)\W+)*(?P<who>(?:[\w'’.-]+\s+){0,4}?[\w.-]+(?:['’]s\s+\w+)?)(?:\s+had|['’]d)\s+(?P<how>(?:(?:already|also|both|all|even|just|only|barely|hardly|never)\s+)*)"
    rf"(?:been\s+\w+|(?:{any_of('past')})|taken|gone|come|given|written|broken|stolen|fallen|begun|seen|driven|spoken|thrown|\w{{2,}}ed)\b",
    re.IGNORECASE,
)
_OF_CLAUSE = re.compile(
    r"\b(?:that|who|which|when|after|as|if|because|where|said|told|saw|heard|knew|thought|once|until|while|by|noticed)\b",
    re.IGNORECASE,
)
_JUST = re.compile(r"just|only|barely|hardly|never", re.IGNORECASE)


def goes_back(quote: str) -> bool:
    """Whether a sentence says that it happened before what was told last."""
    return bool(_BEFORE.search(quote)) or had_happened(quote)


def says_before(quote: str) -> bool:
    """Whether the words place it before what was told last; the telling goes on from there."""
    return bool(_BEFORE.search(quote))


def had_happened(quote: str) -> bool:
    """Whether the sentence as a whole looks back: “Colleen had signed for the night dose”.

    “I had just sat down when …” goes on with the story, and of “he said that he had …” only a part looks back.
    """
    found = _HAD.search(without_quotes(quote))
    return found is not None and not _OF_CLAUSE.search(found["who"]) and not _JUST.search(found["how"])


def comes_first(quote: str) -> bool:
    """Whether the words say that this was the beginning."""
    return bool(_FIRST.search(quote))


def comes_later(quote: str) -> bool:
    """Whether the words say that this came later."""
    return bool(_LATER.search(quote)) or "after that" in quote.lower()


def turns_back(quote: str) -> bool:
    """Whether a sentence only announces that what is told next was earlier: “but it had started much earlier”."""
    return bool(_EARLIER_STILL.search(quote))


def is_the_end(quote: str) -> bool:
    """Whether the words say that this was how it ended."""
    return bool(_END.search(quote))


def without_signposts(quote: str) -> str:
    """The sentence without the words that only say where it belongs."""
    return _END.sub(" ", quote)
