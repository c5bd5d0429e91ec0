"""Asks who somebody was: a stranger, “somebody”, and what those did who were only mentioned."""

import re
from collections.abc import Iterator

from domain.interview import Fact, IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import names_of
from providers.interviewers.rules.anchors import anchored, message_of, said, standing, told_events
from providers.interviewers.rules.hearsay import hearsay_tellers
from providers.interviewers.rules.incident import weight
from providers.interviewers.rules.people import name_mentions
from providers.interviewers.rules.sentences import sentences, without_quotes
from providers.interviewers.rules.told import pieces_of

PEOPLE_ASKED = 2
"""Of so many people who were only mentioned it is asked what they did."""
SAME_STEM = 5
_OTHERS = (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)

_STRANGER = re.compile(
    r"\b(?:an?|one|two|three|some)\s+(?:[\w-]+\s+){0,3}?(?P<noun>man|woman|guy|bloke|lad|girl|boy|kid|teenager|stranger|person|men|women|guys|boys|girls|kids|teenagers|strangers|people)\b"
    r"(?:\s+(?:in|with|wearing)\s+(?:an?|the|his|her)?\s*(?:[\w-]+\s+){0,2}?[\w-]+(?=\s+(?:was|were|is|had|who|that|and|ran|came|went|walked|stood|pushed|running|standing|at|from|on|in|around|near)\b|[,.;]|\s*$))?",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\b(?:someone|somebody)\b(?!\s+else)(?!\s+(?:was|is)\s+\w+ing\s+(?:her|his|my)\s+account)", re.IGNORECASE
)
_CLAIMED = re.compile(
    r"\b(?:someone|somebody)\s+(?:\w+\s+)?(?:told|said|says|saw|wrote|rang|reported|claimed|mentioned)\b", re.IGNORECASE
)
_NAME = r"(?-i:[A-Z][\w’'-]+)"
_IT_WAS = re.compile(
    rf"\b(?:it|that|this|he|she|who|there)\s*(?:\s+(?:was|is|must\s+have\s+been|turned\s+out\s+to\s+be)|['’]s)\s+(?:(?:my|our|the|his|her|their)\s+(?:\w+\s+)?(?:\w+\s+)?|{_NAME}['’]s\s+\w+\s+|(?:called|named)\s+)?{_NAME}"
    rf"|\b(?:name\s+(?:is|was)|name['’]s|called|named|said\s+(?:he|she)\s+was)\s+{_NAME}|[:–-]\s+{_NAME}\b",
    re.IGNORECASE,
)
_WHO_DID = re.compile(rf"\b{_NAME}\s+(?:who|that)\s+(?P<did>\w+)")
_NAMED = re.compile(r"\b(?:name\s+(?:is|was)|name['’]s|called|named)\b", re.IGNORECASE)
_THING = r"(?:place|restaurant|caf[eé]|bar|pub|hotel|shop|store|company|firm|bank|app|application|program|programme|software|website|school|clinic|supermarket|club|street|station|town|city|village|bus|train|ship|brand)"
_HE_OR_SHE = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)


def strangers(state: InterviewState) -> Iterator[Turn]:
    """Whoever plays a part and was only described, or was only “somebody”."""
    told = told_events(state)
    yield from _described(state, told)
    yield from _who_that_was(state, [fact for fact in told if not _CLAIMED.search(fact.quote)], "stranger")


def claims(state: InterviewState) -> Iterator[Turn]:
    """Who made a claim that nobody stands for: “somebody told Gareth that they had seen Jamie”."""
    made = [fact for fact in told_events(state) if _CLAIMED.search(without_quotes(fact.quote))]
    yield from _who_that_was(state, made, "claim")


def _described(state: InterviewState, told: list[Fact]) -> Iterator[Turn]:
    for fact in told:
        found = _STRANGER.search(fact.quote)
        if not found or fact.corrected_by or _is_named(state, fact, found.end()) or _are_listed(fact, found.end()):
            continue
        others = state.interview.interviewee_role in _OTHERS or fact.source == "hearsay"
        verb = "do you know" if others else "did you notice"
        phrase = found.group()
        question = f"You mentioned “{phrase[:1].lower()}{phrase[1:]}”. What else {verb} about {_pronoun(found['noun'].lower())}?"
        yield anchored("who", "stranger", question, fact)
        return


