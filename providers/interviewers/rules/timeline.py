"""Puts what happened in order: as it was told, unless a time or a word such as “before that” says otherwise."""

import re
from collections.abc import Sequence

from domain.interview import Fact, TimelineEntry
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.corrections import is_correction
from providers.interviewers.rules.profiles import profile
from providers.interviewers.rules.sentences import without_quotes
from providers.interviewers.rules.statements import is_event
from providers.interviewers.rules.times import time_spans

_BEFORE = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:before\s+that|beforehand|earlier(?:\s+that)?|previously|just\s+before|shortly\s+before|the\s+(?:day|week|evening|night)\s+before)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"^\W*(?:it\s+(?:all\s+)?(?:started|began)|at\s+first|first(?:\s+of\s+all)?,|to\s+begin\s+with)\b", re.IGNORECASE
)
_LATER = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:(?:a\s+(?:bit|little|while|few\s+\w+)|\w+\s+(?:minutes|hours|days|weeks|months))\s+later|later|afterwards|since\s+then|the\s+next|the\s+following|in\s+the\s+end|eventually|finally)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?P<words>(?:then|after\s+that|before\s+that|afterwards|later|(?:(?:a|an|few|bit|little|while|some|half|one|two|three|four|five|six|eight|ten|twenty|thirty|\d+|(?:second|minute|hour|day|week|month|year)s?)\s+){1,4}(?:later|earlier)|the\s+(?:next|following)\s+(?:day|morning|evening|week)|suddenly|finally|in\s+the\s+end|at\s+first|first(?=,|\s+(?:I|he|she|they|we)\b)))\b(?!.*\bthen\b)",
    re.IGNORECASE,
)

_OWN_VIEW = re.compile(
    r"(?:^|\bI\s)(?:\w+\s+)?(?:saw|heard|felt)\b.*\b(?:all\s+of\s+it|it\s+all|everything|it\s+myself|myself|own\s+eyes)\b|\b(?:saw|heard)\s+it\s+(?:too|as\s+well|also)\b|\b(?:I|we|he|she|they)(?:\s+ha[sd]|\s+have|['’]ve)?\s+never\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"(?:by|until|till)\b", re.IGNORECASE)
_SCENE = re.compile(r"\b(?:I|we|he|she|they|[A-Z]\w+)\s+(?:was|were)\b.*\b(?:in|at|on|near|outside|behind|with)\b")
_PLACED = re.compile(
    r"^\W*(?:(?:no|yes|well|so|sorry|wait|actually|and|but|i\s+think|i\s+said|as\s+i\s+said)\W+)*(?:it|that|this|all\s+this|the\s+(?:bang|accident|incident|whole\s+thing))\s+"
    r"(?:was|happened|must\s+have\s+been|took\s+place|started)\s*",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_DATED = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)\b|\d{1,2}\s*\.?\s*(?:of\s+)?[a-z]{3,}ber\b|\b\d{1,2}\s+[A-Z][a-z]+|[A-Z][a-z]+\s+\d{1,2}\b|\d[./]\d"
)
_LOOKED = re.compile(
    r"\s*[,.:;–-]+\s*(?:sorry|I\s+(?:looked|checked|remember|know|knew|think|said)|because\s+I\s+(?:looked|checked|remember)|not|as\s+I)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\b(?:i|think|or|so|about|maybe|roughly|exactly|i'm|sure|not)\b", re.IGNORECASE)
FULL_WORDS = 60
"""A summary of so many words tells the story; the account that follows a shorter one tells it from its beginning."""


def timeline(state: InterviewState) -> list[TimelineEntry]:
    """The steps of what happened, in the order in which it happened as far as that is known."""
    facts = state.interview.facts
    return [_entry(fact, facts) for fact in ordered_events(state)]


