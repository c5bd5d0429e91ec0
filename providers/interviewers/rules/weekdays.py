"""Which days the weekdays of one account are: they form one run, and are not each its own last occurrence.

Told on a Saturday, “on Wednesday … on Saturday … on Sunday … on Monday” began on the Wednesday of the week before.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations

from domain.interview import Fact
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.signposts import goes_back
from providers.interviewers.rules.times import weekday_in

WEEK = 7
OF_TELLING = 3
"""How much more the order of a telling counts than that hearsay is older than the day on which it was heard."""
_OTHERWISE = re.compile(r"\d|\b(?:ago|week|next|every|each|until|till|since|by)\b|days\b", re.IGNORECASE)
"""Beside such words a weekday is not simply the one of this account."""
_TELLS = re.compile(
    r"^\W*(?:[\w'’]+\s+){1,5}?(?:later\s+|only\s+)?(?:(?:told|informed)\b.*?\b(?:me|us)\b"
    r"|(?:rang|phoned|called|texted|wrote|messaged)\b.*?\b(?:me|us)\b.*\b(?:said|told|that|about)\b)",
    re.IGNORECASE,
)
_MINE = re.compile(r"^\W*(?:(?:and|so|but|then|later)\s+)*(?:I|we)\b", re.IGNORECASE)


def named_day(words: str) -> int | None:
    """The weekday that the words of a time name without saying which week; Monday is 0."""
    return None if _OTHERWISE.search(words) else weekday_in(words)


def tells_the_speaker(fact: Fact) -> bool:
    """Whether somebody passed something on to the interviewee: what they told of had happened before."""
    return bool(_TELLS.search(without_quotes(fact.quote))) and not _MINE.search(fact.quote)


def run_of_days(told: Sequence[tuple[Fact, int]], known: dict[int, date], today: date) -> dict[int, date]:
    """For each weekday its day: of all weeks that can be meant the newest that goes best with the order of telling.

    `told` are the steps with the weekday that was said of them, `known` the weekdays whose date was named.
    """
    order = dict.fromkeys(_in_telling(told), OF_TELLING)
    order |= {pair: 1 for pair in _before_it_was_told(told) if pair not in order}
    last = min(known.values()) if known else today - timedelta(days=WEEK - 1)
    starts = [last - timedelta(days=back) for back in range(WEEK + (not known))]
    runs = [{(start + timedelta(days=n)).weekday(): start + timedelta(days=n) for n in range(WEEK)} for start in starts]
    return (
        max(runs, key=lambda run: sum(worth for (one, other), worth in order.items() if run[one] < run[other])) | known
    )


def _in_telling(told: Sequence[tuple[Fact, int]]) -> Iterable[tuple[int, int]]:
    """Within a message what was told first came first, unless the words go back or one only tells of the other."""
    for (first, one), (second, other) in combinations(told, 2):
        if first.message_id != second.message_id or one == other:
            continue
        back = goes_back(second.quote) or (tells_the_speaker(first) and not _MINE.search(second.quote))
        yield (other, one) if back else (one, other)


def _before_it_was_told(told: Sequence[tuple[Fact, int]]) -> Iterable[tuple[int, int]]:
    for telling, later in told:
        if tells_the_speaker(telling):
            heard = (day for fact, day in told if fact.source == "hearsay" and not _MINE.search(fact.quote))
            yield from ((day, later) for day in heard if day != later)
