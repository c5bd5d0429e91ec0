"""Tells where a speaker was not sure, and of what: a reservation reaches as far as its clause."""

import re
from functools import lru_cache

from providers.interviewers.rules.sentences import clauses, without_quotes

_HEDGE = re.compile(
    r"\b(?:I\s+(?:\w+\s+)?(?:think|thought|believe|believed|guess|suppose|assume|assumed|imagine|reckon|suspect|presume)\b(?!\s+(?:of|so\s+too))"
    r"|maybe|perhaps(?!\s+not\s+(?:the|very)\b)|possibly|probably|presumably|likely|might|may\s+(?:have|be|also)|could\s+have\s+been|could\s+be"
    r"|must\s+(?:have|'ve)|must've|seem(?:s|ed)?|appeared\s+to|(?<!what\sit\s)looked?\s+(?:like|as\s+if)|sounded\s+(?:like|as\s+if)"
    r"|not\s+(?:\w+\s+)?(?:sure|certain|positive)|unsure|uncertain|(?:pretty|fairly|almost|nearly)\s+(?:sure|certain)"
    r"|as\s+far\s+as\s+I\s+(?:know|remember|recall|can\s+tell|could\s+(?:tell|see)|understand)|if\s+I\s+(?:remember|recall)"
    r"|if\s+I(?:'m|\s+am)\s+not\s+mistaken|to\s+the\s+best\s+of\s+my|(?:don't|do\s+not|can't|cannot)\s+(?:remember|recall)\s+(?:exactly|precisely)"
    r"|hard\s+to\s+say|can't\s+swear|couldn't\s+swear|or\s+something(?:\s+like\s+that)?|something\s+like|I\s+had\s+the\s+(?:impression|feeling)"
    r"|not\s+exactly|vaguely)\b",
    re.IGNORECASE,
)
_REACHES_ON = re.compile(
    r"\bnot\s+(?:\w+\s+)?(?:sure|certain|positive)\b[^,;]*$|^\s*(?:maybe|perhaps|probably)\s*$", re.IGNORECASE
)
_OPINION = re.compile(
    r"\b(?:is|was|are|were|am|'s|'re|such)\s+(?:\w+\s+){0,3}(?:idiots?|liars?|jerks?|assholes?|bastards?|bullys?|monsters?|morons?|creeps?|clowns?"
    r"|joke|disgrace|stupid|unbelievable|ridiculous|unfair|disgusting|awful|terrible|horrible|pathetic|impossible|lazy|useless"
    r"|incompetent|shameless|outrageous|crazy|insane|evil|the\s+worst)\b|\bcan(?:'t|not)\s+stand\b(?!\s+on\b)|\bI\s+(?:hate|love|like|dislike|despise)\b"
    r"|\bwho\s+does\s+that\b|\bshould(?:n't)?\s+(?:be\s+(?:fired|sacked|punished|ashamed|locked)|have\s+to)\b"
    r"|\b(?:deserves?|deserved)\b|\bunacceptable\b|\bit(?:'s|\s+is|\s+was)\s+(?:always\s+)?(?:the\s+same|typical)\b|\btypical\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def hedged_spans(sentence: str) -> tuple[tuple[int, int], ...]:
    """The clauses in which something is said with a reservation."""
    plain = without_quotes(sentence)
    found: list[tuple[int, int]] = []
    parts = clauses(sentence)
    for place, part in enumerate(parts):
        text = plain[part.start : part.end]
        if _HEDGE.search(text):
            found.append((part.start, part.end))
            alone = len(_HEDGE.sub("", text).split()) <= 2  # noqa: PLR2004  # no more than a "but" or "it" beside it
            if _REACHES_ON.search(text) and place + 1 < len(parts):
                found.append((parts[place + 1].start, parts[place + 1].end))
            elif alone and place > 0:
                found.append((parts[place - 1].start, parts[place - 1].end))
            elif alone and place + 1 < len(parts):
                found.append((parts[place + 1].start, parts[place + 1].end))
    return tuple(found)


def is_hedged(sentence: str, start: int, end: int) -> bool:
    """Whether a reservation reaches this part of the sentence."""
    return any(left < end and start < right for left, right in hedged_spans(sentence))


def without_hedges(text: str) -> str:
    """The text with the words of reservation taken out, to see what is left."""
    return _HEDGE.sub(" ", text)


def is_opinion(sentence: str) -> bool:
    """Whether this judges or wishes, rather than telling what happened."""
    return bool(_OPINION.search(without_quotes(sentence)))