def _who_that_was(state: InterviewState, facts: list[Fact], key: str) -> Iterator[Turn]:
    for fact in facts:
        found = _SOMEBODY.search(without_quotes(fact.quote))
        if found and not _is_named(state, fact, found.end()):
            asking = (
                "What do you know about who that was?" if key == "claim" else "What can you say about who that was?"
            )
            yield anchored("who", key, f"{said(state, fact, around=found.start())} {asking}", fact)
            return


def _is_named(state: InterviewState, fact: Fact, place: int) -> bool:
    """Whether somebody is named in the rest of the sentence, in the next one, or later on as the one who did it."""
    message = message_of(state, fact)
    rest = message[message.find(fact.quote) + place :]
    near = " ".join(piece.text for piece in sentences(rest)[:2])
    if any(name_mentions(found.group(), names_of(state)) for found in _IT_WAS.finditer(without_quotes(near))):
        return True
    deeds = {word[:SAME_STEM].lower() for word in fact.quote.split() if len(word) >= SAME_STEM}
    later = (found for piece in pieces_of(state) for found in _WHO_DID.finditer(piece.text))
    return any(found["did"][:SAME_STEM].lower() in deeds for found in later)


def _are_listed(fact: Fact, place: int) -> bool:
    """Whether the names follow: “three people have a key: Gareth, Nigel and Jamie”."""
    return bool(re.match(rf"[^.;:]{{0,40}}:\s*(?:the\s+\w+,?\s+)?{_NAME}", fact.quote[place:]))


def mentioned_once(state: InterviewState) -> Iterator[Turn]:
    """Named people of whom a single sentence speaks, and nothing after it: their part is asked for once."""
    names = names_of(state)
    tellers = hearsay_tellers(state)
    spoken = [piece.text for piece in pieces_of(state)]
    parts = [fact.quote for fact in standing(state) if fact.topic in ("evidence", "impact")]
    parts += [said_there.content for said_there in state.messages if said_there.meta.get("topic") == "who"]
    once = [
        name
        for name in names
        if len(there := [n for n, text in enumerate(spoken) if name_mentions(text, (name,))]) == 1
        and name not in tellers
        and _is_only_named(name, spoken[there[0]], spoken[there[0] + 1 : there[0] + 2], names)
        and not any(name_mentions(quote, (name,)) for quote in parts)
    ]
    for name in once[:PEOPLE_ASKED]:
        yield Turn(
            question=f"You mentioned {name}. What, if anything, can you say about the part {name} had in this?",
            key=f"part-{name.lower()}",
            topic="who",
        )


def _is_only_named(name: str, sentence: str, following: list[str], names: tuple[str, ...]) -> bool:
    """Whether neither this sentence nor the next tells more of somebody, and it is somebody at all."""
    identified = re.search(rf"\b(?:it|that)\s+(?:was|is)\b[^.;]*\b{re.escape(name)}\b", sentence, re.IGNORECASE)
    listed = re.search(rf"(?::|[–-]\s)[^.;]*\b{re.escape(name)}\b", sentence)
    if weight(sentence) or identified or listed or _NAMED.search(sentence) or _is_thing(name, sentence):
        return False
    after = sentence[name_mentions(sentence, (name,))[0].start + len(name) :]
    others = any(name_mentions(text, [one for one in names if one != name]) for text in (after, *following))
    return not _HE_OR_SHE.search(after) and (others or not any(_HE_OR_SHE.search(text) for text in following))


def people_named(state: InterviewState) -> list[str]:
    """The names, without those that are said to be of a place or a thing."""
    spoken = [piece.text for piece in pieces_of(state)]
    return [name for name in names_of(state) if not any(_is_thing(name, text) for text in spoken)]


def _is_thing(name: str, sentence: str) -> bool:
    bare = re.escape(name)
    return bool(
        re.search(
            rf"\b{_THING}s?\b\s*,?\s+(?:(?:which\s+is\s+)?(?:called|named)\s+)?{bare}\b|\b{bare}\s*,?\s+(?:is|was|the|an?)\s+(?:\w+\s+)?{_THING}\b"
            rf"|\b(?:install\w*|download\w*|open\w*|us(?:e|ed|ing)|via|through|on|to|called)\s+(?:something\s+called\s+)?{bare}\b(?!\s+(?:and\s+)?(?:said|told|asked|came|went))",
            sentence,
        )
    )


def _pronoun(noun: str) -> str:
    if noun in ("man", "guy", "bloke", "lad", "boy"):
        return "him"
    return "her" if noun in ("woman", "girl") else "them"
