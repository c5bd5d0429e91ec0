"""What the words for a time of day mean: the hour and the minute, and which half of the day.

“At six” alone is six in the morning as well as six in the evening. What stands beside it may decide; where nothing
does, the hour between seven in the morning and six in the evening is suggested, and known to be a guess.
"""

import re
from typing import NamedTuple

HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HALF_DAY = 12
EARLIEST = 7
"""A bare hour before this one is suggested to be in the afternoon."""
LATE_NIGHT = 6
"""Before this hour a night is that after midnight."""
NIGHT_ENDS = 4
"""Nobody's morning begins before this hour, unless they say that they woke."""
HOUR_MINUTES = 60

_NAMED = re.compile(r"noon|midday|midnight")
_JOINT = re.compile(r"\s+(?:and|until|till?)\s+")
_WORDS = re.compile(rf"\d+|{'|'.join(HOURS)}")
_MORNING = re.compile(
    r"\b(?:early\s+shift|before\s+(?:work|school|breakfast|sunrise|dawn)|(?:to|for|at|had|made|over|during)\s+breakfast|(?:got|get|getting)\s+up"
    r"|sunrise|dawn|first\s+thing|on\s+(?:the|my|his|her|our)\s+way\s+to\s+(?:work|school))\b",
    re.IGNORECASE,
)
_WOKE = re.compile(r"\b(?:woken?|woke\s+up|waking|woken\s+up)\b", re.IGNORECASE)
_EVENING = re.compile(
    r"\b(?:after\s+(?:work|school|lunch|dinner|supper|training)|(?:for|at|had|made|over|during)\s+(?:dinner|supper)|late\s+shift|sunset"
    r"|on\s+(?:the|my|his|her|our)\s+way\s+home)\b",
    re.IGNORECASE,
)


class Clock(NamedTuple):
    """A time of day in minutes; `sure` says that the words leave no doubt about the half of the day."""

    minutes: int
    sure: bool

    @property
    def text(self) -> str:
        """As 24-hour time."""
        return f"{self.minutes // HOUR_MINUTES:02d}:{self.minutes % HOUR_MINUTES:02d}"

    @property
    def readings(self) -> tuple[int, ...]:
        """The minutes of the day that the words can mean, the suggested one first."""
        other = (self.minutes + HALF_DAY * HOUR_MINUTES) % (2 * HALF_DAY * HOUR_MINUTES)
        return (self.minutes,) if self.sure else (self.minutes, other)


def read_clock(words: str, span: str, around: str = "") -> Clock | None:
    """What a clock says; `span` are all the words of the time, `around` the sentence that it stands in."""
    lower = _beginning(words.lower(), span.lower())
    if named := _NAMED.search(lower):
        return Clock(0 if named.group() == "midnight" else HALF_DAY * HOUR_MINUTES, sure=True)
    numbers = [HOURS.index(word) + 1 if word in HOURS else int(word) for word in _WORDS.findall(lower)]
    if not numbers:
        return None
    hour, minute = _hour_and_minute(lower, numbers)
    if hour > 2 * HALF_DAY or minute >= HOUR_MINUTES:
        return None
    of_day = _said_half(hour, lower, span.lower())
    sure = of_day is not None
    if of_day is None:
        of_day = _from_around(hour, f"{span} {around}")
        sure = of_day is not None
    guess = hour + HALF_DAY if hour < EARLIEST else hour
    return Clock((of_day if of_day is not None else guess) % (2 * HALF_DAY) * HOUR_MINUTES + minute, sure=sure)


def _beginning(words: str, span: str) -> str:
    """The clock that a stretch of time begins with: “half past ten” of “from half past ten until almost one”."""
    if not re.search(rf"\b(?:from|between)\s+(?:\w+\s+)*?{re.escape(words)}", span):
        return words
    return _JOINT.split(words)[0] if _JOINT.search(words) else re.split(r"\s+to\s+", words)[0]


def _hour_and_minute(lower: str, numbers: list[int]) -> tuple[int, int]:
    if "half" in lower:
        return numbers[-1], 30
    past = re.search(r"\b(past|to)\b", lower)
    if past:
        minutes = 15 if "quarter" in lower else 20 if "twenty" in lower else numbers[0]
        hour = numbers[-1] if past.group() == "past" else numbers[-1] - 1 or HALF_DAY
        return (hour, minutes) if past.group() == "past" else (hour, HOUR_MINUTES - minutes)
    if "thirty" in lower or "fifteen" in lower:
        return numbers[0], 30 if "thirty" in lower else 15
    return numbers[0], numbers[1] if len(numbers) > 1 else 0


def _said_half(hour: int, lower: str, span: str) -> int | None:
    """The hour of 24 where the words of the time say it; None for a bare one."""
    if hour >= HALF_DAY + 1 or re.match(r"0\d", lower):
        return hour
    if re.search(r"\b(?:\d+\s*)?a\.?m\b|morning", f"{lower} {span}"):
        return 0 if hour == HALF_DAY else hour
    if "night" in span and not re.search(r"p\.?m\b", lower):
        return hour % HALF_DAY + (HALF_DAY if LATE_NIGHT <= hour < HALF_DAY else 0)
    if re.search(r"\b(?:\d+\s*)?p\.?m\b|afternoon|evening", f"{lower} {span}"):
        return hour + HALF_DAY if hour < HALF_DAY else hour
    return hour if hour == HALF_DAY else None


def _from_around(hour: int, around: str) -> int | None:
    """The half that the sentence speaks of, when it speaks of one only."""
    morning = bool(_WOKE.search(around)) or (hour >= NIGHT_ENDS and bool(_MORNING.search(around)))
    evening = bool(_EVENING.search(around))
    if morning == evening:
        return None
    return hour if morning else hour + HALF_DAY
