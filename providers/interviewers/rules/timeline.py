"""Puts what happened in order: as it was told, unless a time or a word such as “before that” says otherwise."""

import re
from collections.abc import Mapping, Sequence

from domain.interview import Fact, TimelineEntry
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.corrections import is_correction
from providers.interviewers.rules.moments import NOT_YET, Moment, moments_of
from providers.interviewers.rules.profiles import profile
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.signposts import (
    comes_first,
    comes_later,
    had_happened,
    is_the_end,
    says_before,
    turns_back,
)
from providers.interviewers.rules.statements import is_event
from providers.interviewers.rules.step_times import lent_times, times_of
from providers.interviewers.rules.steps import content, doubles, same_deed, steps_of
from providers.interviewers.rules.times import time_spans

_RELATIVE = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?P<words>(?:then|after\s+that|before\s+that|afterwards|later|(?:about\s+|around\s+|some\s+)?(?:(?:a|an|few|bit|little|while|some|half|one|two|three|four|five|six|eight|ten|fifteen|twenty|thirty|\d+|(?:second|minute|hour|day|week|month|year)s?)\s+){1,4}(?:later|earlier|afterwards)|the\s+(?:next|following)\s+(?:day|morning|evening|afternoon|night|week)|the\s+(?:day|night|evening|morning|week)\s+(?:after|before)|suddenly|finally|in\s+the\s+end|at\s+first|first(?=,|\s+(?:I|he|she|they|we)\b)))\b(?!.*\bthen\b)",
    re.IGNORECASE,
)
FULL_WORDS = 60
"""A summary of so many words tells the story; the account that follows a shorter one tells it from its beginning."""

Anchor = tuple[str, str]


def timeline(state: InterviewState) -> list[TimelineEntry]:
    """The steps of what happened, in the order in which it happened as far as that is known."""
    facts = state.interview.facts
    steps = steps_of(state)
    moments = moments_of(steps, facts, state.interview.created_at)
    times = _times(steps, facts)
    return [_entry(fact, times.get(fact.fact_id, []), moments[fact.fact_id]) for fact in ordered_events(state)]


def ordered_events(state: InterviewState) -> list[Fact]:
    """The facts that tell a step of what happened, in their order."""
    facts = state.interview.facts
    steps = steps_of(state)
    order = _Order(moments_of(steps, facts, state.interview.created_at), _anchors(state), turned_back(steps, facts))
    for step in steps:
        if not is_the_end(step.quote):
            order.take(step)
    for step in steps:
        if is_the_end(step.quote):
            order.close(step)
    told_elsewhere = doubles(steps)
    return [step for step in order.steps if step.fact_id not in told_elsewhere]


