"""Which of the times that were said is that of a step: its own, one given when asked, or one that a neighbour lends it."""

import re
from collections.abc import Mapping, Sequence

from domain.interview import Fact
from providers.interviewers.rules.corrections import is_correction
from providers.interviewers.rules.incident import weight
from providers.interviewers.rules.times import time_spans

_PLACED = re.compile(
    r"^\W*(?:(?:no|nah|nope|yes|yeah|well|so|sorry|wait|actually|and|but|i\s+think|i\s+said|as\s+i\s+said|oh)\W+)*(?:it|that|this|all\s+this|the\s+(?:bang|accident|incident|whole\s+thing|crash|fight|thing))\s+"
    r"(?:was|happened|must\s+have\s+been|took\s+place|(?P<begins>(?:all\s+)?(?:had\s+)?(?:started|began)))\s*",
    re.IGNORECASE,
)
_LOOKED = re.compile(
    r"\s*[,.:;–-]+\s*(?:sorry|I\s+(?:looked|checked|remember|know|knew|think|said)|because\s+I\s+(?:looked|checked|remember)|not|as\s+I)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:i|idk|dunno|no|wait|nah|sorry|well|actually|think|or|so|about|maybe|roughly|exactly|i'm|sure|not|a|the|must|have|been|of|then)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"(?:by|until|till|since|every)\b", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:and|then|but|while|when|because)\b", re.IGNORECASE)
