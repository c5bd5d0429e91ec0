"""Questions on what was volunteered: they take up the person's own words and go deeper, instead of asking again."""

import re
from collections.abc import Iterator, Sequence

from domain.interview import Fact, IntervieweeRole, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.anchors import anchored, said, sentence_of, shown, standing
from providers.interviewers.rules.identity import mentioned_once, strangers
from providers.interviewers.rules.incident import main_events, weight
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.told import consequences, of_the_event, view_told
from providers.interviewers.rules.whereabouts import back_to_the_place

_OTHERS = (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)

_SAW = re.compile(
    r"\b(?:I|we)\s+(?:\w+\s+)?(?:saw|watched|observed)\s+(?:him|her|them|how\b|everything|(?:an?|the|two|some)\s+(?:\w+\s+){0,2}(?:man|woman|guy|boy|girl|men|women|people)|(?-i:[A-Z]\w+))",
    re.IGNORECASE,
)
_HEARD = re.compile(r"\b(?:I|we)\s+(?:\w+\s+)?heard\s+(?!that\b|from\b|about\b|of\b|he\b|she\b|they\b)", re.IGNORECASE)
_TIME_KNOWN = re.compile(
    r"\b(?:clock|screen|display|chart|receipt|ticket|diary|calendar|looked\s+at|my\s+(?:phone|watch)|wrote|written|noted|because|remember\s+it|as\s+always|every\s+\w+day)\b",
    re.IGNORECASE,
)
_RELATIVE_DAY = re.compile(r"\b(?:yesterday|today|this\s+\w+|last\s+night|tonight)\b", re.IGNORECASE)


def deeper(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """What may be asked on top of what the account already holds about this topic."""
    if topic == "who":
        yield from strangers(state)
        yield from mentioned_once(state)
    elif topic == "when":
        yield from _source_of_time(state)
    elif topic == "where":
        yield from back_to_the_place(state)
    elif topic == "how_known":
        yield from _view(state)
    elif topic == "impact":
        yield from _further(state)


def unsure(state: InterviewState) -> Iterator[Turn]:
    """One thing that was told with a reservation: what would make it surer."""
    for fact in main_events(state.interview.facts):
        if fact.confidence == "uncertain" and fact.source == "first_hand" and weight(fact.quote):
            asking = "What would help to be surer of it – somebody to ask, something to look at?"
            lead = said(state, fact).replace(": “", ", with a reservation: “", 1)
            yield anchored("evidence", "surer", f"{lead} {asking}", fact)
            return


def _source_of_time(state: InterviewState) -> Iterator[Turn]:
    """The time was given: what it is known by, or how sure it is where that was said along with it."""
    if state.interview.interviewee_role in _OTHERS:
        return
    times = [fact for fact in standing(state) if fact.topic == "when" and time_spans(fact.quote)]
    clocks = [fact for fact in times if any(span.has("clock") for span in time_spans(fact.quote))]
    main = [fact.fact_id for fact in main_events(state.interview.facts)]
    for fact in sorted(
        of_the_event(state, clocks or times), key=lambda one: main.index(one.about) if one.about in main else len(main)
    ):
        whole = sentence_of(state, fact)
        if not clocks and _RELATIVE_DAY.search(fact.quote):
            return
        what = "time" if clocks else "day"
        known = any(_TIME_KNOWN.search(sentence_of(state, one)) for one in times)
        asking = f"How sure are you of the {what}?" if known else f"How do you know what {what} it was?"
        yield Turn(question=f"You said: “{shown(whole)}”. {asking}", key="when-known", topic="when")
        return


def perceived(facts: Sequence[Fact]) -> bool:
    """Whether seeing or hearing somebody or something was told."""
    return any(_SAW.search(fact.quote) or _HEARD.search(fact.quote) for fact in facts)


def _view(state: InterviewState) -> Iterator[Turn]:
    """What was seen or heard at first hand: how well, unless the view was described."""
    if view_told(state):
        return
    own = [
        fact for fact in standing(state) if fact.source == "first_hand" and fact.topic not in ("when", "where", "who")
    ]
    for pattern, asking in (
        (_HEARD, "How much of it could you see from where you were?"),
        (_SAW, "How well could you see that from where you were?"),
    ):
        for fact in _unused(state, own):
            if pattern.search(fact.quote):
                yield anchored("how_known", "view", f"{said(state, fact)} {asking}", fact)
                return


def _further(state: InterviewState) -> Iterator[Turn]:
    for fact in _unused(state, consequences(state))[:1]:
        yield anchored(
            "impact",
            "impact-more",
            f"{said(state, fact)} What else has followed from it, for you or for others?",
            fact,
            ["Nothing else"],
        )


def _unused(state: InterviewState, facts: Sequence[Fact]) -> list[Fact]:
    """Those whose words no question hung on yet come first."""
    used = {message.meta.get("about") for message in state.messages}
    return sorted(facts, key=lambda fact: fact.fact_id in used)