class _Order:
    """Takes the steps one after the other, as they were told, and puts each at its place."""

    def __init__(self, moments: Mapping[str, Moment], anchors: Mapping[str, Anchor], turned: set[str]) -> None:
        self.steps: list[Fact] = []
        self._moments = moments
        self._anchors = anchors
        self._turned = turned
        self._line: Fact | None = None
        self._aside: Fact | None = None

    def take(self, step: Fact) -> None:
        """Puts in what was told next."""
        looks_back = (
            self._line is not None and self._follows(step) and had_happened(step.quote) and is_event(self._line.quote)
        )
        place = self._looking_back(step) if looks_back else self._place(step)
        self.steps.insert(place, step)
        if looks_back:
            self._aside = step
        else:
            self._line, self._aside = step, None

    def close(self, step: Fact) -> None:
        """Puts in what was the end: beside what tells of the same, else behind all that was not a consequence."""
        mine = content(step.quote)
        same = [n for n, one in enumerate(self.steps) if len(mine & content(one.quote)) > 1]
        acts = [n for n, one in enumerate(self.steps) if one.topic != "impact" and not self._is_later_day(one, step)]
        self.steps.insert(max(same or acts or [-1]) + 1, step)

    def _is_later_day(self, one: Fact, other: Fact) -> bool:
        return self._moments[one.fact_id].is_after(self._moments[other.fact_id])

    def _follows(self, step: Fact) -> bool:
        return self._line is not None and self._line.message_id == step.message_id

    def _place(self, step: Fact) -> int:
        anchor = self._anchors.get(step.message_id)
        if anchor and not self._follows(step) and (beside := self._beside(step, *anchor)) is not None:
            return beside
        if self._line is None:
            return 0
        if (signed := self._by_signpost(step, self._line)) is not None:
            return signed
        return self._going_on(step, self._line) if self._follows(step) else self._beginning(step)

    def _by_signpost(self, step: Fact, line: Fact) -> int | None:
        """The place that the words themselves give, whatever the time."""
        if step.fact_id in self._turned:
            return self._first_of(step.message_id)
        if says_before(step.quote):
            return self.steps.index(line)
        if comes_first(step.quote) and not self._follows(step) and not self._moments[step.fact_id].day:
            return 0
        if self._follows(step) and is_correction(step.quote) and (wrong := _put_right(step, self.steps)) is not None:
            return wrong + 1
        return None

    def _going_on(self, step: Fact, line: Fact) -> int:
        """Behind what was told just before, unless the time plainly says otherwise."""
        behind = self.steps.index(line) + 1
        twin = self._twin(step)
        own, before = self._moments[step.fact_id], self._moments[line.fact_id]
        if not own.own:
            return behind if twin is None else max(twin + 1, behind)
        by_time = self._by_time(own)
        if own.day and before.day is None and by_time is not None:
            return by_time
        certain = own.day != before.day or not (own.guessed or before.guessed)
        if before.is_after(own) and certain:
            return behind if by_time is None else by_time
        if twin is not None:
            return max(twin + 1, behind)
        return max(self._behind_what_was_earlier(own) if by_time is None else by_time, behind)

    def _beginning(self, step: Fact) -> int:
        """The place of what a new message begins with."""
        own = self._moments[step.fact_id]
        by_time = self._by_time(own)
        twin = self._twin(step)
        if twin is not None:
            return twin + 1
        return len(self.steps) if by_time is None else by_time

    def _twin(self, step: Fact) -> int | None:
        """The place of what tells of the same; another day makes it something else."""
        twin = _told_again(step, self.steps)
        own = self._moments[step.fact_id]
        if twin is None or not (own.own and own.day):
            return twin
        return twin if self._moments[self.steps[twin].fact_id].day == own.day else None

    def _looking_back(self, step: Fact) -> int:
        """Before what was told just before; what was later in the day than that was on the day before it."""
        line = self._line
        if self._aside is not None or line is None:
            return self.steps.index(self._aside) + 1 if self._aside else 0
        own = self._moments[step.fact_id]
        if own.own and own.day and own.day != self._moments[line.fact_id].day:
            by_time = self._by_time(own)
            return self.steps.index(line) if by_time is None else by_time
        return self._first_of(step.message_id) if self._is_of_the_day_before(step) else self.steps.index(line)

    def _is_of_the_day_before(self, step: Fact) -> bool:
        """Whether the time of day of what had happened is later than all that was told with it."""
        own = self._moments[step.fact_id]
        told = [self._moments[one.fact_id] for one in self.steps if one.message_id == step.message_id]
        clocks = [moment._replace(day=own.day) for moment in told if moment.minutes is not None]
        return bool(clocks) and all(own.is_after(moment) for moment in clocks)

    def _by_time(self, own: Moment) -> int | None:
        """Before the first step that is known to be later; None when nothing is."""
        return next((n for n, one in enumerate(self.steps) if self._moments[one.fact_id].is_after(own)), None)

    def _behind_what_was_earlier(self, own: Moment) -> int:
        return max((n + 1 for n, one in enumerate(self.steps) if own.is_after(self._moments[one.fact_id])), default=0)

    def _first_of(self, message_id: str) -> int:
        return next((n for n, one in enumerate(self.steps) if one.message_id == message_id), 0)

    def _beside(self, step: Fact, side: str, about: str) -> int | None:
        """The place that the question gives: at the start, behind the headline of the summary, before or after its anchor.

        Words and details that were asked for belong to their step: what came after it comes after them.
        """
        if side == "start":
            return 0
        if side == "retold" and not comes_later(step.quote):
            return min(1, len(self.steps))
        place = next((n for n, one in enumerate(self.steps) if one.fact_id == about), None)
        if place is None or side == "before":
            return place
        told_of_it = (("words", about), ("detail", about))
        details = [n for n, one in enumerate(self.steps) if self._anchors.get(one.message_id) in told_of_it]
        return max([place, *details]) + 1


