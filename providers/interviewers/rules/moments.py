"""When each step was, as far as that is known: its own time, or the day of the telling that it belongs to.

A day holds for what is told after it in the same message until another is named. A time of day without “am” or “pm”
is read so that the telling goes on in time; where that does not decide, it stays a guess and moves nothing.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from typing import NamedTuple

from domain.interview import Fact
from providers.interviewers.rules.clocks import HOUR_MINUTES, Clock, read_clock
from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.signposts import goes_back, had_happened
from providers.interviewers.rules.statements import has_verb
from providers.interviewers.rules.step_times import is_part, lent_times, only_says_when, times_of
from providers.interviewers.rules.times import time_spans, weekday_in
from providers.interviewers.rules.weekdays import named_day, run_of_days

DAY_MINUTES = 24 * HOUR_MINUTES
ROUGHLY = 3 * HOUR_MINUTES
"""Parts of a day and clocks that lie no further apart than this are not put in order by them."""
CHAIN = 8
LATE, SMALL_HOURS = 20 * HOUR_MINUTES, 6 * HOUR_MINUTES
OUT_OF_ORDER = 10.0
NOT_YET = re.compile(r"(?:by|until|till)\b", re.IGNORECASE)
_PARTS = {"morning": 9, "lunch": 12, "noon": 12, "afternoon": 15, "evening": 19, "night": 22}
_BEGIN = {"morning": 5, "lunch": 11, "afternoon": 12, "evening": 17, "night": 20}
_NUMBER_OF_DAY = re.compile(r"\b(?:the\s+)?(?P<number>\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d[./-]\d", re.IGNORECASE)
_DAYS_ON = re.compile(
    r"^\W*(?:(?:and|but|so|then|on)\s+)*(?:about\s+|around\s+)?(?:the\s+(?:(?P<next>next|following)\s+(?:day|morning|afternoon|evening|night)|(?:day|morning|afternoon|evening|night)\s+(?P<side>after|before))"
    r"|(?P<many>a|one|two|three|four|five|six|seven|ten|\d{1,2})\s+(?P<unit>days?|weeks?)\s+(?P<way>later|after(?:wards)?|earlier|before))\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"\blast\b", re.IGNORECASE)
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}


class Moment(NamedTuple):
    """A day, a time of day, or both; `rough` if only a part of the day was said, `own` if the words are the step's."""

    day: date | None = None
    minutes: int | None = None
    rough: bool = False
    own: bool = False
    guessed: bool = False

    @property
    def text(self) -> str:
        """As it is suggested to the reader."""
        clock = "" if self.minutes is None or self.rough else f"T{Clock(self.minutes % DAY_MINUTES, sure=True).text}"
        return f"{self.day.isoformat() if self.day else ''}{clock}"

    def is_after(self, other: "Moment") -> bool:
        """Whether this is surely later than the other: by the day, or by the time of one day."""
        if self.day and other.day and self.day != other.day:
            return self.day > other.day
        if self.day != other.day or self.minutes is None or other.minutes is None:
            return False
        return self.minutes - other.minutes > (ROUGHLY if self.rough or other.rough else 0)


class _Said(NamedTuple):
    """What was said of a step's time. “Nobody called until one” says that somebody did at one."""

    fact: Fact
    words: str
    day: str
    around: str


def moments_of(steps: Sequence[Fact], facts: Sequence[Fact], today: datetime) -> dict[str, Moment]:
    """The moment of each step by its id."""
    lent = lent_times(steps, facts)
    said = [_said(step, times_of(step, facts, lent.get(step.fact_id, ()))) for step in steps]
    days = _days(said, facts, today.date())
    clocks = _clocks(said, days)
    incident = next((day for day in days.values() if day), None)
    found: dict[str, Moment] = {}
    for one in said:
        minutes, rough, guessed = clocks.get(one.fact.fact_id, (None, False, False))
        alone = minutes is not None and not goes_back(one.fact.quote)
        day = days.get(one.fact.fact_id) or (incident if alone else None)
        if day and minutes is not None and minutes >= DAY_MINUTES:
            day, minutes = day + timedelta(days=1), minutes - DAY_MINUTES
        own = bool(one.words) or bool(day and _DAYS_ON.match(one.fact.quote))
        found[one.fact.fact_id] = Moment(day, minutes, rough, own=own, guessed=guessed)
    return found


