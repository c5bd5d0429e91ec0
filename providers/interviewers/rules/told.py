"""What was said already, so that it is not asked: who told it, when, in which order, how long, what followed."""

import re
from collections.abc import Sequence

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.account import names_of, questions_of, texts_of
from providers.interviewers.rules.anchors import sentence_of, standing, told_events
from providers.interviewers.rules.incident import weight
from providers.interviewers.rules.sentences import Piece, sentences, without_quotes
from providers.interviewers.rules.statements import is_event
from providers.interviewers.rules.times import time_spans

ORDERED_STEPS = 5
ORDER_WORDS = 2
"""An account of so many steps with so many words of order or times between them was told in order."""
OWN_SHARE = 0.5
"""Who speaks of themselves in so large a part of what happened went through it themselves."""

_WHO = r"(?:(?-i:[A-Z])[\w’'-]+|(?:my|our|the|a|an|his|her|their|one\s+of)\s+\w+)"
_TELLER = re.compile(
    rf"\b(?:have|had|got|know|heard|learned|learnt)\s+(?:it|that|this|about\s+(?:it|this|that)|all|everything|most)?\s*(?:all\s+|only\s+|about\s+(?:it|this)\s+)?(?:from|through|via)\s+{_WHO}"
    rf"|\b{_WHO}\b[^.;]{{0,60}}\b(?:told|texted|messaged|wrote|informed|rang|called|phoned)\s+(?:me|us)\b"
    rf"|\b{_WHO}\s+(?:came\s+home|said|says|mentioned|reported)\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:told|texted|messaged|rang|called|phoned|informed|wrote|showed)\s+(?:it\s+to\s+)?(?:me|us)\b|\bcame\s+home\b|\bI\s+(?:heard|learned|learnt)\b",
    re.IGNORECASE,
)
_MANY = r"(?:\w+|\d+|half\s+an?|an?|a\s+couple\s+of|a\s+few|several|(?:one|two|three|four|five)\s+and\s+a\s+half)"
_LASTED = re.compile(
    rf"\b(?:for|took|lasted|within|in)\s+(?:\w+\s+){{0,2}}?(?:(?:about|around|over|more\s+than|less\s+than|almost|nearly|maybe|only|some|at\s+least|up\s+to|a\s+good)\s+)*{_MANY}\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?|nights?)\b(?!\s+(?:ago|later|before|now))"
    r"|\b(?:more|less|longer)\s+than\s+\w+\s+(?:seconds?|minutes?|hours?)\b|\bfrom\s+(?:about\s+)?[\w:]+(?:\s+(?:past|to)\s+\w+)?\s+(?:to|until|till)\s+\w+|\ball\s+(?:day|night|evening|morning|weekend)\b",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"\b(?:hospital|operated\s+on|operation|surgery|stitches|plaster|sick\s+(?:leave|note)|off\s+sick|signed\s+off|bruised?|bleeding|concussion|suspended|sacked|fired|resigned"
    r"|repair\w*|damaged?|nightmares?|insurance\s+(?:says|said|pays|refuse\w*)|(?:is|are|was|were|has|have|['’]s)\s+(?:\w+\s+)?broken|brok?en?\s+(?:his|her|my|their|an?)\s+(?:arm|leg|wrist|ankle|nose|rib|finger|collarbone|tooth)|lost\s+(?:[\d.,]+|his|her|my|their)\s+\w+"
    r"|crying\s+all|(?:can['’]?t|cannot|doesn['’]?t|don['’]?t|couldn['’]?t|haven['’]?t|hasn['’]?t|not)\s+(?:\w+\s+){0,3}?(?:sleep|slept|work|lift|walk|answer\s+the\s+phone)|sore\s+\w+|[Cc]osts?\s+\w+|wasn['’]t\s+renewed)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:cameras?|cctv|footage|videos?|filmed|photos?|photographs?|pictures?|screenshots?|recordings?|(?:wrote|written|noted)\s+(?:it|that|this|everything)\s+(?:down\b|in\s+the\b)|(?:wrote|filled\s+in|signed)\s+(?:an?|the)\s+(?:\w+\s+)?(?:form|report)"
    r"|(?:bank\s+)?statements?|x-?ray|doctor['’]s\s+letter|police\s+report|accident\s+report|log\s?book|logs?|receipts?)\b",
    re.IGNORECASE,
)
_ORDER_WORD = re.compile(
    r"\b(?:then|after\s+that|afterwards|next|before\s+that|later|finally|in\s+the\s+end|just\s+then|when)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"\b(?:I|we)\s+could\s+(?:\w+\s+)?(?:see|hear)\b|\bmy\s+back\s+(?:was\s+)?turned\b|\b(?:I|we)\s+(?:saw|could\s+see)\s+nothing\b|\bmet(?:re|er)s?\s+away\b|\b(?:at|from)\s+(?:about\s+|some\s+|maybe\s+)?\w+\s+met(?:re|er)s\b|\bin\s+front\s+of\s+me\b|\bacross\s+the\s+(?:road|street)\b",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(
    r"\b(?:there|present)\s+for\s+all\s+of\s+it\b|\ball\s+of\s+(?:it|that|this)\s+(?:happened\s+to\s+me|myself)\b|\bI\s+(?:saw|heard)\s+(?:it\s+all|all\s+of\s+it|everything)\b|\bwith\s+my\s+own\s+eyes\b",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:it|that|this|all\s+this)\s+(?:was|happened|must\s+have\s+been|took\s+place|started|began)\b|\bmust\s+have\s+been\b",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(?:I\s+(?:start|finish|work|begin)|starts?|finishes|ends|opens?|closes|leaves|every|always|usually)\b",
    re.IGNORECASE,
)
BARE_TIME = 6
"""An answer of so few words is the time that was asked for."""
_ME = re.compile(r"\b(?:I|me|my|myself|we|us)\b")
_MOMENT = re.compile(
    r"\b(?:hit|punch\w*|kick\w*|push\w*|shov\w*|slap\w*|attack\w*|grab\w*|fell|fall|slipped|crash\w*|shout\w*|yell\w*|argu\w*|threw|bit|spat|fight|fought|scream\w*|collid\w*|smash\w*|knock\w*|collaps\w*|bang)\b",
    re.IGNORECASE,
)