def ordered_events(state: InterviewState) -> list[Fact]:
    """The facts that tell a step of what happened, in their order."""
    facts = state.interview.facts
    placed = _answers_on_circumstances(state)
    steps = [
        fact
        for fact in facts
        if fact.replaced_by is None and _is_step(fact) and (fact.message_id not in placed or fact.timestamp)
    ]
    order: list[Fact] = []
    moments: dict[str, str] = {}
    anchors = _anchors(state)
    previous: Fact | None = None
    days = _days_said(facts)
    for fact in steps:
        moment = (
            _dated(_moment(fact, facts), previous, moments)
            or days.get(fact.message_id, "")
            or (moments.get(previous.fact_id, "") if previous and not anchors.get(fact.message_id) else "")
        )
        moments[fact.fact_id] = moment
        order.insert(_place(fact, order, previous, moments, anchors.get(fact.message_id)), fact)
        previous = fact
    return order


def _is_step(fact: Fact) -> bool:
    if _OWN_VIEW.search(fact.quote) or _only_says_when(fact.quote):
        return False
    if fact.topic in ("when", "where", "who") and fact.about is None and _SCENE.search(fact.quote):
        return True
    if fact.topic in ("what", "sequence"):
        return is_event(fact.quote)
    if fact.topic == "impact":
        return is_event(fact.quote) and "what" in fact.also
    return (
        fact.topic in ("how_known", "evidence")
        and is_event(fact.quote)
        and bool(fact.timestamp or "sequence" in fact.also)
    )


def _only_says_when(quote: str) -> bool:
    """Whether something is only placed in time or put right: “it was 2:41, I looked at the clock”."""
    span = next(iter(time_spans(quote)), None)
    if span is None:
        return False
    head = _PLACED.sub("", quote[: span.start])
    rest = _FILLER.sub(" ", quote[span.end :]).strip(" ,.:;–-")
    bare = not re.search(r"\w", head)
    return bare and (bool(_PLACED.match(quote)) or not re.search(r"\w", rest) or bool(_LOOKED.match(quote, span.end)))


def _days_said(facts: Sequence[Fact]) -> dict[str, str]:
    """For each message the day that it says of all it tells: “it was Saturday night”."""
    told = (
        fact
        for fact in facts
        if fact.topic == "when"
        and fact.about is None
        and "-" in (fact.parsed_time or "")
        and fact.quote != fact.timestamp
    )
    return {fact.message_id: (fact.parsed_time or "").partition("T")[0] for fact in told}


def _answers_on_circumstances(state: InterviewState) -> set[str]:
    """What was said when asked about places or people tells where and who they were, and no step."""
    return {
        said.message_id
        for said in state.messages
        if said.role == "interviewee" and said.meta.get("topic") in ("where", "who")
    }


def _dated(moment: str, previous: Fact | None, moments: dict[str, str]) -> str:
    """A time of day alone is one of the day that was spoken of before, or of the only day there is."""
    if not moment.startswith("T") or previous is None:
        return moment
    spoken_of = moments.get(previous.fact_id, "").partition("T")[0]
    days = {one.partition("T")[0] for one in moments.values() if "-" in one}
    return (spoken_of or (days.pop() if len(days) == 1 else "")) + moment


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


def _place(
    fact: Fact, order: Sequence[Fact], previous: Fact | None, moments: dict[str, str], anchor: tuple[str, str] | None
) -> int:
    ids = [one.fact_id for one in order]
    own = moments[fact.fact_id]
    follows = previous is not None and previous.message_id == fact.message_id
    if anchor and not follows and (anchored := _beside_anchor(fact, ids, *anchor)) is not None:
        return anchored
    if previous is None:
        return 0
    if _BEFORE.search(fact.quote):
        return ids.index(previous.fact_id)
    if _FIRST.search(fact.quote) and not follows:
        return 0
    if follows and is_correction(fact.quote) and (corrected := _put_right(fact, order)) is not None:
        return corrected + 1
    twin = _told_again(fact, order)
    if twin is not None and follows:
        return max(twin, ids.index(previous.fact_id)) + 1
    known = twin + 1 if twin is not None else _by_time(own, order, moments) if own else None
    if known is not None:
        return known
    return ids.index(previous.fact_id) + 1 if follows else len(order)


