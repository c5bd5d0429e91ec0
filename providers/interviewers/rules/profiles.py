"""What of a statement can be compared with another: its times, colours and the stems of its words."""

import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.times import suggestion, time_spans
from providers.interviewers.rules.words import words

HOUR_MINUTES = 60
ALIKE = 0.5
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COLOUR = re.compile(
    r"\b(?P<colour>red|blue|green|black|white|yellow|grey|gray|brown|orange|silver|pink|purple|beige)\s+(?:\w+\s+)?(?P<noun>jacket|coat|shirt|hoodie|hat|cap|car|van|truck|bike|bag|hair|trousers|jeans|jumper|sweater|dress|shoes|scooter|backpack)\b",
    re.IGNORECASE,
)
OPPOSITES = {
    "closed": "open",
    "shut": "open",
    "locked": "open",
    "dark": "light",
    "drunk": "sober",
    "empty": "full",
    "off": "on",
    "inside": "outside",
}
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
_STATE = re.compile(
    r"\b(?:was|were|is|are)(?:n['’]t)?\s+(?:not\s+)?(?:\w+ly\s+|still\s+|already\s+)?(\w+)", re.IGNORECASE
)
_IRREGULAR = {
    "saw": "see", "seen": "see", "took": "take", "taken": "take", "left": "leave", "went": "go", "gone": "go", "came": "come", "said": "say", "told": "tell",
    "threw": "throw", "gave": "give", "broke": "break", "fell": "fall", "heard": "hear", "knew": "know", "drank": "drink", "drove": "drive", "wore": "wear",
    "spoke": "speak", "stole": "steal", "stood": "stand", "had": "have", "got": "get", "made": "make", "ran": "run", "sent": "send", "met": "meet",
    "held": "hold", "found": "find", "brought": "bring", "hid": "hide", "hidden": "hide", "wrote": "write", "written": "write", "spoken": "speak", "rang": "ring",
    "slid": "slide", "shook": "shake", "stolen": "steal", "broken": "break", "thrown": "throw", "given": "give", "known": "know", "drunk": "drink", "shot": "shoot",
}  # fmt: skip


class Profile(msgspec.Struct, frozen=True):
    """What of a statement can be compared with another."""

    days: frozenset[str]
    minutes: tuple[int, ...]
    is_absence: bool
    words: frozenset[str]
    colours: tuple[tuple[str, str], ...]
    opposite: frozenset[str]


@lru_cache(maxsize=4096)
def profile(quote: str) -> Profile:
    """What can be compared in a quote."""
    plain = without_quotes(quote)
    tokens = re.findall(r"[a-z]+", re.sub(r"n['’]t\b", "", plain.lower()))
    named = {name.lower() for name in re.findall(r"(?<=[\w,] )[A-Z][a-z]+", plain)} | words("first_names") | _TITLES
    opposite = frozenset(found.lower() for found in _STATE.findall(plain) if found.lower() in OPPOSITES)
    stems = frozenset(
        stem_of(OPPOSITES[token] if token in opposite else token)
        for token in tokens
        if token not in words("empty") and token not in named
    )

    time_words = {stem_of(word) for span in time_spans(plain) for word in re.findall(r"[a-z]+", span.text.lower())}
    return Profile(
        days=frozenset(day for day in _DAYS if re.search(rf"\b{day}", _affirmed(plain), re.IGNORECASE)),
        minutes=_minutes(_affirmed(plain)),
        is_absence=is_absence(quote),
        words=stems - time_words,
        colours=tuple(
            (found["noun"].lower(), found["colour"].lower().replace("gray", "grey"))
            for found in _COLOUR.finditer(plain)
        ),
        opposite=opposite,
    )


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the smaller of two sets of stems is to be found in the other by half or more."""
    return bool(one and other) and len(one & other) / min(len(one), len(other)) >= ALIKE


def _affirmed(plain: str) -> str:
    """Without what is refused: “Tuesday, not Monday” says Tuesday."""
    return re.sub(r"\bnot\s+(?:on\s+|at\s+|in\s+)?(?:the\s+)?\w+", " ", plain, flags=re.IGNORECASE)


def _minutes(plain: str) -> tuple[int, ...]:
    said = (suggestion(span, datetime(2026, 1, 1, tzinfo=UTC)) for span in time_spans(plain) if span.has("clock"))
    clocks = (time.partition("T")[2] for time in said if time and "T" in time)
    return tuple(int(clock[:2]) * HOUR_MINUTES + int(clock[3:]) for clock in clocks)


def stem_of(word: str) -> str:
    """The stem by which forms of a word are told to be the same: “took” and “taking” are “take”."""
    word = _IRREGULAR.get(word, word)
    for ending in ("ing", "ied", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004  # what is left is still a word
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word.rstrip("e")  # noqa: PLR2004
