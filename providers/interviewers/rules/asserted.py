"""What of a statement is told as having been so: no promise, plan, condition or report of what somebody said."""

import re
from functools import lru_cache

from providers.interviewers.rules.sentences import without_quotes

_NOT_THE_OTHER = re.compile(
    r"\s*(?:,|[–—-]\s)\s*(?:and\s+|but\s+)?not\s+(?!only\b|even\b|just\b)[^,.;!?]{1,60}(?:,(?=\s+(?:who|that)\b))?",
    re.IGNORECASE,
)
_AFTER_A_VERB = re.compile(
    r"(?P<before>\b\w+(?:n['’]t)?)\s+not\s+(?:the|a|an|my|our|his|her|their|me|him|us|them|at|on|in|by)\b[^,.;!?]*",
    re.IGNORECASE,
)
_BE = re.compile(
    r"(?:is|was|are|were|am|be|been|do|does|did|has|have|had|can|could|it|that|there|he|she|they|we|i)$", re.IGNORECASE
)
_INSTEAD = re.compile(r"\s+(?:instead\s+of|rather\s+than)\s[^,.;!?]*", re.IGNORECASE)
_REPORT = (
    r"says?|said|saying|tells\s+\w+|told\s+(?:me|us|him|her|them|everybody|everyone|(?-i:[A-Z])\w+)\s+(?:that|he|she|they|it|to)"
    r"|claim(?:s|ed)|explained|announced|warned|shouted\s+that|wrote\s+that|asked|ordered|demanded|begged|agreed|accused"
)
_INTENT = (
    r"promis\w+|threaten\w*|want(?:s|ed)?|wish(?:es|ed)?|hop(?:es|ed)|plann?(?:s|ed)?|intend(?:s|ed)?|offered|meant\s+to|tried|trying"
    r"|refused|expected|decided|(?:was|were|is|are|am|'m|'re)\s+(?:going|about|supposed|meant)\s+to|(?:had|has|have)\s+to|in\s+order\s+to"
)
_MODAL = r"would(?:n['’]t)?|(?-i:will)|won['’]t|shall|should(?:n['’]t)?|might|(?-i:may)|must|['’]ll|if|unless|in\s+case"
_NOT_TOLD = re.compile(rf"(?<![\w'’])(?:\w+\s+)?(?:{_REPORT}|{_INTENT}|{_MODAL})\b.*", re.IGNORECASE | re.DOTALL)
_REPORTED_BEHIND = re.compile(
    r",\s+(?:so\s+)?(?:\w+\s+)?(?:said|says)\s+(?:\w+\s*){1,2}\W*$|,\s+(?:so\s+)?\w+\s+(?:said|says)\W*$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def asserted(quote: str) -> str:
    """The statement up to where it goes on to what was only said, planned or supposed; “X, not Y” says X."""
    plain = _INSTEAD.sub("", _NOT_THE_OTHER.sub("", without_quotes(quote)))
    plain = _AFTER_A_VERB.sub(_before_the_other, plain)
    return _NOT_TOLD.sub("", _REPORTED_BEHIND.sub("", plain)).strip()


def _before_the_other(found: re.Match[str]) -> str:
    """“The other spat not the first” says who spat; “was not the driver” denies."""
    return found.group() if _BE.match(found["before"]) else found["before"]
