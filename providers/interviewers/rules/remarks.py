"""What is said to the person before the next question: plain, short, and never the same twice in a row."""

import re

from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules import talk
from providers.interviewers.rules.account import questions_of
from providers.interviewers.rules.corrections import is_correction

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
_NOTED = (
    "Thank you, I have written that down beside what you said before.",
    "Thank you for putting that right.",
    "Noted, thank you.",
)

_REPLIES: tuple[tuple[str, str], ...] = (
    (r"\bwhat\s+do\s+you\s+mean\b|\bdon['’]?t\s+understand\b|\bwhat\s+does\s+that\s+mean\b", "Sorry, let me put it more simply: I would like to hear in your own words what you know about this point."),
    (r"\bhow\s+(?:long|many|much)\b.*\b(?:more|take|left|longer|questions)\b|\balmost\s+done\b|\bare\s+we\s+done\b", "There are only a few points left, and you can stop or pause at any time."),
    (r"\b(?:who|anyone|anybody|someone)\b.*\b(?:read|see|get|hear|access|know)\b|\bconfidential\b|\banonymous\b|\bprivate\b|\bshare[sd]?\b|\bstored?\b|\bkept\b", "What you say is kept in this interview and goes into its report; only whoever this interview belongs to can open it here."),
    (r"\b(?:robot|bot|machine|human|person|ai|computer|program)\b", "I am a program that asks by fixed rules. I do not judge what you say; I only put it in order."),
    (r"\b(?:relevant|important|necessary|matter)\b", "It may help whoever reads the report to understand you; you can skip it."),
    (r"\bcall(?:ing)?\s+me\b|\baccus(?:e|ing)\s+me\b", "No, and I do not judge that; I only note what you tell me."),
    (r"\bwill\s+(?:they|he|she|i|we|my)\b|\b(?:fire|sack|punish|arrest|sue|blame)\s+me\b", "I do not know that, and nothing is decided here; I only note what you tell me."),
    (r"\bdo\s+i\s+(?:have|need)\s+to\b|\bmust\s+i\b|\bwhat\s+if\s+i\s+(?:don['’]?t|do\s+not)\b", "No, you do not have to answer; you can skip any question."),
    (r"\bwhat\s+(?:happens|will\s+happen|are\s+you\s+going\s+to\s+do)\b|\bwhat\s+(?:is|are)\s+(?:this|these|it)\s+for\b", "Your answers are put into a report in your own words, which you can check at the end. What is done with it is for people to decide."),
    (r"\bwhy\b", "I ask so that the report rests on what you know yourself, in your own words, and leaves nothing to guesses."),
    (r"\b(?:am\s+i|is\s+it|was\s+it|who\s+is)\b.*\b(?:fault|right|wrong|blame|guilty|trouble)\b|\bdo\s+you\s+(?:believe|think)\b", "I do not judge that; I only note what you tell me."),
)  # fmt: skip
_ANY_REPLY = "That is a fair question; I can only ask and note what you say, and cannot tell you more than that."


def remark_on(state: InterviewState, answer: Message) -> str:
    """A few words on what was said last, or nothing: most answers need none."""
    text = answer.content
    if talk.is_emergency(text) and not _said_before(state, EMERGENCY):
        return EMERGENCY
    if talk.wants_to_skip(text):
        return _fresh(state, _SKIPPED)
    told = _fresh(state, _TOLD) if talk.says_was_told(text) else ""
    if (question := talk.asks_back(text)) is not None:
        return f"{told} {reply_to(question)}".strip()
    if told:
        return told
    if talk.is_angry(text):
        return _on_feeling(state, _ANGRY)
    rest = talk.without_unknown(text)
    if rest is not None and len(rest.split()) < 3:  # noqa: PLR2004  # as in `answers`
        return _fresh(state, _UNKNOWN)
    if is_correction(text) and answer.meta.get("topic"):
        return _fresh(state, _NOTED)
    if _FELT.search(text):
        return _on_feeling(state, _FEELING)
    return _fresh(state, _THANKS) if len(text.split()) > LONG_WORDS else ""


def _on_feeling(state: InterviewState, wordings: tuple[str, ...]) -> str:
    said = sum(_said_before(state, wording) for wording in (*_FEELING, *_ANGRY))
    return _fresh(state, wordings) if said < _FEELING_LIMIT else ""


def reply_to(question: str) -> str:
    """A plain answer to a question that was put back."""
    return next((reply for pattern, reply in _REPLIES if re.search(pattern, question, re.IGNORECASE)), _ANY_REPLY)


def noted(state: InterviewState) -> str:
    """What is said to a correction."""
    return _fresh(state, _NOTED)


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
