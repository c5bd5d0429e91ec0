"""Questions on what was volunteered: they take up the person's own words and go deeper, instead of asking again."""

import re
from collections.abc import Iterator, Sequence

from domain.interview import Fact, IntervieweeRole, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import names_of, texts_of
from providers.interviewers.rules.incident import events, main_events, weight
from providers.interviewers.rules.people import name_mentions
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.probes import anchored, hearsay_tellers, said, shown, standing
from providers.interviewers.rules.sentences import Piece, sentences
from providers.interviewers.rules.times import time_spans

PEOPLE_ASKED = 2
"""Of so many people who were only mentioned it is asked what they did."""
_OTHERS = (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)

_STRANGER = re.compile(
    r"\b(?:an?|one|two|three|some)\s+(?:[\w-]+\s+){0,3}?(?P<noun>man|woman|guy|bloke|lad|girl|boy|kid|teenager|stranger|person|men|women|guys|boys|girls|kids|teenagers|strangers|people)\b"
    r"(?:\s+(?:in|with|wearing)\s+(?:an?|the|his|her)?\s*(?:[\w-]+\s+){0,2}?[\w-]+(?=\s+(?:was|were|is|had|who|that|and|ran|came|went|walked|stood|pushed|running|standing|at|from|on|in|around|near)\b|[,.;]|\s*$))?",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:someone|somebody)\b(?!\s+else)", re.IGNORECASE)
_SAW = re.compile(
    r"\b(?:I|we)\s+(?:\w+\s+)?(?:saw|watched|observed)\s+(?:him|her|them|how\b|everything|(?:an?|the|two|some)\s+(?:\w+\s+){0,2}(?:man|woman|guy|boy|girl|men|women|people)|(?-i:[A-Z]\w+))",
    re.IGNORECASE,
)
_HEARD = re.compile(r"\b(?:I|we)\s+(?:\w+\s+)?heard\s+(?!that\b|from\b|about\b|of\b|he\b|she\b|they\b)", re.IGNORECASE)
_TIME_KNOWN = re.compile(
    r"\b(?:clock|screen|display|chart|receipt|ticket|diary|calendar|looked\s+at|my\s+(?:phone|watch)|wrote|written|noted|because|remember\s+it|as\s+always|every\s+\w+day)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:name\s+(?:is|was)|name['’]s|called|named)\b", re.IGNORECASE)
_RELATIVE_DAY = re.compile(r"\b(?:yesterday|today|this\s+\w+|last\s+night|tonight)\b", re.IGNORECASE)
_NO_PLACE = re.compile(r"\b(?:phone|telephone|line|call|video\s+call|e-?mail|internet|chat)\b", re.IGNORECASE)
_WAS_AT = re.compile(r"\b(?:I|we)\s+(?:was|were|stood|sat|lay|waited|worked|work)\b", re.IGNORECASE)


