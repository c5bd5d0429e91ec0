"""Tells what the speaker saw or heard from what others told them.

Words that were spoken to the speaker are first-hand: that they were said is what the speaker heard. What those words
report of somebody else's doing is hearsay.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from domain.interview import IntervieweeRole, Source
from providers.interviewers.rules.hedging import without_hedges
from providers.interviewers.rules.sentences import quoted_spans, without_quotes

_WHO = r"(?P<who>(?:(?:my|our|the|a|an|his|her|their|one\s+of\s+(?:my|the|our))\s+)?(?:[\w'’-]+\s+){0,2}?[\w'’.-]+)"
_ADVERB = r"(?:(?:has|had|have|never|later|then|also|afterwards|already|just|only|once|actually|even)\s+)*"
_TOLD = re.compile(
    rf"\b{_WHO},?\s+{_ADVERB}(?:told|tells|informed|texted|messaged|emailed|e-mailed|wrote(?:\s+to)?|(?:called|rang|phoned)(?=\s+\w+\s+(?:and|to\s+say|later|that\s+(?:night|evening|day)|at|on|about|from)\b))\s+(?:me|us|everyone|everybody)\b"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    rf"\b{_WHO},?\s+{_ADVERB}(?:said|says|say|claim|claimed|claims|mentioned|reported|reports|explained|swears|swore|insists|insisted|thinks|believes|reckons)\b"
    r"(?:\s+to\s+(?:me|us))?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_THING = re.compile(
    r"^(?:charts?|signs?|displays?|watch|watches|labels?|clocks?|screens?|logs?|receipts?|tickets?|notes?|notices?|letters?|e-?mails?|messages?|texts?|posters?|boards?|thermometers?|apps?|phones?|calendars?|diary|lists?|bills?|invoices?|instructions?|manuals?|meters?|gauges?|forms?|plans?|certificates?|tags?|badges?|cards?|pages?|websites?|captions?|headlines?|report)$",
    re.IGNORECASE,
)
"""What “says” something without speaking: whoever reads it knows it at first hand."""
_BEHIND = re.compile(
    r",\s*(?:or\s+)?(?:so\s+)?(?P<who>(?:(?:my|our|the|his|her)\s+)?[\w’'-]+)\s+(?:has\s+|later\s+)?(?:says|said|told\s+(?:me|us)|claims?|claimed|thinks)(?:\s+(?:that|so|this|it))?(?:\s+(?:in|at|on|to)\b[^,]*|\s+later|\s+afterwards)?\W*$",
    re.IGNORECASE,
)
"""“It was him, so Katja says”: who told it stands behind."""
_TOLD_ANOTHER = re.compile(
    rf"\b{_WHO},?\s+(?:had\s+|later\s+|then\s+)?(?:told|tells|texted|wrote)\s+(?:(?:her|his|their|my|our|the)\s+\w+|(?-i:[A-Z])\w+|him|her|them|everybody|everyone)\s+that\s+(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
"""What one person told another is hearsay in what it says, whoever heard it."""
_RUMOUR = re.compile(
    r"\b(?:according\s+to|apparently|supposedly|allegedly|reportedly|rumou?rs?|word\s+is|they\s+say|people\s+say|people\s+said"
    r"|everyone\s+says|gossip|from\s+what\s+I(?:'ve|\s+have)?\s+(?:heard|was\s+told|understand|gathered)|it\s+is\s+said|I\s+gather"
    r"|so\s+I(?:'ve|\s+have|\s+was)?\s+(?:heard|been\s+told|told)|second-?hand|(?:story|version)\s+I\s+(?:heard|was\s+told|got))\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"\baccording\s+to\s+(?P<who>(?:(?:my|our|the)\s+)?[\w'’.-]+)", re.IGNORECASE)
_I_HEARD = re.compile(
    r"\b(?:I|we)(?:'ve|'d)?\s+(?:\w+\s+){0,2}?(?:(?:was|were|been|got)\s+told|(?:learned|learnt)\s+(?:that|from|of|about|later|afterwards)"
    r"|heard\s+(?:later\s+|afterwards\s+|only\s+)?(?:that\b|about\b|from\b|of\s+it|it\s+from"
    r"|(?:he|she|they|it|somebody|someone|(?-i:[A-Z])\w+|the\s+\w+)\s+(?:had|has|have|was|were|got|did|is|are|been|\w+ed|took|went|left|broke|lost|sent)\b))",
    re.IGNORECASE,
)
_TO_ME = re.compile(
    r"^\s*(?:nothing|sorry|hello|hi|yes|no|goodbye|thanks?|thank\s+you)\b|^\s*(?:not\s+)?to\b|^\s*off\b|^\s*[,:]?\s*$|^\s*(?:that\s+)?(?:I|my|we|our|me|you)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"^\s*(?:that\s+)?(?:he|she|they)(?:'d|'ll|\s+(?:\w+\s+)?(?:would|will|wanted|was\s+going\s+to|were\s+going\s+to|was\s+sorry|is\s+sorry|felt|feels"
    r"|doesn't|didn't\s+(?:want|care|mean|like)|hated|hates|needed|had\s+enough|could|couldn't|can't))",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(?:you|your|yourself)\b", re.IGNORECASE)
_OWN_EYES = re.compile(
    r"\b(?:I|we)(?:'m|'ve|'d)?\s+(?:(?!heard\b|was\s+told|know\s+(?:it\s+)?(?:from|because)|only\s+know|wasn't|was\s+not|weren't|didn't|did\s+not|don't|have\s+no)"
    r"\w+\s+){0,2}?(?:saw|seen|noticed|watched|witnessed|was|were|am|have|met|went|called|took|got|looked|asked|felt|found|talked|spoke|drove|"
    r"helped|visited|sat|stood|heard\s+(?:a|an|him|her|the|them|it|\w+ing|shouting|screaming)|live|work|worked|picked|gave|told|said|stayed|keep|kept|"
    r"advised|accompanied|came|brought|wrote|made|read|texted|offered|sent|noted|saved)\b",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:me|us|myself|ourselves)\b", re.IGNORECASE)
_SIDE_CLAUSE = re.compile(
    r"\b(?:the|an?|his|her|our|their)\s+(?:\w+\s+)?\w+\s+(?:(?:that|which|who)\s+)?I\s+(?:had\s+|have\s+)?(?:gave|given|bought|lent|made|sent|know|knew|told|showed)\b"
)
"""“The tablet I gave her” says nothing of what the speaker saw."""
_OWN_STATE = re.compile(
    r"^\W*(?:(?:no|yes|well|only|and|but|so|honestly|still)\W+|that\s+)*I(?:['’](?:m|ve|d|ll))?\s+(?!(?:\w+\s+)?(?:heard|was\s+told|were\s+told|understand|understood|gather|learned|learnt|know|knew|only\s+know|think|believe|guess|suppose)\b)",
    re.IGNORECASE,
)
"""What somebody says of themselves they need not have from others: “I'm upset”, “I can't believe it”."""
_GOES_ON = re.compile(r"^\s*(?:and\s+|but\s+|then\s+|so\s+|also\s+)*(?:she|he|they|his|her|their)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"\b(?:I|me|my|we|us|our|myself)\b")
_NOBODY = frozenset(
    [
        "i",
        "we",
        "you",
        "it",
        "that",
        "which",
        "what",
        "and",
        "then",
        "but",
        "just",
        "so",
        "only",
        "never",
        "nobody",
        "noone",
        "one",
        "who",
        "nothing",
        "everything",
    ]
)
_NO_REPORT = re.compile(
    r"^\W*(?:nothing|no|yes|so|something|anything|hello|sorry|goodbye|it|that)\b[^,;]{0,12}$"
    r"|^\W*(?:it|that|this)\s+(?:in\s+front|to|out|aloud|loud\w*|quietly|again|twice|with|several|many|like)\b"
    r"|^\W*(?:an?|the|this|another)\s+(?:\w+\s+)?(?:message|e-?mail|letter|note|text)\b(?!\s+(?:that|saying))",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\bI\s+(?:was\s+(?:there|present|with\s+(?:him|her|them)|in\s+the\s+room)|saw\s+(?:it|everything|him|her|them|how|[A-Z]\w+)|s[ia]t\b.*\b(?:behind|next\s+to|beside|rows?)"
    r"|stood\s+(?:behind|next\s+to|beside|there|right))\b"
)


_WHERE_SPOKEN = re.compile(
    r"\b(?:that|it\s+was|this\s+was|(?:on|over|by)\s+(?:the\s+)?(?:phone|telephone|e-?mail|radio)|only|just)\b",
    re.IGNORECASE,
)


class Origin(NamedTuple):
    """Where a statement comes from, and who told it, if it was told and they were named."""

    source: Source
    teller: str | None = None


@lru_cache(maxsize=2048)
def origin_of(sentence: str) -> Origin:
    """What the sentence itself says about where it comes from."""
    plain = without_quotes(sentence)
    if _I_HEARD.search(plain) or _RUMOUR.search(plain):
        named = _ACCORDING.search(plain) or re.search(r"\bfrom\s+(?P<who>(?:(?:my|our|the)\s+)?(?!what\b)\w+)", plain)
        return Origin("hearsay", named["who"] if named else None)
    behind = _BEHIND.search(plain)
    if behind and _last(behind["who"]) not in _NOBODY:
        return Origin("hearsay", _teller(behind["who"]))
    for pattern in (_TOLD, _SAID, _TOLD_ANOTHER):
        found = pattern.search(plain)
        if found and _speaks(found["who"]) and _reports(sentence, found):
            return Origin("hearsay", _named_before(plain[: found.start("who")]) or _teller(found["who"]))
    return Origin("first_hand")


def origin_in_context(sentence: str, role: IntervieweeRole, before: Origin | None) -> Origin:
    """The origin, given who speaks and what the sentence before was.

    Somebody who knows it second-hand, or as a friend, is first-hand only in what they did or met with themselves.
    """
    origin = origin_of(sentence)
    if origin.source == "hearsay":
        return origin
    plain = without_hedges(without_quotes(sentence))
    if role in (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND):
        own = _OWN_EYES.search(_SIDE_CLAUSE.sub(" ", plain)) or _ME.search(plain) or _OWN_STATE.match(plain)
        return origin if own else Origin("hearsay", before.teller if before else None)
    if before and before.source == "hearsay" and _GOES_ON.search(plain) and not _SPEAKER.search(plain):
        return before
    return origin


def was_present(texts: tuple[str, ...]) -> bool:
    """Whether the speaker says to have been there."""
    return any(_PRESENT.search(without_quotes(text)) for text in texts)


def _reports(sentence: str, found: re.Match[str]) -> bool:
    """Whether the words tell of something else than what was said to the speaker there and then."""
    rest = found["rest"]
    start = found.start("rest")
    quoted = [span for span in quoted_spans(sentence) if span[0] >= start]
    if quoted and len(re.findall(r"\w{3,}", _WHERE_SPOKEN.sub(" ", sentence[start : quoted[0][0]]))) == 0:
        return False
    if not re.search(r"\w", rest) or _NO_REPORT.search(rest) or _TO_ME.search(rest) or _PROMISE.search(rest):
        return False
    return not (_ORDER.search(rest) and not re.search(r"\b(?:he|she|they|it)\b", rest))


def _speaks(who: str) -> bool:
    return _last(who) not in _NOBODY and not _THING.match(_last(who))


def _last(who: str) -> str:
    return who.lower().split()[-1]


def _named_before(text: str) -> str | None:
    """“Tom from the front desk told me”: Tom, and not the desk."""
    found = re.search(r"\b([A-Z]\w+)\s+(?:from|at|in)\s*$", text)
    return found.group(1) if found else None


def _teller(who: str) -> str | None:
    words = who.split()
    for place, word in enumerate(words):
        if word.lower() in ("my", "our", "the", "a", "an") or (word[:1].isupper() and place == len(words) - 1):
            return " ".join(words[place:])
    return words[-1] if words[-1].lower() not in ("he", "she", "they", "who", "someone") else None
