"""Whether two statements disagree about who was there, what was seen, or who knew whom."""

import re
from functools import lru_cache

from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.profiles import stem_of
from providers.interviewers.rules.sentences import without_quotes

_SOMEBODY = (
    r"(?!I\b|nobody\b|no\s+one\b)(?:(?-i:[A-Z])\w+|\w*(?:one|body)|(?:my|the|a|our)\s+(?:\w+\s+)?\w+|he|she|they)"
)
_ALONE = re.compile(
    r"\b(?:(?:I|we)\s+(?:was|were)\s+(?:\w+\s+)?alone|(?:nobody|no\s+one|noone)\s+(?:else\s+)?(?:was\s+(?:there|around|present|in|with\s+me|near\w*)|could\s+have\s+seen)"
    r"|all\s+by\s+myself|only\s+me|just\s+me|I\s+was\s+the\s+only\s+one|no\s+witnesses|without\s+anyone)\b",
    re.IGNORECASE,
)
_UNSEEN_BY_ALL = re.compile(
    r"\b(?:nobody|no\s+one|noone)\s+(?:else\s+)?(?:saw|heard|noticed|witnessed)\s+(?:it|anything|us|that|what\s+happened)\b"
    r"|\b(?:nobody|no\s+one|noone)\s+(?:else\s+)?(?:saw|noticed|witnessed)\s*(?:$|[.,;!])",
    re.IGNORECASE,
)
_SEEN_BY_SOMEBODY = re.compile(
    rf"\b{_SOMEBODY}\s+(?:also\s+|too\s+|both\s+)?(?:saw|heard|watched|witnessed)\s+(?:it|everything|the\s+whole|what\s+happened|all\s+of\s+it|us)\b",
    re.IGNORECASE,
)
_BESIDE_ME = re.compile(
    rf"\b{_SOMEBODY}\s+(?:also\s+|too\s+|both\s+)?(?:(?:was|were)\s+(?:also\s+|right\s+|standing\s+|sitting\s+)*(?:there|with\s+me|next\s+to\s+me|beside\s+me|behind\s+me|present)"
    r"|(?:stood|sat|walked)\s+(?:right\s+)?(?:next\s+to|beside|behind|with)\s+me)\b",
    re.IGNORECASE,
)
_ANOTHER_TIME = re.compile(
    r"\b(?:at\s+first|first|later|then|afterwards|after|before|until|when\s+the\s+(?:police|ambulance)|by\s+then|normally|usually|always|often"
    r"|the\s+(?:next|day|week|evening)|earlier)\b",
    re.IGNORECASE,
)
_NEVER_MET = re.compile(
    r"\bI(?:'ve|\s+have|\s+had|'d)?\s+(?:never\s+(?:met|seen|spoken|talked|knew|known|spoke)|(?:don't|do\s+not|didn't|did\s+not)\s+(?:even\s+)?know)\b(?:\s+(?:to|with))?(?:\s+(?P<whom>him|her|them|(?-i:[A-Z])\w+|(?:the|that|this)\s+\w+))?(?!\s+(?:what|why|who|how|if|when|where|that|whether))",
    re.IGNORECASE,
)
_HAVE_MET = re.compile(
    r"\b(?:we|(?-i:[A-Z])\w+\s+and\s+I)\s+(?:had|have|often|once|always|used\s+to|were|met|worked|went|know|shared)\b|\bI(?:'ve|\s+have)?\s+(?:\w+\s+)?(?:met|know|knew|known|had\s+(?:lunch|coffee|dinner|a\s+\w+)|worked)\s+(?:with\s+)?(?P<whom>him|her|them|(?-i:[A-Z])\w+|(?:the|that|this)\s+\w+)",
    re.IGNORECASE,
)
_NEVER_BEFORE = re.compile(
    r"\bI(?:['’]ve|['’]d|\s+have|\s+had)?\s+(?:never\s+(?:met|seen|(?:spoken|talked|spoke)\s+(?:to|with))|(?:didn['’]t|did\s+not|don['’]t|do\s+not)\s+(?:even\s+)?know)\s+(?P<whom>him|her(?!\s+(?!before|until|in|at|from|then|and|or)\w)|them|(?-i:[A-Z])\w+)\b",
    re.IGNORECASE,
)
_DEALT = re.compile(
    r"\b(?P<who>he|she|they|(?-i:[A-Z])\w+)\s+(?:had\s+)?(?:interviewed|hired|taught|trained|examined|treated|employed|introduced\s+himself\s+to)\s+me\b"
    r".*?(?:\bin\s+(?-i:[A-Z])\w+|\bago\b|\blast\s+\w+|\bfor\s+the\s+job|\bat\s+school|\bbefore\s+that|\b(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""What is only done by somebody whom one then has met; with a time, since it may have been the incident itself."""
_OBJECTIVE = {"he": "him", "she": "her", "they": "them"}
_LATER = re.compile(r"\b(?:later|then|after\w*|since|next|finally)\b", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:before|until|till)\s+(?:that\s+day\s+)?\w+", re.IGNORECASE)
_NOBODY_ELSE = re.compile(r"\b(?:nobody|no\s+one|noone)\s+else\s+was\s+(?:there|around|present|in)\b", re.IGNORECASE)
_STOOD_THERE = re.compile(
    r"\b(?P<name>(?!(?:He|She|They|It|We|There|Nobody|Somebody|Someone)\b)[A-Z]\w+)\s+(?:was|stood|sat)\s+(?:(?:also|standing|sitting|waiting|right|there)\s+)*(?:in|at|by)\s+(?:the|our|my)\s+(?:same\s+)?"
    r"(?:doorway|door|room|window|corner|next\s+room|office|kitchen|hall|corridor)\b"
)
_ENTERING = re.compile(
    r"\b(?:suddenly|then|when|until|later|after\w*|before|turned|looked|came|first|next|again|finally)\b", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:lunch|coffee|dinner|drink|drinks|friends|colleagues|neighbours|met|together|each\s+other|worked|school|team|known|know|knew)\b",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"him", "her", "them"})
_SAW_NOTHING = re.compile(
    r"\bI\s+(?:didn't|did\s+not|couldn't|could\s+not|never)\s+(?:actually\s+|really\s+)?(?:see|saw)\s+(?:it\s+happen|anything|anyone|anybody|what\s+happened|any\s+of\s+it)"
    r"(?=\s*(?:$|[.,;!]|because\b|since\b|but\b|and\b|myself\b))",
    re.IGNORECASE,
)
_SAW_NOT_DO = re.compile(
    r"\bI\s+(?:didn't|did\s+not|couldn't|could\s+not|never)\s+(?:actually\s+|really\s+)?(?:see|saw)\s+(?P<whom>him|her|them|(?-i:[A-Z])\w+|(?:the|a|my)\s+(?:\w+\s+)?\w+)\s+(?P<act>\w{2,})",
    re.IGNORECASE,
)
_DEED = r"take|taking|hit|hitting|push|pushing|grab|grabbing|do|doing|steal|stealing|break|breaking|throw|throwing|kick|kicking|punch|punching|fall|falling|slap|slapping"
_SAW_ALL = re.compile(
    r"\bI\s+(?:clearly\s+|actually\s+|definitely\s+)?saw\s+(?:it\s+(?:happen|all)\b|everything(?=\s*(?:$|[.,;!]|with\b|that\s+happened\b|myself\b)))",
    re.IGNORECASE,
)
_SAW_DO = re.compile(
    r"\bI\s+(?:clearly\s+|actually\s+|definitely\s+)?saw\s+(?:how\s+)?(?P<whom>he|she|they|him|her|them|(?-i:[A-Z])\w+|(?:the|a|my)\s+(?:\w+\s+)?\w+?)\s+(?P<act>\w{2,})",
    re.IGNORECASE,
)


def presence(one: str, other: str) -> str | None:
    """Whether somebody was there: alone in one statement and beside somebody in the other, not at another time."""
    for without, company in ((one, other), (other, one)):
        beside = without_quotes(company)
        if _ALONE.search(beside) or _UNSEEN_BY_ALL.search(beside) or _ANOTHER_TIME.search(without):
            continue
        if _ALONE.search(without) and (_BESIDE_ME.search(beside) or _SEEN_BY_SOMEBODY.search(beside)):
            return "who was there"
        if _UNSEEN_BY_ALL.search(without) and _SEEN_BY_SOMEBODY.search(beside):
            return "who was there"
    return None


def beside(without: str, company: str) -> str | None:
    """Who stood there according to `company`, by name, while nobody else was there according to `without`."""
    return _stood_there(company) if _nobody_else(without) else None


@lru_cache(maxsize=4096)
def _nobody_else(quote: str) -> bool:
    return bool(_NOBODY_ELSE.search(quote)) and not _ANOTHER_TIME.search(quote)


@lru_cache(maxsize=4096)
def _stood_there(quote: str) -> str | None:
    found = None if _ENTERING.search(quote) else _STOOD_THERE.search(asserted(quote))
    return found["name"] if found else None


def acquaintance(one: str, other: str) -> str | None:
    """Whether the speaker knew the same person before."""
    for stranger, known in ((one, other), (other, one)):
        if _dealt_with(stranger, known):
            return "whether they had met before"
        never, met = _NEVER_MET.search(stranger), _HAVE_MET.search(known)
        if not (never and met and never["whom"]) or is_absence(known) or not _TOGETHER.search(known):
            continue
        whom, who = never["whom"].lower(), (met["whom"] or "").lower()
        named = whom not in _PRONOUNS and re.search(rf"\b{re.escape(whom.split()[-1])}\b", known, re.IGNORECASE)
        if named or (whom in _PRONOUNS and whom == who):
            return "whether they had met before"
    return None


def _dealt_with(stranger: str, known: str) -> bool:
    """“I had never spoken to him before” beside “he interviewed me in November”."""
    never, dealt = _NEVER_BEFORE.search(asserted(stranger)), _DEALT.search(asserted(known))
    if not never or not dealt or is_absence(known) or _LATER.search(known) or _LIMITED.search(stranger):
        return False
    return never["whom"].lower() == _OBJECTIVE.get(dealt["who"].lower(), dealt["who"].lower())


def sight(one: str, other: str) -> str | None:
    """Whether the same act was seen: one that was refused in general, or the very same one."""
    for unseen, seen in ((one, other), (other, one)):
        nothing, not_do = _SAW_NOTHING.search(unseen), _SAW_NOT_DO.search(unseen)
        if _SAW_NOTHING.search(seen) or _SAW_NOT_DO.search(seen):
            continue
        saw = _SAW_DO.search(seen)
        if nothing and (_SAW_ALL.search(seen) or (saw and re.fullmatch(_DEED, saw["act"], re.IGNORECASE))):
            return "what was seen"
        if not_do and (
            _SAW_ALL.search(seen) or (saw and stem_of(saw["act"].lower()) == stem_of(not_do["act"].lower()))
        ):
            return "what was seen"
    return None