def deeper(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """What may be asked on top of what the account already holds about this topic."""
    if topic == "who":
        yield from strangers(state)
        yield from mentioned_once(state)
    elif topic == "when":
        yield from _source_of_time(state)
    elif topic == "where":
        yield from _back_to_the_place(state)
    elif topic == "how_known":
        yield from _view(state)
    elif topic == "impact":
        yield from _further(state)


def strangers(state: InterviewState) -> Iterator[Turn]:
    """Whoever plays a part and was only described, or was only “somebody”."""
    told = state.interview.interviewee_role in _OTHERS
    for fact in events(state.interview.facts):
        if not fact.corrected_by and (found := _STRANGER.search(fact.quote)):
            whom = _pronoun(found["noun"].lower())
            asking = (
                f"What else do you know about {whom}?"
                if told or fact.source == "hearsay"
                else f"What else did you notice about {whom}?"
            )
            phrase = found.group()
            question = f"You mentioned “{phrase[:1].lower()}{phrase[1:]}”. {asking}"
            yield anchored("who", "stranger", question, fact)
            return
    for fact in events(state.interview.facts):
        if _SOMEBODY.search(fact.quote):
            yield anchored("who", "stranger", f"{said(state, fact)} What can you say about who that was?", fact)
            return


def mentioned_once(state: InterviewState) -> Iterator[Turn]:
    """Named people of whom a single sentence speaks: their part is asked for once."""
    names = names_of(state)
    pieces = [piece.text for text in texts_of(state) for piece in sentences(text)]
    spoken_of = {name: [text for text in pieces if name_mentions(text, (name,))] for name in names}
    tellers = hearsay_tellers(state)
    shown_part = [fact.quote for fact in standing(state) if fact.topic in ("evidence", "impact")]
    shown_part += [said_there.content for said_there in state.messages if said_there.meta.get("topic") == "who"]
    once = [
        name
        for name in names
        if len(spoken_of[name]) == 1
        and name not in tellers
        and not weight(spoken_of[name][0])
        and not _NAMED.search(spoken_of[name][0])
        and not any(name_mentions(quote, (name,)) for quote in shown_part)
    ]
    for name in once[:PEOPLE_ASKED]:
        yield Turn(
            question=f"You mentioned {name}. What, if anything, can you say about the part {name} had in this?",
            key=f"part-{name.lower()}",
            topic="who",
        )


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
    for fact in sorted(clocks or times, key=lambda one: main.index(one.about) if one.about in main else len(main)):
        whole = sentence_of(state, fact)
        if not clocks and _RELATIVE_DAY.search(fact.quote):
            return
        what = "time" if clocks else "day"
        known = any(_TIME_KNOWN.search(sentence_of(state, one)) for one in times)
        asking = f"How sure are you of the {what}?" if known else f"How do you know what {what} it was?"
        yield Turn(question=f"You said: “{shown(whole)}”. {asking}", key="when-known", topic="when")
        return


def sentence_of(state: InterviewState, fact: Fact) -> str:
    """The whole sentence in which these words were said."""
    said_there = next((one.content for one in state.messages if one.message_id == fact.message_id), "")
    return next((piece.text for piece in sentences(said_there) if fact.quote in piece.text), fact.quote)


def _back_to_the_place(state: InterviewState) -> Iterator[Turn]:
    """Back to the place in thought: what could be seen and heard from there."""
    if state.interview.interviewee_role in _OTHERS:
        return
    places = sorted(
        (fact for fact in standing(state) if fact.topic == "where"),
        key=lambda one: _distance(sentence_of(state, one)),
    )
    for fact in places:
        spans = [span for span in place_spans(fact.quote) if _is_whole_place(fact.quote, span)]
        if spans:
            question = f"You spoke of this place: “{spans[0].text}”. Go back there for a moment: what could you see and hear around you?"
            yield anchored("where", "where-back", question, fact)
            return


def _is_whole_place(text: str, span: Piece) -> bool:
    return not _NO_PLACE.search(span.text) and not text[span.end : span.end + 1].isalnum()


def _distance(sentence: str) -> int:
    """How far a place is from where the person was, by the words: own place first, then own deeds, then the rest."""
    if _WAS_AT.search(sentence):
        return 0
    return 1 if re.search(r"\b(?:I|we)\b", sentence) else 2


def perceived(facts: Sequence[Fact]) -> bool:
    """Whether seeing or hearing somebody or something was told."""
    return any(_SAW.search(fact.quote) or _HEARD.search(fact.quote) for fact in facts)


def _view(state: InterviewState) -> Iterator[Turn]:
    """What was seen or heard at first hand: how well."""
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
    told = [fact for fact in standing(state) if fact.topic == "impact" and fact.confidence == "certain"]
    for fact in _unused(state, told)[:1]:
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


def _pronoun(noun: str) -> str:
    if noun in ("man", "guy", "bloke", "lad", "boy"):
        return "him"
    return "her" if noun in ("woman", "girl") else "them"
