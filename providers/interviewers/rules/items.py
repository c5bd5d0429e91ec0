"""Asks where a thing is that could show what happened: a recording, a form, photos."""

import re
from collections.abc import Iterator

from domain.interview import Fact
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import texts_of
from providers.interviewers.rules.anchors import anchored, standing
from providers.interviewers.rules.sentences import sentences, without_quotes

_DETERMINER = r"(?:the|my|our|a|an|his|her|some|this|two|three|several|a\s+few)"
_KINDS = (
    r"(?:\w+\s+)?(?:cameras?|cctv)",
    r"(?:\w+\s+)?(?:footage|videos?|recordings?|photos?|pictures?|pics?|screenshots?|tape)",
    r"(?:\w+\s+)?(?:incident\s+forms?|accident\s+(?:report|book)|police\s+report|report|certificate|log\s?book|logs?|bank\s+statements?|x-?rays?)",
    r"(?:\w+\s+)?(?:e-?mails?|text\s+messages?|messages?|chats?|letters?|receipts?|invoices?|documents?|delivery\s+note|serial\s+number|frame\s+number)",
    r"(?:\w+\s+)?notes?",
)
"""What shows most comes first."""
_ITEMS = tuple(
    re.compile(rf"\b(?P<det>{_DETERMINER})\s+(?P<what>{kind})\b(?!\s+(?:shop|store|room|team|company))", re.IGNORECASE)
    for kind in _KINDS
)
_MONEY = re.compile(
    r"\b(?:money|cash|pounds?|euros?|dollars?|quid|till|banknotes?|counted|bank\s+notes?)\b|[€£$]", re.IGNORECASE
)
_TYPING = re.compile(r"\b(?:typ\w+|wrote|writing)\s+(?:up\s+)?(?:my|the|his|her|our)\s+notes\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?<!s)s$|\bnews$", re.IGNORECASE)
_KEPT = re.compile(
    r"\b(?:I|he|she|they|we|(?-i:[A-Z])\w+)\s*(?:['’]ve|['’]s|\s)\s*(?:have|has|got|keeps?|kept|saved|deleted|still\s+ha(?:ve|s)|threw\s+away)\b|\b(?:is|are|['’]s)\s+(?:now\s+|still\s+)?(?:with|at|in|on)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(r"[\w-]+$")


def items(state: InterviewState) -> Iterator[Turn]:
    """Where the thing is that shows most, unless it was said; a camera is asked for its recording."""
    for pattern in _ITEMS:
        for fact in standing(state):
            found = pattern.search(fact.quote) if _may_show(fact) else None
            if found and not _is_no_record(state, found) and not _whereabouts_told(state, found):
                item = _called(found)
                question = f"You mentioned {item}. {_asking(found['what'])}"
                yield anchored("evidence", f"item-{found['what'].lower()}", question, fact)
                return


def _may_show(fact: Fact) -> bool:
    return fact.speaks_to("evidence") or fact.topic in ("what", "sequence", "how_known")


def _called(found: re.Match[str]) -> str:
    own = found["det"].lower() in ("my", "our")
    return f"{'your' if own else 'the'} {found['what']}"


def _asking(what: str) -> str:
    several = bool(_PLURAL.search(what)) and not what.lower().endswith("cctv")
    if re.search(r"\b(?:cameras?|cctv)$", what, re.IGNORECASE):
        return f"Who has {'their recordings' if several else 'its recording'}, as far as you know?"
    return f"Where {'are they' if several else 'is it'} now, as far as you know?"


def _is_no_record(state: InterviewState, found: re.Match[str]) -> bool:
    """Banknotes show nothing, and notes that somebody was just writing are none of the incident."""
    if not re.search(r"notes?$", found["what"], re.IGNORECASE):
        return False
    told = " ".join(texts_of(state))
    return bool(_MONEY.search(told) or _TYPING.search(found.string))


def _whereabouts_told(state: InterviewState, found: re.Match[str]) -> bool:
    """Whether a sentence already says who has the thing, or what became of it."""
    head = _HEAD.search(found["what"])
    named = re.compile(rf"\b{re.escape(head.group().rstrip('s') if head else found['what'])}", re.IGNORECASE)
    camera = re.search(r"\b(?:camera|cctv)", found["what"], re.IGNORECASE)
    wanted = re.compile(r"\b(?:recording|footage|video)", re.IGNORECASE) if camera else named
    plain = (without_quotes(piece.text) for text in texts_of(state) for piece in sentences(text))
    return any(wanted.search(text) and _KEPT.search(text) for text in plain)
