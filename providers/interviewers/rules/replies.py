"""Plain answers to what a person asks back: what becomes of the answers, who reads them, what this is."""

import re

_WHO_READS = "What you say is kept in this interview and goes into its report; only whoever this interview belongs to can open it here."

_REPLIES: tuple[tuple[str, str], ...] = (
    (r"\bwhat\s+do\s+you\s+mean\b|\bdon['’]?t\s+understand\b|\bwhat\s+does\s+that\s+mean\b", "Sorry, let me put it more simply: I would like to hear in your own words what you know about this point."),
    (r"\bhow\s+(?:long|many|much)\b.*\b(?:more|take|left|longer|questions)\b|\balmost\s+done\b|\bare\s+we\s+done\b", "There are only a few points left, and you can stop or pause at any time."),
    (r"\b(?:who|anyone|anybody|someone|somebody)\b.*\b(?:read|see|get|hear|access|know)\b|\bconfidential\b|\banonymous\b|\bprivate\b|\bshare[sd]?\b|\bstored?\b|\bkept\b", _WHO_READS),
    (r"\b(?:will|would|can|could|does|do|is|going\s+to|gets?\s+to)\b.*\b(?:read|see|hear|be\s+(?:read|seen|shown|told|given|passed|published)|find\s+out|get\s+to\s+know|know\s+(?:that|about|what)|get\s+(?:this|it|the\s+report))\b", _WHO_READS),
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


def reply_to(question: str) -> str:
    """A plain answer to a question that was put back."""
    return next((reply for pattern, reply in _REPLIES if re.search(pattern, question, re.IGNORECASE)), _ANY_REPLY)