def _said(step: Fact, times: Sequence[Fact]) -> _Said:
    times = [time for time in times if not NOT_YET.match(time.timestamp or "")]
    parsed = (time.parsed_time or "" for time in times)
    day = next((meant.partition("T")[0] for meant in parsed if "-" in meant), "")
    words = [time.timestamp or "" for time in times] or _ended(step.quote)
    return _Said(step, ", ".join(words), day, step.quote)


def _ended(quote: str) -> list[str]:
    """When it was that something no longer was not so."""
    spans = time_spans(quote) if is_absence(quote) else ()
    return [NOT_YET.sub("at", span.text) for span in spans if NOT_YET.match(span.text) and span.has("clock")][:1]


def _days(said: Sequence[_Said], facts: Sequence[Fact], today: date) -> dict[str, date | None]:
    """The day of each step: named of it, counted on from the one before, or that of the telling."""
    named = _dates(facts)
    run = _run(said, named, today)
    found: dict[str, date | None] = {}
    current: date | None = None
    message = ""
    for one in said:
        if one.fact.message_id != message:
            current, message = _told_of_all(one.fact.message_id, facts, run), one.fact.message_id
        current = _named_between(one.fact, facts, run) or current
        meant = _meant(one, run, named, current)
        day = meant or (_counted_on(one.fact.quote, current) if not one.day else None)
        found[one.fact.fact_id] = day or (None if goes_back(one.fact.quote) else current)
        current = current if had_happened(one.fact.quote) else day or current
    return found


def _dates(facts: Sequence[Fact]) -> list[tuple[str, date]]:
    """The dates that were said with their month, in the words used."""
    dated = (fact for fact in facts if fact.replaced_by is None and fact.timestamp and "-" in (fact.parsed_time or ""))
    return [
        (fact.timestamp or "", date.fromisoformat((fact.parsed_time or "").partition("T")[0]))
        for fact in dated
        if re.search(r"\d", fact.timestamp or "") and _MONTH.search(fact.timestamp or "")
    ]


def _run(said: Sequence[_Said], named: Sequence[tuple[str, date]], today: date) -> dict[int, date]:
    weekdays = [(one.fact, day) for one in said if (day := named_day(one.words)) is not None]
    known = [(day, when) for words, when in named if (day := weekday_in(words)) is not None]
    sure = {day: when for day, when in known if len({other for again, other in known if again == day}) == 1}
    last = {
        day: date.fromisoformat(one.day)
        for one in said
        if one.day and _LAST.search(one.words) and (day := named_day(one.words)) is not None
    }
    return run_of_days(weekdays, last | sure, today)


def _meant(one: _Said, run: dict[int, date], named: Sequence[tuple[str, date]], current: date | None) -> date | None:
    """“Wednesday” is the one of this account, “the 12th” that of the month that is spoken of."""
    if not one.day:
        return None
    weekday = named_day(one.words)
    if weekday is not None:
        return run[weekday]
    number = _NUMBER_OF_DAY.search(one.words)
    if number is None or _MONTH.search(one.words):
        return date.fromisoformat(one.day)
    same = [when for _, when in named if when.day == int(number["number"])]
    near = current or (named[-1][1] if named else None)
    return same[-1] if same else _nearest(int(number["number"]), near) or date.fromisoformat(one.day)


def _nearest(number: int, near: date | None) -> date | None:
    """The day of this number that lies nearest to a date."""
    if near is None:
        return None
    around = (near + timedelta(days=n) for n in range(-15, 17))
    return next((day for day in around if day.day == number), None)


def _told_of_all(message_id: str, facts: Sequence[Fact], run: dict[int, date]) -> date | None:
    """The day that a message says of all it tells: “it was Saturday night”."""
    told = [
        fact
        for fact in facts
        if fact.message_id == message_id
        and fact.about is None
        and fact.replaced_by is None
        and not is_part(fact, facts)
        and "-" in (fact.parsed_time or "")
        and only_says_when(fact.quote)
    ]
    if not told:
        return None
    weekday = named_day(told[-1].timestamp or "")
    day = date.fromisoformat((told[-1].parsed_time or "").partition("T")[0])
    return run[weekday] if weekday is not None else day


def _named_between(step: Fact, facts: Sequence[Fact], run: dict[int, date]) -> date | None:
    """The day that was named since the step before, in words that are none: “first the counting on Thursday”."""
    number = facts.index(step)
    told = (fact for fact in facts[:number] if fact.message_id == step.message_id and not is_part(fact, facts))
    last = next(reversed(list(told)), None)
    if last is None or last.topic != "when" or "-" not in (last.parsed_time or "") or has_verb(last.quote):
        return None
    weekday = named_day(last.timestamp or "")
    return run[weekday] if weekday is not None else date.fromisoformat((last.parsed_time or "").partition("T")[0])


