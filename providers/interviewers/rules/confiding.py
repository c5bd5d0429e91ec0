"""Whether it was told to anybody: “I never told anybody about it” beside “I showed it to Katja the next morning”."""

import re
from functools import lru_cache
from typing import NamedTuple

from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.profiles import stem_of

_ABOUT = r"(?:\s+(?:about|of)\s+(?P<about>it|this|that(?!\s+\w)|them|what\s+(?:had\s+)?happened|(?:the|my|his|her|that|this)\s+(?P<matter>\w+(?:\s+\w+)?)))?"
_ANYBODY = r"(?:anybody|anyone|a\s+soul|a\s+living\s+soul)"
_TOLD_NOBODY = re.compile(
    rf"\bI(?:['’]ve|['’]d|\s+have|\s+had)?\s+(?:never|didn['’]t|did\s+not|haven['’]t|have\s+not|hadn['’]t|had\s+not)\s+(?:ever\s+|actually\s+|even\s+)?"
    rf"(?:t(?:old|ell)\s+{_ANYBODY}|(?:spoken?|spoke|talk(?:ed)?|sa(?:id|y)\s+(?:anything|a\s+word|it|this))\s+(?:to|with)\s+{_ANYBODY}"
    rf"|(?:show(?:ed|n)?|mention(?:ed)?)\s+(?:it|this|that)\s+to\s+{_ANYBODY})(?!\s+(?:my|the|his|her|that|to|what\s+I|where|who|how)\b){_ABOUT}"
    rf"|\bI(?:['’]ve|\s+have)?\s+(?:told|spoke\s+to|talked\s+to)\s+(?:nobody|no\s+one)(?!\s+(?:my|the|his|her|that|to|what\s+I|where|who|how)\b){_ABOUT.replace('about>', 'about_none>').replace('matter>', 'matter_none>')}",
    re.IGNORECASE,
)
_SOMEBODY = r"(?:(?-i:[A-Z])\w+|my\s+(?:\w+\s+)?\w+|the\s+(?:police|teacher|boss|doctor|headmaster|neighbours?)|a\s+(?:friend|colleague|neighbour)|him|her|them|everybody|everyone)"
_TOLD_SOMEBODY = re.compile(
    rf"\bI(?:['’]ve|['’]d|\s+have|\s+had)?\s+(?:also\s+|even\s+|at\s+once\s+|immediately\s+|just\s+)?(?:told\s+{_SOMEBODY}(?!\s+(?:to|that|he|she|I|my|his|her|the|not|no|yes|goodbye)\b)"
    rf"|(?:talked|spoke)\s+(?:to|with)\s+{_SOMEBODY}(?=\s+about\b)|(?P<shown>showed|mentioned)\s+(?:it|this)\s+to\s+{_SOMEBODY}|showed\s+{_SOMEBODY}\s+(?P<handed>it|everything)){_ABOUT}",
    re.IGNORECASE,
)
_SAVE = re.compile(
    r"\b(?:except|but\s+(?:my|him|her|[A-Z])|only|apart\s+from|besides|other\s+than|before|at\s+first|yet)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till)\b", re.IGNORECASE)
_SOON = re.compile(
    r"\b(?:(?:the\s+)?(?:same|that|very)\s+(?:evening|night|day|afternoon|morning|hour)|the\s+(?:next|following)\s+(?:morning|day|evening)|the\s+day\s+after|at\s+once|immediately"
    r"|straight\s+away|right\s+(?:after\w*|away))\b",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"\b(?:only|later|now|today|yesterday|last\s+(?:week|month|night)|finally|eventually|in\s+the\s+end|weeks?|months?|years?|then|again|nothing|little|lie|until|but\s+not)\b",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """What somebody says to have told, or never told: of which matter, if it was named, and when."""

    is_denied: bool
    matter: str | None
    is_of_it: bool
    is_until: bool
    is_soon: bool


def confided(one: str, other: str) -> bool:
    """Whether one says that nobody was told of a matter and the other that somebody was."""
    first, second = _told(one), _told(other)
    if first is None or second is None or first.is_denied == second.is_denied:
        return False
    denied, told = (first, second) if first.is_denied else (second, first)
    if denied.is_until and not told.is_soon:
        return False
    if denied.matter and told.matter:
        return denied.matter == told.matter
    return told.matter is None and (denied.matter is None or told.is_of_it)


@lru_cache(maxsize=4096)
def _told(quote: str) -> Told | None:
    text = asserted(quote)
    if (found := _TOLD_NOBODY.search(text)) and not _SAVE.search(text):
        return Told(
            True,
            _matter(found["matter"] or found["matter_none"]),
            bool(found["about"] or found["about_none"]),
            bool(_UNTIL.search(text)),
            False,
        )
    if (found := _TOLD_SOMEBODY.search(text)) and not _LATE.search(text):
        of_it = bool(found["about"] or found["shown"] or found["handed"])
        return Told(False, _matter(found["matter"]), of_it, False, bool(_SOON.search(text)))
    return None


def _matter(words_said: str | None) -> str | None:
    return stem_of(words_said.lower().split()[0]) if words_said else None
