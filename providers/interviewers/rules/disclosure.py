"""Recognises that something was done to the person who speaks, so that it is met with a word before any question.

What is recognised says nothing on whether it is so: it is only about how to go on with somebody who has just said it.
"""

import re

from providers.interviewers.rules.sentences import sentences, without_quotes

_DONE = (
    r"hit|struck|punched|kicked|slapped|beat|bit|choked|strangled|stabbed|attacked|assaulted|raped|groped|kissed|touched|grabbed|fondled"
    r"|threatened|harassed|stalked|bullied|humiliated|forced|coerced|robbed|mugged|molested|abused|blackmailed"
)
_HANDS = r"(?:hands?|arms?|fingers?|mouth|tongue)"
_TO_ME = re.compile(
    rf"\b(?:{_DONE})\s+(?:out\s+at\s+)?(?:me\b|my\s+(?:\w+\s+)?(?:face|head|arm|shoulder|leg|back|chest|breasts?|bottom|bum|neck|throat|hair|hand|wrist|waist|knee|thigh|stomach|nose|mouth)\b)"
    rf"|\b(?:put|puts|laid|placed|had|slid|ran|kept|shoved|stuck|moved)\s+(?:his|her|their|a|one)\s+{_HANDS}\s+(?:\w+\s+)?(?:on|under|around|round|up|down|over|between|in|into|inside|against)\s+(?:me|my)\b"
    rf"|\bI\s+(?:was|got|have\s+been|had\s+been|['’]ve\s+been)\s+(?:\w+ly\s+)?(?:{_DONE}|bitten|beaten|held\s+down)\b"
    r"|\b(?:threatened|threatens|threatening)\s+(?:to\s+\w+\s+me\b|me\b|that\s+he|that\s+she)|\bspat\s+(?:at|on)\s+me\b|\bpressed\s+(?:himself|herself)\s+against\s+me\b",
    re.IGNORECASE,
)
_SUFFERED = re.compile(
    r"\bI\s+(?:started|began|had)\s+(?:to\s+cry|crying|to\s+shake|shaking|sobbing)\b|\bI\s+(?:\w+\s+)?begged\s+(?:him|her|them)\b"
    r"|\bI\s+(?:have\s+not|haven['’]?t|had\s+not|hadn['’]?t)\s+(?:really\s+|properly\s+)?(?:been\s+able\s+to\s+sleep|slept)\b"
    r"|\bI\s+(?:don['’]?t|do\s+not|can['’]?t|cannot|couldn['’]?t|could\s+not|hardly|barely)\s+(?:\w+\s+)?sleep\b(?!\s+(?:until|till|because|with\s+the))"
    r"|\bI(?:['’]m|\s+am)\s+(?:lying\s+)?awake\s+(?:every|all|at)\s+night\b|\bI\s+lie\s+awake\b|\bI\s+thought\s+I\s+(?:was\s+going\s+to|would)\s+die\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:never|not|nobody|no\s+one|neither|without)\b(?:\s+\w+){0,2}\s*$|n['’]t(?:\s+\w+){0,2}\s*$", re.IGNORECASE
)


def discloses(text: str) -> bool:
    """Whether the person says that somebody touched, hurt or threatened them, or how much they suffer from it."""
    for piece in sentences(text):
        plain = without_quotes(piece.text)
        if _SUFFERED.search(plain):
            return True
        if any(not _NOT.search(plain[: found.start()]) for found in _TO_ME.finditer(plain)):
            return True
    return False