def teller_known(state: InterviewState) -> bool:
    """Whether it was said from whom somebody has what they know."""
    return any(_TELLER.search(without_quotes(text)) for text in texts_of(state))


def when_told(state: InterviewState) -> bool:
    """Whether a time of what happened was told, and not only of when it was passed on."""
    return any(fact.timestamp and not _TELLING.search(fact.quote) for fact in told_events(state)) or any(
        fact.topic == "when" and fact.about is None and not _TELLING.search(fact.quote)
        for fact in state.interview.facts
        if fact.replaced_by is None and time_spans(fact.quote) and len(fact.quote.split()) > len(fact.timestamp or "")
    )


def of_the_event(state: InterviewState, times: Sequence[Fact]) -> list[Fact]:
    """The times of what happened, and not of a shift, a lesson or a train; all of a deed where none is plainly so."""
    plain = [fact for fact in times if _is_of_the_event(sentence_of(state, fact))]
    others = [fact for fact in standing(state) if fact.topic == "when" and _is_of_the_event(sentence_of(state, fact))]
    deeds = {fact.fact_id for fact in told_events(state) if not _HABIT.search(fact.quote)}
    return plain or ([] if others else [fact for fact in times if fact.about in deeds])


def is_habit(sentence: str) -> bool:
    """Whether a time is that of something that is always so: “I start at six”."""
    return bool(_HABIT.search(sentence)) and not weight(sentence)


def _is_of_the_event(sentence: str) -> bool:
    return bool(weight(sentence)) or bool(_PLACED.search(sentence)) or len(sentence.split()) <= BARE_TIME


def order_told(state: InterviewState) -> bool:
    """Whether one answer already tells many steps in their order."""
    return any(_is_ordered(text) for text in texts_of(state))


def _is_ordered(text: str) -> bool:
    steps = [piece.text for piece in sentences(text) if is_event(piece.text)]
    marks = sum(bool(_ORDER_WORD.search(step)) or bool(time_spans(step)) for step in steps)
    return len(steps) >= ORDERED_STEPS and marks >= ORDER_WORDS


def duration_told(state: InterviewState) -> bool:
    """Whether it was said how long something lasted."""
    return any(_LASTED.search(without_quotes(text)) for text in texts_of(state))


def consequences(state: InterviewState) -> list[Fact]:
    """The facts that tell what followed from it, whatever they were filed under."""
    found = [fact for fact in told_events(state) if _CONSEQUENCE.search(without_quotes(fact.quote))]
    own = [fact for fact in standing(state) if fact.topic == "impact" and fact.confidence == "certain"]
    plain = [fact for fact in own if _CONSEQUENCE.search(without_quotes(fact.quote))]
    return [*plain, *(fact for fact in own if fact not in plain), *(fact for fact in found if fact not in own)]


def evidence_named(state: InterviewState) -> bool:
    """Whether something that could show it was spoken of."""
    return any(_EVIDENCE.search(without_quotes(text)) for text in texts_of(state))


def view_told(state: InterviewState) -> bool:
    """Whether it was described, or asked, how well one could see and hear."""
    asked = any(str(one.meta.get("key", "")).startswith("where-back") for one in questions_of(state))
    return asked or any(_VIEW.search(without_quotes(text)) for text in texts_of(state))


def went_through_it(state: InterviewState) -> bool:
    """Whether it was said, or is plain from a participant's account, that they saw and went through all of it."""
    if any(_ALL_OF_IT.search(without_quotes(text)) for text in texts_of(state)):
        return True
    told = told_events(state)
    if state.interview.interviewee_role != IntervieweeRole.PARTICIPANT or any(one.source == "hearsay" for one in told):
        return False
    weighty = [fact for fact in told if weight(fact.quote)] or told
    return bool(weighty) and sum(bool(_ME.search(fact.quote)) for fact in weighty) >= OWN_SHARE * len(weighty)


def victims(state: InterviewState) -> list[str]:
    """Those to whom it happened: who fell, was hit or was hurt."""
    texts = texts_of(state)
    found = []
    for name in names_of(state):
        form = re.escape(name.rsplit(maxsplit=1)[-1])
        done = rf"\b{form}\b(?:,[^,.;]{{1,20}},)?\s+(?:\w+ly\s+)?(?:fell|broke\s+(?:his|her)|slipped|collapsed|was\s+(?:\w+\s+)?(?:hit|hurt|injured|bitten|operated|lying|called\s+by|robbed|attacked|beaten)|is\s+on\s+the\s+floor|has\s+a\s+broken|had\s+an\s+operation|screamed)"
        to = rf"\b(?:hit|pushed|kicked|punched|stabbed|attacked|robbed|took)\s+(?:\w+\s+)?{form}\b"
        if any(re.search(done, text) or re.search(to, text) for text in texts):
            found.append(name)
    return found


def pieces_of(state: InterviewState) -> list[Piece]:
    """Every sentence of the interviewee, in the order in which it was said."""
    return [piece for text in texts_of(state) for piece in sentences(text)]


def is_of_moments(facts: Sequence[Fact]) -> bool:
    """Whether it is about something that is over in a moment: a fall, a blow, a quarrel; not about what went missing."""
    return any(_MOMENT.search(without_quotes(fact.quote)) for fact in facts)
