"""What is said to the person before the next question: plain, short, and never the same twice in a row."""

import re

from domain.interview import Fact
from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules import talk
from providers.interviewers.rules.account import questions_of
from providers.interviewers.rules.disclosure import discloses
from providers.interviewers.rules.replies import reply_to

LONG_WORDS = 60

EMERGENCY = (
    "Before anything else: this is not an emergency service, and nobody reads along at this moment. If you or somebody else is in "
    "danger, or you think of harming yourself, please call your local emergency number now, or somebody you trust. We "
    "can pause here at any time; nothing is lost."
)
_STOPPING = "That is your decision. We can pause here and go on later, or finish with what you have said so far. Which would you like?"
_PAUSED = "We pause here. Everything you said is kept. When you come back we go on with this: {question}"

_FEELINGS = (
    r"angry|furious|livid|mad|upset|sad|unhappy|scared|afraid|frightened|terrified|anxious|panicked|panicky|shaken|shocked|ashamed|humiliated|hurt|desperate|helpless|lonely|devastated"
    r"|distressed|worthless|heartbroken|mortified|traumati[sz]ed|crying|in\s+tears"
)
_FELT = re.compile(
    rf"\bI(?:['’]m|\s+am|\s+was|\s+felt|\s+feel|\s+got|\s+still\s+am|\s+have\s+been|['’]ve\s+been)\s+(?:(?:so|very|really|quite|still|completely|absolutely|just|a\s+bit|pretty|feeling)\s+){{0,2}}(?:{_FEELINGS})\b"
    r"|\bI\s+(?:\w+\s+)?(?:cried|wept|broke\s+down|was\s+in\s+tears|have\s+nightmares|had\s+a\s+panic\s+attack|can['’]?t\s+sleep|cannot\s+sleep|can['’]?t\s+stop\s+crying)\b",
    re.IGNORECASE,
)
_FEELING_LIMIT = 2
"""So often in an interview a feeling is answered; more would sound like a formula."""
_THANKS = (
    "Thank you, that helps.",
    "Thank you for telling this so fully.",
    "Thank you, that makes it clearer.",
    "Thank you for taking the time.",
)
_FEELING = (
    "Thank you for telling me how that was for you. Take the time you need.",
    "Thank you for saying that openly. We can pause whenever you like.",
)
_DISCLOSED = (
    "Thank you for telling me this. It may not be easy to speak about. Take the time you need; you can leave out "
    "whatever you like, and we can pause at any time."
)
"""Said once, the first time; it says nothing on whether it is so."""
_UNKNOWN = (
    "That is fine; not knowing is a good answer too.",
    "All right, we leave that open.",
    "No problem.",
    "That is all right.",
)
_SKIPPED = ("We leave that out.", "All right, we pass over that.", "Then on to something else.")
_ANGRY = ("You are free to say that here.", "I hear you. I will keep to what is needed.")
_TOLD = (
    "I am sorry for asking again; I have what you said.",
    "You are right, you said that. I am sorry.",
    "Sorry, that was answered; I will not ask it again.",
)
_REPLACED = ("Thank you for putting that right.", "Thank you, I have put that right.")
_AMENDED = ("Thank you, I have written that down beside what you said before.",)
_NOTED = "Noted, thank you."


def remark_on(state: InterviewState, answer: Message) -> str:
    """A few words on what was said last, or nothing: most answers need none."""
    text = answer.content
    if talk.is_emergency(text) and not _said_before(state, EMERGENCY):
        return EMERGENCY
    if talk.wants_to_skip(text):
        return _fresh(state, _SKIPPED)
    first = disclosed(state, text)
    told = _fresh(state, _TOLD) if _was_asked_again(state, answer) else ""
    question = talk.asks_back(text)
    if first or told or question is not None:
        return " ".join(part for part in (first or told, reply_to(question) if question is not None else "") if part)
    return _on_manner(state, answer)


def _on_manner(state: InterviewState, answer: Message) -> str:
    """On anger, on not knowing, on a correction, on a feeling; thanks for much that was told."""
    text = answer.content
    if talk.is_angry(text):
        return _on_feeling(state, _ANGRY)
    rest = talk.without_unknown(text)
    if rest is not None and len(rest.split()) < 3:  # noqa: PLR2004  # as in `answers`
        return _fresh(state, _UNKNOWN)
    if any(put_right(state, answer)):
        return noted(state, answer)
    if _FELT.search(text):
        return _on_feeling(state, _FEELING)
    return _fresh(state, _THANKS) if len(text.split()) > LONG_WORDS else ""


def disclosed(state: InterviewState, text: str) -> str:
    """The acknowledgement of something that was done to the person, the first time it is told."""
    return _DISCLOSED if discloses(text) and not _said_before(state, _DISCLOSED) else ""


def _was_asked_again(state: InterviewState, answer: Message) -> bool:
    """Whether the person points out that they said it already; the first account can only point at the summary."""
    asked = state.question_for(answer)
    opening = asked is not None and asked.meta.get("key") == "open" and not state.interview.summary.strip()
    return not opening and (talk.says_was_told(answer.content) or talk.refers_back(answer.content))


def put_right(state: InterviewState, answer: Message) -> tuple[list[Fact], list[Fact]]:
    """The earlier facts that this answer took the place of, and those it put right in a detail."""
    new = {fact.fact_id for fact in state.interview.facts if fact.message_id == answer.message_id}
    earlier = [fact for fact in state.interview.facts if fact.message_id != answer.message_id]
    replaced = [fact for fact in earlier if fact.replaced_by in new]
    return replaced, [fact for fact in earlier if fact not in replaced and new & set(fact.corrected_by)]


def _on_feeling(state: InterviewState, wordings: tuple[str, ...]) -> str:
    said = sum(_said_before(state, wording) for wording in (*_FEELING, *_ANGRY))
    return _fresh(state, wordings) if said < _FEELING_LIMIT else ""


def noted(state: InterviewState, answer: Message) -> str:
    """What is said to a correction that took hold: what it did, and nothing else."""
    replaced, _ = put_right(state, answer)
    return _fresh(state, _REPLACED if replaced else _AMENDED) or _NOTED


def stopping() -> str:
    """What is offered to somebody who wants to stop."""
    return _STOPPING


def paused(question: str) -> str:
    """What is said when the interview is paused on request."""
    return _PAUSED.format(question=question)


def _said_before(state: InterviewState, text: str) -> bool:
    return any(text in said.content for said in questions_of(state))


def _fresh(state: InterviewState, wordings: tuple[str, ...]) -> str:
    """The first wording that was not used yet; nothing when all were."""
    return next((wording for wording in wordings if not _said_before(state, wording)), "")