def _counted_on(quote: str, current: date | None) -> date | None:
    """“The day after” of a day that is known."""
    found = _DAYS_ON.match(quote)
    if found is None or current is None:
        return None
    many = (found["many"] or "one").lower()
    days = (_COUNTS.get(many) or int(many)) * (7 if (found["unit"] or "").lower().startswith("week") else 1)
    back = "before" in (found["side"], found["way"]) or found["way"] == "earlier"
    return current + timedelta(days=-days if back else days)


def _clocks(said: Sequence[_Said], days: dict[str, date | None]) -> dict[str, tuple[int, bool, bool]]:
    """For each step the minutes of its day, whether that is only rough, and whether it stayed a guess."""
    found: dict[str, tuple[int, bool, bool]] = {}
    for chain in _chains(said, days):
        near = [minutes for minutes, rough, _ in found.values() if not rough]
        read = [*(clock for _, clock in chain), *_clocks_besides(chain)]
        for (one, clock), minutes in zip(chain, _in_order(read, near), strict=False):
            if _clock(one) is None:
                continue
            found[one.fact.fact_id] = (minutes, False, not clock.sure and len(chain) == 1 and not near)
    for one in said:
        part = next((hour for word, hour in _PARTS.items() if word in one.words.lower()), None)
        if part is not None and one.fact.fact_id not in found:
            found[one.fact.fact_id] = (part * HOUR_MINUTES, True, False)
    return found


def _chains(said: Sequence[_Said], days: dict[str, date | None]) -> list[list[tuple[_Said, Clock]]]:
    """The clocks that were told one after the other, of one message and one day."""
    chains: list[list[tuple[_Said, Clock]]] = []
    for one in said:
        clock = _clock(one) or _beginning_of_part(one)
        if clock is None:
            continue
        last = chains[-1][-1][0].fact if chains else None
        goes_on = last is not None and last.message_id == one.fact.message_id and not goes_back(one.fact.quote)
        if last is not None and goes_on and days[last.fact_id] == days[one.fact.fact_id] and len(chains[-1]) < CHAIN:
            chains[-1].append((one, clock))
        else:
            chains.append([(one, clock)])
    return chains


def _clock(one: _Said) -> Clock | None:
    for span in time_spans(one.words):
        for unit, text in span.units:
            if unit == "clock" and (found := read_clock(text, span.text, one.around)):
                return found
    return None


def _beginning_of_part(one: _Said) -> Clock | None:
    """When the part of the day began that was spoken of: what is told next was after that."""
    hour = next((hour for word, hour in _BEGIN.items() if word in one.words.lower()), None)
    return None if hour is None else Clock(hour * HOUR_MINUTES, sure=True)


def _clocks_besides(chain: Sequence[tuple[_Said, Clock]]) -> list[Clock]:
    """The further clocks of the sentence that ends a chain: “at ten past nine they came and at eleven we opened”."""
    quote = chain[-1][0].fact.quote
    found = [
        read_clock(text, span.text, quote) for span in time_spans(quote) for unit, text in span.units if unit == "clock"
    ]
    return [clock for clock in found[1:] if clock is not None]


def _in_order(clocks: Sequence[Clock], near: Sequence[int]) -> tuple[int, ...]:
    """The readings with which the telling goes on in time, as near as can be to what is known and to the guess."""
    readings = [_after_midnight(reading) for reading in product(*(sorted(clock.readings) for clock in clocks))]
    guesses = [clock.minutes for clock in clocks]
    return min(readings, key=lambda reading: _strain(reading, guesses, near))


def _after_midnight(reading: tuple[int, ...]) -> tuple[int, ...]:
    """What follows on a late evening in the small hours is of the next day."""
    found: list[int] = []
    for minutes in reading:
        late = bool(found) and found[-1] >= LATE and minutes < SMALL_HOURS
        found.append(minutes + DAY_MINUTES if late else minutes)
    return tuple(found)


def _strain(reading: Sequence[int], guesses: Sequence[int], near: Sequence[int]) -> float:
    wrong = sum(later < earlier for earlier, later in pairwise(reading))
    unlikely = sum(minutes % DAY_MINUTES != guess for minutes, guess in zip(reading, guesses, strict=True))
    distance = min((abs(reading[0] - minutes) for minutes in near), default=0)
    return OUT_OF_ORDER * wrong + unlikely + distance / ROUGHLY