_IT_WAS = re.compile(r"\b(?:it|that|this|which)\s+(?:was|happened|must\s+have\s+been)\s*$", re.IGNORECASE)
_SETTLES = re.compile(r"\bnot\s+(?:on\s+|at\s+)?\w+\W*$", re.IGNORECASE)
"""“It was Saturday, not Friday” is said of all of it."""
_IS_USUAL = re.compile(r"\b(?:every|always|usually|normally)\b|\bon\s+\w+days\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"^\W*(?:and\s+|but\s+)?(?:that|this)\b", re.IGNORECASE)


def only_says_when(quote: str) -> bool:
    """Whether something is only placed in time or put right: “it was 2:41, I looked at the clock”."""
    spans = time_spans(quote)
    if not spans:
        return False
    placed = _PLACED.match(quote)
    if re.search(r"\w", _FILLER.sub(" ", _PLACED.sub("", quote[: spans[0].start]))):
        return False
    rest = quote[spans[0].end :]
    for span in spans[1:]:
        rest = rest.replace(span.text, " ")
    if (placed and not placed["begins"]) or _LOOKED.match(quote, spans[0].end):
        return True
    return not re.search(r"\w", _FILLER.sub(" ", rest))


def time_of(fact: Fact, facts: Sequence[Fact]) -> Fact | None:
    """The fact that says when this one happened: one that completes it, the newest first, else itself."""
    known: dict[str | None, Fact] = {one.fact_id: one for one in facts}
    telling = [one for one in facts if one.topic == "when" and one.about == fact.fact_id and one.replaced_by is None]
    telling += [
        known[one.replaced_by]
        for one in facts
        if one.about == fact.fact_id and one.topic == "when" and one.replaced_by in known
    ]
    later = [one for one in telling if one.message_id != fact.message_id]
    first = [one for one in telling if one.message_id == fact.message_id]
    return next(iter([*reversed(later), *first]), fact if fact.timestamp else None)


def times_of(fact: Fact, facts: Sequence[Fact], lent: Sequence[Fact] = ()) -> list[Fact]:
    """What says when this happened: the newest that names a day, and beside it the newest that names a time of day."""
    time = time_of(fact, facts)
    others = [one for one in facts if one.topic == "when" and one.about == fact.fact_id and one is not time]
    if time is None and lent:
        time, *others = lent
    if time is None:
        return []
    said = time.parsed_time or ""
    beside = (
        one
        for one in (*reversed(others), *lent)
        if _completes(one.parsed_time or "", said) and not _of_another_clause(fact, time, one)
    )
    lacking = next(beside, None)
    if lacking is None:
        return [time]
    return [lacking, time] if "-" in (lacking.parsed_time or "") else [time, lacking]


def _of_another_clause(fact: Fact, one: Fact, other: Fact) -> bool:
    """Whether a conjunction stands between two times of a sentence: “around ten he came, and on Friday she left”."""
    places = sorted(fact.quote.find(time.timestamp or time.quote) for time in (one, other))
    return places[0] >= 0 and places[0] != places[1] and bool(_JOINED.search(fact.quote[places[0] : places[1]]))


def _completes(one: str, other: str) -> bool:
    """Whether one of two times names the day only and the other the time of day only."""
    return bool(one) and ("-" in one) != ("-" in other) and ("T" in one) != ("T" in other)


def lent_times(steps: Sequence[Fact], facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """For steps whose time was said in a sentence of its own, before or after them: “It was maybe twenty to ten.”"""
    lent: dict[str, list[Fact]] = {}
    right = correcting(facts)
    for fact in facts:
        if fact.fact_id in right or is_correction(fact.quote) or not _places_others(fact, steps, facts):
            continue
        if (step := _borrower(fact, steps, facts, lent)) is not None:
            lent.setdefault(step.fact_id, []).extend(times_of(fact, facts))
    return lent


def times_of_all(steps: Sequence[Fact], facts: Sequence[Fact]) -> list[list[str]]:
    """The times of what happened as said, those of one step together, in the order in which they were told.

    What something else is said to take place at stands in its sentence only: a shift, a lesson, a habit, what followed.
    """
    happened = [step for step in steps if step.topic != "impact"]
    placing = [fact for fact in facts if _places_others(fact, steps, facts) and not _IS_USUAL.search(fact.quote)]
    told = [fact for fact in facts if fact in happened or fact in placing]
    return [
        [time.timestamp for time in times_of(fact, facts) if time.timestamp and not _OPEN.match(time.timestamp)]
        for fact in told
    ]


def _places_others(fact: Fact, steps: Sequence[Fact], facts: Sequence[Fact]) -> bool:
    """Whether a sentence gives a time and tells no step itself."""
    if fact.timestamp is None or fact.replaced_by or fact in steps or is_part(fact, facts):
        return False
    if _OPEN.match(fact.timestamp):
        return False
    if _IT_WAS.search(fact.quote[: fact.quote.find(fact.timestamp)]):
        return True
    return only_says_when(fact.quote) or (fact.topic == "when" and _begins_with_a_time(fact.quote))


def is_part(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Whether this is only a time, place or person that was read from a sentence which is a fact itself."""
    same = (one for one in facts if one.message_id == fact.message_id and one is not fact)
    labelled = fact.topic in ("when", "where", "who")
    return any(
        one.fact_id == fact.about or (labelled and fact.quote != one.quote and fact.quote in one.quote) for one in same
    )


def correcting(facts: Sequence[Fact]) -> set[str]:
    """The facts, with the sentences they were read from, that put right what was said in another message."""
    known = {fact.fact_id: fact for fact in facts}
    pairs = [(wrong, known[one]) for wrong in facts for one in (*wrong.corrected_by, wrong.replaced_by) if one in known]
    wholes = [(wrong, (right, known.get(right.about or "", right))) for wrong, right in pairs]
    return {one.fact_id for wrong, both in wholes for one in both if one.message_id != wrong.message_id}


def _begins_with_a_time(quote: str) -> bool:
    span = next(iter(time_spans(quote)), None)
    return span is not None and not re.search(r"\w", _FILLER.sub(" ", quote[: span.start]))


def _borrower(fact: Fact, steps: Sequence[Fact], facts: Sequence[Fact], lent: Mapping[str, list[Fact]]) -> Fact | None:
    """The step that was asked about or stands beside it; what was said alone is the time of the main event."""
    if fact.about is not None:
        return _asked_about(fact, steps, facts)
    same = [step for step in steps if step.message_id == fact.message_id]
    if not same or _SETTLES.search(fact.quote):
        return _main_step(steps, facts, lent)
    number = facts.index(fact)
    before = [step for step in same if facts.index(step) < number][-1:]
    after = [step for step in same if facts.index(step) > number][:1]
    if before and (_POINTS_BACK.match(fact.quote) or not after or not times_of(before[0], facts)):
        return before[0]
    return next(iter(after), None)


def _asked_about(fact: Fact, steps: Sequence[Fact], facts: Sequence[Fact]) -> Fact | None:
    """The step whose time the question was about; None where that step takes it as its own already."""
    asked = next((one for one in facts if one.fact_id == fact.about), None)
    return next((step for step in steps if asked is not None and step.fact_id == asked.about), None)


def _main_step(steps: Sequence[Fact], facts: Sequence[Fact], lent: Mapping[str, list[Fact]]) -> Fact | None:
    """The first step of what the incident is about, where the telling names no day itself."""
    said = (time for step in steps for time in times_of(step, facts, lent.get(step.fact_id, ())))
    if any("-" in (time.parsed_time or "") for time in said):
        return None
    return next((step for step in steps if step.topic in ("what", "sequence") and weight(step.quote)), None)
