"""Recognises what was said not to be: absences and denials are facts as well."""

import re

from providers.interviewers.rules.sentences import without_quotes

_NOT = re.compile(
    r"\b(?:not|never|nobody|no\s+one|noone|none|nothing|nowhere|neither|nor|no|without|alone|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\bnot\s+(?:\w+\s+)?(?:sure|certain|exactly|only|just|long\s+after)\b|\bno\s+doubt\b|\bdon['’]t\s+(?:think|know|remember)\b",
    re.IGNORECASE,
)


def is_absence(text: str) -> bool:
    """Whether something is said not to have been: “nobody else was there”, “I did not lock it”."""
    return bool(_NOT.search(_DOUBT.sub(" ", without_quotes(text))))
