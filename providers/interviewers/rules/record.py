"""Recognises what is said about the record and not about the incident: “you have written that …”, “not quite”.

It is kept word for word among the corrections; as a statement about what happened it would be none.
"""

import re

from providers.interviewers.rules.sentences import without_quotes

_LEAD = r"^\W*(?:(?:and|but|so|also|no|yes|well|sorry|oh|by\s+the\s+way|like\s+i\s+said|as\s+i\s+said)\W+)*"
_REPLY = re.compile(
    r"^\W*(?:(?:no|nope|nah|yes|yeah|yep|well|ok|okay|sorry)\W+)*"
    r"(?:no|nope|nah|yes|yeah|yep|sure|ok|okay|right|correct|exactly|wrong|mostly|true|agreed|not\s+(?:quite|really|exactly|entirely|at\s+all|true|right|correct|that\s+i\s+know(?:\s+of)?)"
    r"|that(?:['’]?s|\s+is|\s+was)\s+(?:not\s+)?(?:quite\s+|all\s+)?(?:right|wrong|correct|true|it|all|everything|fine)|(?:several|two|three|some|a\s+few|one)\s+things?(?:\s+(?:is|are)\s+(?:wrong|missing))?"
    r"|otherwise\s+(?:that['’]?s\s+it|it(?:['’]s|\s+is)\s+(?:right|fine|correct)|all\s+(?:good|right|correct))|the\s+(?:rest|other\s+things)\s+(?:is|are)\s+(?:right|fine|correct|ok)"
    r"|the\s+(?:amount|date|day|time|name|number|place|order)\s+is\s+(?:right|fine|correct)|(?:i['’]m\s+|i\s+am\s+)?(?:pretty|quite|very|absolutely|fairly|completely|totally|a\s+hundred\s+percent)\s+(?:sure|certain)|i(?:['’]m|\s+am)\s+(?:sure|certain)"
    r"|i\s+(?:told|said)\s+(?:you|that|so|it)(?:\s+(?:already|before))?|nothing(?:\s+(?:else|more))?|thank\s+you|thanks)(?:\W+(?:thank\s+you|thanks|please|sorry|that['’]?s\s+(?:all|it|everything)))*\W*$",
    re.IGNORECASE,
)
_RECORD = re.compile(
    rf"{_LEAD}(?:please\s+)?(?:take|leave|cut|strike|remove|delete|cross)\s+(?:that|this|it|out|off|the\s+(?:bit|part|line|sentence|name)|what\s+i\s+said)\b"
    rf"|{_LEAD}you(?:['’]ve|\s+have)?\s+(?:also\s+|still\s+)?(?:written|wrote|write|noted|put\s+(?:down|that|it|in)|have\s+(?:that|it|this|written|put|noted|the\s+\w+)\s+(?:as|down|under|wrong)|got\s+(?:that|it|this))\b"
    rf"|{_LEAD}(?:you|you['’]re)\s+(?:look|seem|sound|must\s+be|should|really\s+should)\b"
    r"|\b(?:is|are)\s+(?:still\s+)?missing\s+(?:under|in\s+(?:the|your)|from\s+(?:the|your)|there)\b|\bunder\s+(?:“?(?:When|Where|Who|What)”?)\b"
    r"|\b(?:in|from)\s+(?:the|your|this)\s+(?:summary|report|read-?back|record|text\s+above)\b"
    rf"|{_LEAD}(?:that|this|it)(?:['’]?s|\s+is|\s+has)\s+(?:not\s+(?:a|any)\s+contradiction|not\s+what\s+matters|no\s+contradiction|nothing\s+to\s+do\s+with\s+(?:it|this|that))\b"
    rf"|{_LEAD}(?:they|these|both|the\s+two)\s+(?:do\s+|both\s+)?(?:go\s+together|fit|are\s+(?:both\s+)?(?:right|true))\b"
    rf"|{_LEAD}I\s+(?:never|did\s*n['’]t|did\s+not)\s+(?:say|said)\s+(?:that\b|so\b|\w+)",
    re.IGNORECASE,
)
_ASKS_ON = re.compile(
    r"(?P<told>.{12,}?)[,;–-]\s*(?:(?:and|but|so|then)\s+)*(?:how|why|what|who|where|when|which|is|isn['’]t|was|wasn['’]t|were|weren['’]t|do|don['’]t|did|didn['’]t|could|couldn['’]t|can|can['’]t|right|you\s+know|no|yes|okay|or)\b[^,;]*\?+\W*$",
    re.IGNORECASE | re.DOTALL,
)


def is_reply(sentence: str) -> bool:
    """Whether it says yes, no or the like, which is something only together with its question."""
    return bool(_REPLY.match(sentence))


def is_about_the_record(sentence: str) -> bool:
    """Whether it speaks of what was written, or of the one who asks, and not of what happened."""
    return bool(_RECORD.search(without_quotes(sentence)))


def told_before_asking(sentence: str) -> str | None:
    """What is told before the question that ends a sentence: “they found him behind the shed, so how did he get there?”"""
    found = _ASKS_ON.match(sentence)
    return found["told"].rstrip() if found else None
