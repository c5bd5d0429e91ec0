"""Finds the words in which a time was said, and suggests what they mean.

The words are what counts. A suggestion is made only from spans that these patterns found: `dateparser` by itself reads
“I may have seen” as the month of May.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from providers.interviewers.rules.clocks import HOURS, read_clock
from providers.interviewers.rules.words import any_of

Unit = Literal["day", "clock", "part", "relative"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = rf"(?:{'|'.join(HOURS)}|\d{{1,2}})"
_WEEKDAY = rf"(?:{'|'.join(_DAYS)})"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_SURE_MONTH = r"(?:january|february|april|june|july|august|september|october|november|december)"
_MANY = rf"(?:{_HOUR}|\d+|a|an|a\s+couple\s+of|a\s+few|several|some|half\s+an|fifteen|twenty|thirty|forty|fifty)"
_SPAN = r"(?:second|minute|hour|day|week|month|year|night|evening|morning|afternoon)s?"
_OCCASION = (
    r"(?:lunch|breakfast|dinner|supper|work|school|class|the\s+meeting|the\s+break|my\s+break|the\s+lunch\s+break"
    r"|(?:the|my|our|his|her)\s+shift|training|closing(?:\s+time)?|opening(?:\s+time)?|the\s+lesson|the\s+game"
    r"|the\s+party|the\s+show|the\s+handover)"
)
_TERSE_DAY = (
    r"(?:^|(?<=\bon\s)|(?<=\blast\s)|(?<=\bit\swas\s)|(?<=\bwait\s))(?:mon|tues?|wed|thur?s?|fri|sat|sun)\b\.?"
    r"(?=\s*(?:$|[.,;!?)]|\s(?:not|no|or|night|morning|evening|afternoon|around|about|i\s+think|at\s+\d)\b))"
)
"""“sat. no wait fri”: short for a day only where nothing else can be meant."""
_STREET = r"(?-i:[A-Z]\w+(?:\s+(?:Street|Road|Avenue|Lane|Square|Drive|Way|Court)\b|(?:straße|strasse|weg|platz|allee|gasse)\b))"
_AFTER_BARE_HOUR = (
    rf"(?![.,]\d|,?\s+(?:or|to|maybe|perhaps)\s+(?:maybe\s+|perhaps\s+)?{_HOUR}\s+(?!o['’]?clock|in\s+the)[a-z]|\s+{_STREET})"
    r"(?=\s*(?:$|[,.;:!?)]|-?ish\b|or\s+so\b|sharp\b|exactly\b"
    r"|\s(?:at\s+night|in\s+the\s+(?:early\s+|late\s+)?(?:morning|afternoon|evening|night)|on|that|when|and|or|so|yesterday|today|I|he|she|they|we|the|my|because|but|before|after|as|a|it|this"
    r"|last|by|until|to|with|from|there|according|(?-i:[A-Z][a-z]+))\b))"
)
_AFTER_BARE_DAY = (
    r"(?=\s*(?:$|[,.;:!?)]|\s(?:of|in|at|around|about|on|that|when|and|or|so|I|he|she|they|we|the|my|because|but|before|after|as|it|this"
    r"|by|until|to|with|from|there|was|(?-i:[A-Z][a-z]+))\b))"
)

_TIME_OF_DAY = rf"(?:(?:half|(?:a\s+)?quarter|five|ten|twenty|\d{{1,2}})\s+(?:past|to)\s+{_HOUR}|{_HOUR}(?:[:.]\d{{2}})?(?:\s*(?:[ap]\.?m\b\.?|o['’]?clock))?)"
_OFTEN = r"(?:(?:almost|about|around|nearly|roughly|maybe|just\s+(?:before|after))\s+)*"

_PATTERNS: list[tuple[Unit, str]] = [
    ("day", r"\d{4}-\d{2}-\d{2}"),
    (
        "day",
        r"\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?!\d)|(?<=\bon\s)\d{1,2}[./](?:0?[1-9]|1[0-2])\.(?!\d)|(?<=\bthe\s)\d{1,2}\.(?:0?[1-9]|1[0-2])\.(?!\d)",
    ),
    ("day", rf"(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?"),
    ("day", rf"{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,?\s+\d{{4}})?"),
    (
        "day",
        rf"the\s+\d{{1,2}}(?:st|nd|rd|th)\b(?!\s+(?:in\s+(?:line|the\s+(?:queue|row))|and\s+(?:\d|last)|{_STREET})){_AFTER_BARE_DAY}",
    ),
    ("day", _TERSE_DAY),
    ("day", rf"(?:the\s+)?day\s+before\s+yesterday|(?:(?:last|this|next|that|every)\s+)?{_WEEKDAY}s?\b"),
    (
        "day",
        r"yesterday|today|(?:last|this|next|the\s+same|that\s+same)\s+(?:week|weekend|month|year)|the\s+other\s+day",
    ),
    ("day", r"(?:at|over|on)\s+the\s+weekend|(?:last|this|in\s+the|over\s+the)\s+(?:summer|winter|spring|autumn)"),
    ("day", rf"(?:in|since|until|during|last|this|early|late|mid)[\s-]+{_MONTH}(?:\s+\d{{4}})?"),
    ("day", rf"{_SURE_MONTH}(?:\s+\d{{4}})?"),
    ("day", rf"(?:about\s+|around\s+)?{_MANY}\s+(?:day|week|month|year)s?\s+ago"),
    (
        "relative",
        rf"(?:about\s+|around\s+|maybe\s+)?{_MANY}\s+{_SPAN}\s+(?:ago|later|earlier|before(?:\s+that)?|after(?:wards|\s+that)?)",
    ),
    (
        "relative",
        r"(?:the|on\s+the)\s+(?:next|following|previous|same)\s+(?:day|morning|evening|afternoon|night|week|weekend)",
    ),
    (
        "relative",
        r"the\s+(?:day|evening|night|morning|week)\s+(?:before|after)(?!\s+yesterday)|that\s+same\s+(?:day|evening|night)",
    ),
    ("relative", rf"(?:right\s+|just\s+|shortly\s+)?(?:before|after|during|at)\s+{_OCCASION}"),
    (
        "relative",
        r"(?:at|towards|near)\s+the\s+(?:very\s+)?(?:start|beginning|end)\s+of\s+(?:the|my|our|his|her)\s+\w+",
    ),
    ("relative", r"on\s+(?:the|my|his|her|our)\s+way\s+(?:home|to\s+work|to\s+school|back)"),
    (
        "clock",
        rf"(?:(?<=\bbetween\s){_OFTEN}{_TIME_OF_DAY}\s+and|(?<=\bfrom\s){_OFTEN}{_TIME_OF_DAY}\s+(?:until|till?|to))\s+{_OFTEN}{_TIME_OF_DAY}"
        rf"{_AFTER_BARE_HOUR}",
    ),
    (
        "clock",
        r"\d{1,2}[:.]\d{2}(?!\d|[./]\d|\s*(?:€|£|\$|euros?|pounds|dollars|francs|bucks|met(?:re|er)s?|miles|degrees|lit(?:re|er)s?|%|kg|km|cm|m\b|a\s+(?:piece|litre|kilo)))\s*(?:[ap]\.?m\b\.?|o['’]?clock|hours|h\b)?",
    ),
    ("clock", r"\d{1,2}\s*[ap]\.?m\b\.?|\d{1,2}h\d{2}"),
    ("clock", rf"{_HOUR}\s*o['’]?clock{_AFTER_BARE_HOUR}"),
    (
        "clock",
        rf"(?:half|(?:a\s+)?quarter|five|ten|twenty|\d{{1,2}})\s+(?:minutes\s+)?(?:past|to)\s+{_HOUR}\b"
        rf"(?:\s*[ap]\.?m\b\.?|\s*o['’]?clock|{_AFTER_BARE_HOUR})",
    ),
    ("clock", rf"{_HOUR}\s+(?:thirty\b|fifteen\b|[ap]\.m\.)"),
    ("clock", r"noon|midday|midnight"),
    (
        "clock",
        rf"(?:(?<=\bat\s)|(?<=\baround\s)|(?<=\babout\s)|(?<=\bby\s)|(?<=\buntil\s)|(?<=\btill\s)|(?<=\bsince\s)"
        rf"|(?<=\bbefore\s)|(?<=\bafter\s)|(?<=\broughly\s)|(?<=\bwas\s)|(?<=\bbetween\s)(?!{_HOUR}\s+and\s+{_HOUR}\b)|(?<=\bmaybe\s))"
        rf"{_HOUR}(?:-?ish)?{_AFTER_BARE_HOUR}",
    ),
    ("clock", rf"(?<=\band\s){_HOUR}(?=\s+(?:in\s+the\s+(?:morning|afternoon|evening)|o['’]?clock))"),
    (
        "part",
        r"(?:early\s+|late\s+|later\s+)?(?:in\s+the|this|that|the\s+same|yesterday|on\s+the)\s+(?:early\s+|late\s+)?(?:morning|afternoon|evening)",
    ),
    (
        "part",
        r"(?:early|late|mid-?)\s*(?:morning|afternoon|evening)|(?:at|last|that|in\s+the|during\s+the)\s+night|tonight|overnight",
    ),
    ("part", r"(?:at|around|over)\s+lunch\s?time|lunchtime"),
    ("part", r"(?:(?<=day\s)|(?<=tomorrow\s)|(?<=days\s))(?:morning|afternoon|evening|night)s?"),
]
_COMPILED = [(unit, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w]|-\w)", re.IGNORECASE)) for unit, pattern in _PATTERNS]

_LEAD = re.compile(
    r"(?:\b(?:shortly|just|maybe|probably|perhaps|sometime|some\s+time|a\s+little|a\s+bit|a\s+few\s+minutes|early|late)\s+)*"
    r"(?:\b(?:on|at|in|since|until|till|by|from|between|before|after|towards|of)\s+)?"
    r"(?:\b(?:around|about|roughly|approximately|exactly|nearly|almost|maybe|the|early|late|just|shortly|between)\s+)*$",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"[\s,–-]*(?:(?:at|on|in|around|about|roughly|approximately|of|or|sometime|between|to|maybe|probably|shortly|just|the"
    r"|a\s+little|a\s+bit|before|after|exactly|early|late)\s+){0,4}",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(rf"(?:(?:in|last|this|early|late|mid)[\s-]+)?{_MONTH}", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"the\s+(?P<number>\d{1,2}(?:st|nd|rd|th))", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_APPROXIMATE = re.compile(
    r"\b(?:around|about|roughly|approximately|sometime|some\s+time|maybe|probably|perhaps|or\s+so|or|nearly|almost|between"
    r"|a\s+few|a\s+couple|several|the\s+other\s+day|towards)\b|ish\b",
    re.IGNORECASE,
)


_MEASURED = re.compile(
    r"(?:[€£$]\s?|\b(?:version|room|flat|apartment|number|no\.|section|chapter|page|score)\s+"
    r"|\b(?:costs?|paid|pay|charged?|worth|priced?|weigh\w*|aged?|spent|earned|owed?)\s+(?:(?:me|us|him|her|them|of|at)\s+)?(?:only\s+)?(?:about\s+|around\s+|roughly\s+|maybe\s+)?)$",
    re.IGNORECASE,
)
"""What stands before a number that is a price, an age, a weight or the number of a room, and no time."""
_OF_SOMEBODY = re.compile(
    rf"\b(?:I|he|she|they|we|you|who|there|(?:my|his|her|our|their|the|a)\s+(?:\w+\s+)?(?:{any_of('roles')}))(?:\s+(?:was|were|am|is|are)|['’](?:m|s|re))\s+"
    r"(?:(?:only|just|already|still|about|around|roughly|maybe)\s+)*$",
    re.IGNORECASE,
)
"""“She was about five” is her age, “there were about ten” a count."""


class TimeSpan(NamedTuple):
    """Words that say a time: their place in the text, the words, and which units they hold."""

    start: int
    text: str
    units: tuple[tuple[Unit, str], ...]

    @property
    def end(self) -> int:
        """The place behind the last letter."""
        return self.start + len(self.text)

    def has(self, unit: Unit) -> bool:
        """Whether a unit of this sort is among the words."""
        return any(found == unit for found, _ in self.units)

    @property
    def is_approximate(self) -> bool:
        """Whether the words themselves say that the time is not exact."""
        return bool(_APPROXIMATE.search(self.text))


@lru_cache(maxsize=2048)
def time_spans(text: str) -> tuple[TimeSpan, ...]:
    """Every time that was said in a text; neighbours such as “Tuesday, at about four” are one."""
    merged: list[list[tuple[int, int, Unit]]] = []
    for found in _units(text):
        gap = text[merged[-1][-1][1] : found[0]] if merged else ""
        if merged and (_GAP.fullmatch(gap) or (gap == " and " and _BETWEEN.search(text[: merged[-1][0][0]]))):
            merged[-1].append(found)
        else:
            merged.append([found])
    return tuple(_as_span(text, group) for group in merged)


def suggestion(span: TimeSpan, base: datetime, around: str = "") -> str | None:
    """What the words probably mean, as local wall time: a date, `T` and a time of day, or both. None when unsure.

    `around` is the sentence that they stand in: it may say which half of the day is meant.
    """
    if re.match(r"(?:until|till|by|every)\b", span.text, re.IGNORECASE):
        return None
    days = _with_month([text for unit, text in span.units if unit == "day"])
    written = sorted(days, key=lambda text: not any(letter.isdigit() for letter in text))
    day = next((found for found in (_day(text, base, span.text) for text in written) if found), None)
    clock = next((read_clock(text, span.text, around) for unit, text in span.units if unit == "clock"), None)
    if day is None and re.search(r"\b(?:last\s+night|yesterday)\b", span.text, re.IGNORECASE):
        day = (base - timedelta(days=1)).date().isoformat()
    elif day is None and re.search(r"\bthis\s+(?:morning|afternoon|evening)|tonight", span.text, re.IGNORECASE):
        day = base.date().isoformat()
    return "".join(part for part in (day, clock and f"T{clock.text}") if part) or None


def weekday_in(words: str) -> int | None:
    """The weekday that is named, Monday being 0; “fri” is one too."""
    found = re.search(
        r"\b(?:last\s+|on\s+)?(mon|tue|wed|thu|fri|sat|sun)(?:s|rs|r|(?:s|nes|rs|ur)?days?)?\b", words, re.IGNORECASE
    )
    return next(place for place, name in enumerate(_DAYS) if name.startswith(found[1].lower())) if found else None


def _with_month(days: list[str]) -> list[str]:
    """“In April, on the 9th” is one date."""
    month = next((found.group() for text in days if (found := _BARE_MONTH.fullmatch(text))), None)
    number = next((found["number"] for text in days if (found := _BARE_NUMBER.fullmatch(text))), None)
    return [f"{number} {month.split()[-1]}"] if month and number else days


def _units(text: str) -> list[tuple[int, int, Unit]]:
    taken: list[tuple[int, int, Unit]] = []
    for unit, pattern in _COMPILED:
        for found in pattern.finditer(text):
            if unit == "clock" and _is_measure(text, found):
                continue
            if not any(start < found.end() and found.start() < end for start, end, _ in taken):
                taken.append((found.start(), found.end(), unit))
    return sorted(taken)


def _is_measure(text: str, found: re.Match[str]) -> bool:
    """Whether a number counts or measures something else than the hours of a day."""
    before = text[: found.start()]
    bare = bool(re.fullmatch(_HOUR, found.group(), re.IGNORECASE))
    return bool(_MEASURED.search(before) or (bare and _OF_SOMEBODY.search(before)))


def _as_span(text: str, group: list[tuple[int, int, Unit]]) -> TimeSpan:
    start, end = group[0][0], group[-1][1]
    if (lead := _LEAD.search(text[:start])) and lead.group():
        start = lead.start()
    tail = re.match(r"\s*(?:-?ish|or\s+so|sharp)\b", text[end:], re.IGNORECASE)
    end += tail.end() if tail else 0
    return TimeSpan(start, _without_stop(text[start:end]), tuple((unit, text[a:b]) for a, b, unit in group))


def _without_stop(words: str) -> str:
    """Without the full stop of the sentence; the one of “a.m.” stays."""
    words = words.rstrip()
    return words if words.lower().endswith("m.") and words[-3:-2] in ".aApP" else words.rstrip(".")


def _day(text: str, base: datetime, whole: str) -> str | None:
    lower = text.lower()
    weekday = weekday_in(lower)
    if weekday is not None and re.search(r"\blast\s+week\b", whole, re.IGNORECASE):
        return (base - timedelta(days=base.weekday() + 7 - weekday)).date().isoformat()
    if weekday is not None and "next" not in lower and "every" not in lower and not lower.endswith("days"):
        back = (base.weekday() - weekday) % 7 or (7 if "last" in lower else 0)
        return (base - timedelta(days=back)).date().isoformat()
    if lower == "today":
        return base.date().isoformat()
    if lower == "yesterday":
        return (base - timedelta(days=1)).date().isoformat()
    if re.search(r"week|weekend|month|year|summer|winter|spring|autumn|other day|every", lower) and "ago" not in lower:
        return None
    return _parsed(re.sub(r"^(?:in|since|until|during|early|late|mid|on|the|about|around)[\s-]+", "", lower), base)


@lru_cache(maxsize=256)
def _parsed(text: str, base: datetime) -> str | None:
    import dateparser  # slow to import, and most sentences hold no date

    if re.search(r"a few|a couple|several|some", text) or not re.search(r"\d|ago|before", text):
        return None
    found = dateparser.parse(
        text,
        languages=["en"],
        settings={"RELATIVE_BASE": base.replace(tzinfo=None), "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY"},
    )
    return found.date().isoformat() if found else None