def _beside_anchor(fact: Fact, ids: Sequence[str], side: str, about: str) -> int | None:
    """The place that the question gives: at the start, behind the headline of the summary, before or after its anchor."""
    if side == "start":
        return 0
    if side == "retold" and not _LATER.search(fact.quote) and "after that" not in fact.quote.lower():
        return min(1, len(ids))
    return ids.index(about) + (side != "before") if about in ids else None


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
        ):
            return place
    return None


def _by_time(own: str, order: Sequence[Fact], moments: dict[str, str]) -> int | None:
    """Before the first step that is known to be later; None when nothing is."""
    for place, other in enumerate(order):
        theirs = moments[other.fact_id]
        if theirs and _is_later(theirs, own):
            return place
    return None


def _is_later(one: str, other: str) -> bool:
    """Whether one moment is surely later: by the day, or by the time of one day."""
    day, _, clock = one.partition("T")
    other_day, _, other_clock = other.partition("T")
    if day and other_day and day != other_day:
        return day > other_day
    return bool(day == other_day and clock and other_clock and clock > other_clock)


def _moment(fact: Fact, facts: Sequence[Fact]) -> str:
    return _meant("".join(time.parsed_time or "" for time in times_of(fact, facts)), times_of(fact, facts), facts)


def _meant(moment: str, said: Sequence[Fact], facts: Sequence[Fact]) -> str:
    """“Last Friday” means the Friday whose date is named elsewhere, if one is."""
    vague = next((_weekday(time) for time in said if _weekday(time) and not _DATED.search(time.timestamp or "")), None)
    if vague is None or "-" not in moment or any(_DATED.search(time.timestamp or "") for time in said):
        return moment
    dates = {
        (fact.parsed_time or "").partition("T")[0]
        for fact in facts
        if fact.replaced_by is None
        and "-" in (fact.parsed_time or "")
        and _weekday(fact) == vague
        and _DATED.search(fact.timestamp or "")
    }
    day, joint, clock = moment.partition("T")
    return f"{dates.pop()}{joint}{clock}" if len(dates) == 1 else f"{day}{joint}{clock}"


def _weekday(fact: Fact) -> str | None:
    found = _WEEKDAY.search(fact.timestamp or "")
    return found.group().lower() if found else None


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


def times_of(fact: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """What says when this happened: the newest that names a day, and beside it the newest that names a time of day."""
    time = time_of(fact, facts)
    if time is None:
        return []
    others = [one for one in facts if one.topic == "when" and one.about == fact.fact_id and one is not time]
    said = time.parsed_time or ""
    lacking = next(
        (
            one
            for one in reversed(others)
            if one.parsed_time
            and ("-" in one.parsed_time) != ("-" in said)
            and ("T" in one.parsed_time) != ("T" in said)
        ),
        None,
    )
    if lacking is None:
        return [time]
    return [lacking, time] if "-" in (lacking.parsed_time or "") else [time, lacking]


def _entry(fact: Fact, facts: Sequence[Fact]) -> TimelineEntry:
    times = [time for time in times_of(fact, facts) if not _NOT_YET.match(time.timestamp or "")]
    stamp = ", ".join(time.timestamp or time.quote for time in times) or None
    if stamp is None and (found := _RELATIVE.match(without_quotes(fact.quote))):
        stamp = " ".join(found["words"].split())
    return TimelineEntry(
        label=_label(fact),
        timestamp=stamp[:200] if stamp else None,
        parsed_time=_meant("".join(time.parsed_time or "" for time in times), times, facts) or None,
        quote=fact.quote,
        message_id=fact.message_id,
        confidence=fact.confidence,
        source=fact.source,
        corrected_by=list(fact.corrected_by),
    )


def _label(fact: Fact) -> str:
    """The claim without the time that it begins with: the time stands beside it."""
    relative = _RELATIVE.match(fact.claim)
    if relative and (rest := fact.claim[relative.end() :].lstrip(" ,")) and not fact.timestamp:
        return rest[:1].upper() + rest[1:]
    span = next(iter(time_spans(fact.claim)), None)
    if span is None or fact.claim[: span.start].strip(" ,") or not fact.claim[span.end :].startswith(","):
        return fact.claim
    rest = fact.claim[span.end :].lstrip(" ,")
    return rest[:1].upper() + rest[1:]
