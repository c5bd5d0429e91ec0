"""Questions on places: only back to where the person says to have been while it happened."""

import re
from collections.abc import Iterator

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.anchors import anchored, said, sentence_of, standing
from providers.interviewers.rules.incident import weight
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.sentences import Piece, without_quotes

_OTHERS = (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)
_NO_PLACE = re.compile(
    r"\b(?:phone|telephone|landline|line|call|video\s+call|e-?mail|internet|chat|screen|display|tablet)\b",
    re.IGNORECASE,
)
_WAS_AT = re.compile(
    r"\b(?:I|we)\s+(?:was|were|stood|sat|lay|waited|worked|work|(?:had\s+)?just\s+\w+|came|walked|ran|went|looked|could)\b[^,;.]{0,45}$"
    r"|\b(?:it|this|that|everything|the\s+(?:accident|incident|quarrel|argument|fight|fall|collision|theft|whole\s+thing|conversation|meeting))\s+(?:all\s+)?(?:happened|started|began|took\s+place|occurred|was)\b[^;.]{0,45}$",
    re.IGNORECASE,
)
_STOOD_AT = re.compile(r"\b(?:I|we)\s+(?:was|were|stood|sat|lay|waited|worked|work)\b", re.IGNORECASE)
_LEARNED = re.compile(
    r"\b(?:told|texted|informed|showed|rang|phoned)\s+(?:me|us|it)\b|\bshowed\s+it\b|\bI\s+(?:heard|learned|learnt)\s+(?:that|about|of|from|it)\b|\b(?:telling|told)\s+(?:everybody|everyone|people)\b",
    re.IGNORECASE,
)
NAMED_WORDS = 3
_NOWHERE = re.compile(
    r"^(?:upstairs|downstairs|outside|inside|indoors|outdoors|online|at\s+(?:home|work))$", re.IGNORECASE
)
_SURFACE = re.compile(
    r"\b(?:on|onto|against|to)\s+(?:the|a|my|his|her)\s+(?:\w+\s+)?(?:kerb|floor|ground|table|wall|door|pavement|sand|grass|desk|head|face|back)\b",
    re.IGNORECASE,
)
_US = re.compile(r"\b(?:I|me|we|us)\b")
_CLOCK = re.compile(r"\b(?:clock|looked\s+at\s+(?:the|my)\s+(?:time|watch|phone)|my\s+watch)\b", re.IGNORECASE)
_NOT_THERE = re.compile(r"\b(?:was|were)(?:\s+not|n['’]t)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:the\s+next|the\s+following|later|afterwards|the\s+day\s+after)\b", re.IGNORECASE)


def back_to_the_place(state: InterviewState) -> Iterator[Turn]:
    """Back to the place in thought: what could be seen and heard from there."""
    if state.interview.interviewee_role in _OTHERS:
        return
    places = sorted(_of_the_incident(state), key=lambda one: _distance(sentence_of(state, one[0])))
    for fact, span in places:
        question = f"You spoke of this place: “{span.text}”. Go back there for a moment: what could you see and hear around you?"
        yield anchored("where", "where-back", question, fact)
        return


def narrower_place(state: InterviewState) -> Iterator[Turn]:
    """Where exactly it was, of a place where it happened."""
    if _place_in_the_name(state) and not any(fact.topic == "where" for fact in standing(state)):
        question = f"This is about “{state.interview.incident_name}”. Where exactly was that?"
        yield Turn(question=question, key="where-exact", topic="where")
    for fact, _ in _of_the_incident(state):
        yield anchored("where", "where-exact", f"{said(state, fact)} Where exactly was that?", fact)


def is_place_known(state: InterviewState) -> bool:
    """Whether a place was told, if only in the name of the incident."""
    places = [fact for fact in standing(state) if fact.topic == "where"]
    others = state.interview.interviewee_role in _OTHERS
    told = any(others or _says_where(sentence_of(state, fact), fact.quote) for fact in places)
    return told or bool(_of_the_incident(state)) or _place_in_the_name(state)


def _says_where(sentence: str, place: str) -> bool:
    """Whether something happened at a place, and not only against a thing such as the floor."""
    return bool(weight(sentence)) and not _SURFACE.search(place)


def _place_in_the_name(state: InterviewState) -> bool:
    """“Collision in the car park” says where, “List sent outside” does not."""
    return any(len(span.text.split()) >= NAMED_WORDS for span in place_spans(state.interview.incident_name))


def own_place_known(state: InterviewState) -> bool:
    """Whether the person said where they were themselves."""
    return any(_distance(sentence_of(state, fact)) == 0 for fact, _ in _of_the_incident(state))


def _of_the_incident(state: InterviewState) -> list[tuple[Fact, Piece]]:
    """The places where the person was while it happened, or where it is said to have happened."""
    found: list[tuple[Fact, Piece]] = []
    for fact in standing(state):
        spans = (
            [span for span in place_spans(fact.quote) if _is_whole(fact.quote, span)] if fact.topic == "where" else []
        )
        if spans and _is_there(sentence_of(state, fact), spans[0].text):
            found.append((fact, spans[0]))
    return found


def _is_whole(text: str, span: Piece) -> bool:
    return (
        not _NO_PLACE.search(span.text)
        and not _NOWHERE.search(span.text)
        and not text[span.end : span.end + 1].isalnum()
    )


def _is_there(sentence: str, place: str) -> bool:
    plain = without_quotes(sentence)
    if _LEARNED.search(plain) or _CLOCK.search(plain) or _NOT_THERE.search(plain) or _LATER.search(plain):
        return False
    before = plain[: plain.find(place)] if place in plain else ""
    bare = len(plain.split()) <= len(place.split()) + 2
    return bare or bool(_WAS_AT.search(before)) or bool(weight(plain) and _US.search(plain))


def _distance(sentence: str) -> int:
    """How far a place is from where the person was, by the words: own place first, then own deeds, then the rest."""
    if _STOOD_AT.search(sentence):
        return 0
    return 1 if re.search(r"\b(?:I|we)\b", sentence) else 2