def turned_back(steps: Sequence[Fact], facts: Sequence[Fact]) -> set[str]:
    """The steps before which the telling turned back: “but it had started much earlier”."""
    turns = [(fact.message_id, number) for number, fact in enumerate(facts) if turns_back(fact.quote)]
    places = [(step, facts.index(step)) for step in steps]
    after = (
        (next((one for one, n in places if one.message_id == said and n > number), None)) for said, number in turns
    )
    return {step.fact_id for step in after if step is not None}


def _anchors(state: InterviewState) -> dict[str, tuple[str, str]]:
    """For answers to “what happened before/after …”: on which side of which fact they belong."""
    questions = {said.message_id: said.meta for said in state.messages if said.role == "interviewer"}
    found: dict[str, tuple[str, str]] = {}
    for said in state.messages:
        asked = questions.get(said.meta.get("answers", ""), {})
        side, _, rest = str(asked.get("key", "")).partition("-")
        if rest[:1] == "f" and side in ("before", "after", "words", "detail") and asked.get("about"):
            found[said.message_id] = (side, asked["about"])
        elif asked.get("key") == "sequence-before":
            found[said.message_id] = ("start", "")
        elif asked.get("key") == "open" and 0 < len(state.interview.summary.split()) < FULL_WORDS:
            found[said.message_id] = ("retold", "")
    return found


def _put_right(fact: Fact, order: Sequence[Fact]) -> int | None:
    """The place of the step of the same message that this one corrects."""
    mine = profile(fact.quote).words
    same = (place for place, one in enumerate(order) if one.message_id == fact.message_id)
    return next((place for place in same if mine & profile(order[place].quote).words), None)


def _told_again(fact: Fact, order: Sequence[Fact]) -> int | None:
    """The place of a step of another message that tells of the same, when somebody tells it again in more detail."""
    mine = profile(fact.quote).words
    for place, other in enumerate(order):
        theirs = profile(other.quote).words
        if (
            other.message_id != fact.message_id
            and len(mine & theirs) > 1
            and 2 * len(mine & theirs) >= min(len(mine), len(theirs))
            and same_deed(fact.quote, mine & theirs)
        ):
            return place
    return None


def _times(steps: Sequence[Fact], facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """What says when each step was; a fuller telling without a time has that of the shorter one."""
    lent = lent_times(steps, facts)
    times = {step.fact_id: times_of(step, facts, lent.get(step.fact_id, ())) for step in steps}
    for short, fuller in doubles(steps).items():
        times[fuller.fact_id] = times[fuller.fact_id] or times[short]
    return times


def _entry(fact: Fact, times: Sequence[Fact], moment: Moment) -> TimelineEntry:
    said = [time.timestamp or time.quote for time in times if not NOT_YET.match(time.timestamp or "")]
    relative = _RELATIVE.match(without_quotes(fact.quote))
    if relative and not said:
        said = [" ".join(relative["words"].split())]
    stamp = ", ".join(dict.fromkeys(said))
    return TimelineEntry(
        label=_label(fact, stamp),
        timestamp=stamp[:200] or None,
        parsed_time=(moment.text if moment.own else "") or None,
        quote=fact.quote,
        message_id=fact.message_id,
        confidence=fact.confidence,
        source=fact.source,
        corrected_by=list(fact.corrected_by),
    )


def _label(fact: Fact, stamp: str) -> str:
    """The claim without the time that it begins with, if that stands beside it."""
    found = _RELATIVE.match(fact.claim)
    words, end = (found["words"], found.end()) if found else ("", 0)
    span = next(iter(time_spans(fact.claim)), None)
    if span is not None and not fact.claim[: span.start].strip(" ,") and fact.claim[span.end :].startswith(","):
        words, end = span.text, span.end
    rest = fact.claim[end:].lstrip(" ,")
    if not words or not rest or " ".join(words.split()).lower() not in stamp.lower():
        return fact.claim
    return rest[:1].upper() + rest[1:]
