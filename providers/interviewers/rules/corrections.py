"""Finds what a correction puts right: “no, wait, it was Tuesday, not Monday”, “there were three of them, not two”.

A fact that says hardly more than the refused value is replaced; of a longer one only a detail was wrong, so it stands
and the correction goes along with it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from domain.interview import Fact
from providers.interviewers.base import ProposedFact
from providers.interviewers.rules.profiles import profile, stem_of
from providers.interviewers.rules.renaming import renamed
from providers.interviewers.rules.sentences import sentences
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.words import words

_MARK = re.compile(
    r"\bno\W+wait\b|\bwait\W+no\b|\bcorrection\b|\bactually\b|\bi\s+meant?\b|\bi\s+(?:was|am)\s+(?:wrong|mistaken)\b|\bi\s+made\s+a\s+mistake\b|\bmy\s+mistake\b"
    r"|\blet\s+me\s+correct\b|\bi\s+misspoke\b|\bscratch\s+that\b|\bi\s+(?:have\s+to|must|need\s+to|want\s+to|should)\s+correct\b|\bi\s+said\b[^.!?\n]{0,200}\bbut\b"
    r"|\b(?:did\s*(?:not|n['’]t))\s+(?:happen|take\s+place)\s+(?:in|at|on)\b"
    r"|\bnot\s+(?:on\s+|at\s+|in\s+)?(?:the\s+)?\w+\s*[,.]?\s*(?:but|it\s+was)\b|(?:,|[–—-]|\band)\s+not\s+(?:on\s+|at\s+|in\s+|by\s+)?(?:the\s+|a\s+)?\w+",
    re.IGNORECASE,
)
_COUNTED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_REFUSED = re.compile(
    r"(?:\bnot|\bi\s+said|\binstead\s+of|\brather\s+than|n['’]t)\s+(?:it\s+was\s+|happen\s+|take\s+place\s+)?(?:(?:on|at|in|by|with|about|around|from|to)\s+)?(?:(?:the|a|an|my|his|her|their|our)\s+)?"
    rf"(?P<value>(?:{_COUNTED})(?:\s+(?:and\s+)?(?:{_COUNTED}))+|\w+(?:[:.]\d+)?(?:\s+(?:past|to)\s+\w+|\s+\d+)?)",
    re.IGNORECASE,
)
_OF_BEFORE = re.compile(
    r"^\W*(?:(?:no|wait|sorry|well|actually|correction|so|but|and|i\s+(?:think|mean|meant|said|was\s+wrong|must\s+correct\s+(?:that|myself)))\W+)*(?:it|that|this|there|they)\b"
    r"|\b(?:it|that)\s+was\s+[^,;]{2,30},\s+(?:and\s+)?not\b",
    re.IGNORECASE,
)
"""A sentence that begins so has no subject of its own: it puts right what was said before."""
_SAID_ANEW = re.compile(
    r"^\W*(?:(?:no|wait|sorry|correction|actually|well|oh|scratch\s+that|my\s+mistake|i\s+was\s+wrong|i\s+misspoke|let\s+me\s+correct\s+(?:that|myself)|i\s+(?:must|have\s+to)\s+correct\s+(?:that|myself)|come\s+to\s+think\s+of\s+it)\W+)+"
    r"(?:(?:i\s+(?:think|mean|meant))\W+)?(?:it|that)\s+(?:was|must\s+have\s+been)\b",
    re.IGNORECASE,
)
NEAR_MINUTES = 120
DETAIL_WORDS = 7
"""A longer sentence on a time says more than what is corrected in it, and stands."""
_EMPTY = frozenset(
    [
        "sure",
        "i",
        "he",
        "she",
        "it",
        "they",
        "we",
        "that",
        "this",
        "there",
        "a",
        "the",
        "so",
        "really",
        "only",
        "just",
        "know",
        "me",
        "you",
        "was",
        "is",
        "very",
        "exactly",
        "even",
        "also",
        "long",
        "much",
        "many",
        "all",
        "any",
        "at",
        "on",
        "in",
        "because",
        "to",
        "too",
        "yet",
    ]
)


class Told(NamedTuple):
    """A fact that stands, and the whole sentence it was told in."""

    fact: Fact
    sentence: str


class Corrected(NamedTuple):
    """Pairs of the id of an earlier fact and the place of the proposed one that puts it right: wholly, or a detail."""

    replaces: list[tuple[str, int]]
    amends: list[tuple[str, int]]


def corrected(said: str, proposed: Sequence[ProposedFact], facts: Sequence[Fact]) -> Corrected:
    """What this message puts right among the facts that stand; nothing without the words of a correction."""
    told = [Told(fact, _in_full(fact, facts)) for fact in facts if fact.replaced_by is None]
    found = Corrected([], [])
    if not _MARK.search(said) or not proposed:
        return found
    refused = list(_refused(said))
    for value, sentence in refused:
        for old in _told_with(value, sentence, told):
            new = _best(proposed, old, value, sentence)
            if new is not None:
                (found.replaces if _is_narrow(value, old) else found.amends).append((old.fact_id, new))
    if not refused and (same := _same_sort(said, proposed, told)):
        found.replaces.append(same)
    firsts = dict(reversed(found.replaces))
    return Corrected(list(firsts.items()), list(dict.fromkeys(found.amends)))


def _in_full(fact: Fact, facts: Sequence[Fact]) -> str:
    """The sentence that a time or a place belongs to: what it was said of."""
    return next((one.quote for one in facts if one.fact_id == fact.about), fact.quote)


def on_what_they_correct(
    proposed: Sequence[ProposedFact], facts: Sequence[Fact], found: Corrected
) -> list[ProposedFact]:
    """The proposed facts, those that put something right on the topic of what they put right, whatever was asked."""
    topics = {fact.fact_id: fact.topic for fact in facts}
    wanted = {new: topics[old] for old, new in (*found.amends, *found.replaces) if old in topics}
    return [
        msgspec.structs.replace(fact, topic=wanted[place], also=[one for one in fact.also if one != wanted[place]])
        if place in wanted
        else fact
        for place, fact in enumerate(proposed)
    ]


def is_correction(said: str) -> bool:
    """Whether something said before is put right."""
    return bool(_MARK.search(said))


def _refused(said: str) -> Iterator[tuple[str, str]]:
    """What is said not to have been so, with the sentence that says it."""
    for piece in sentences(said):
        if _MARK.search(piece.text):
            for found in _REFUSED.finditer(piece.text):
                value = found["value"].rstrip(".")
                if value.lower() not in _EMPTY:
                    yield value, piece.text


def _told_with(value: str, sentence: str, told: Sequence[Told]) -> list[Fact]:
    """The facts that say the refused value of the same thing: a name wherever it was said, else the nearest one."""
    word = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)
    holding = [one for one in told if word.search(one.fact.quote)]
    if value in renamed((sentence,)):
        return [one.fact for one in holding]
    same = [one for one in holding if _is_of_the_same(value, sentence, one)]
    narrow = [one.fact for one in same if _is_narrow(value, one.fact)]
    if narrow:
        return [min(narrow, key=lambda fact: len(fact.quote))]
    nearest = sorted(same, key=lambda one: -len(_shared(value, sentence, one)))[:1]
    return [one.fact for one in same if _next_word(value, one.fact) == _next_word(value, nearest[0].fact)]


def _is_narrow(value: str, fact: Fact) -> bool:
    """Whether hardly more than the value was said: then the whole of it was wrong."""
    if fact.topic == "when":
        rest = re.sub(rf"\b{re.escape(value)}\b", " ", fact.quote, flags=re.IGNORECASE)
        more = _units(value) & _units(rest)  # “Wednesday the 12th”: the date may still be right
        return not more and (fact.about is not None or len(fact.quote.split()) <= DETAIL_WORDS)
    said = {word for word in re.findall(r"\w{3,}", fact.quote.lower()) if word not in words("empty")}
    return len(said - set(value.lower().split())) <= 1


def _is_of_the_same(value: str, sentence: str, told: Told) -> bool:
    """“I was scared, not angry” puts nothing right in “He was angry”; “it was Tuesday, not Monday” does wherever it was."""
    if told.fact.topic == "when" and not _units(sentence):
        return False
    is_name = value[:1].isupper() and not time_spans(value)
    if is_name and told.fact.about is not None:
        return False
    return (not is_name and bool(_OF_BEFORE.search(sentence))) or bool(_shared(value, sentence, told))


def _next_word(value: str, fact: Fact) -> str:
    """What the value is said of: “men” in “two men”, so that every “two men” is put right and no “two hours”."""
    found = re.search(rf"\b{re.escape(value)}\s+(\w+)", fact.quote, re.IGNORECASE)
    return stem_of(found.group(1).lower()) if found else fact.fact_id


def _shared(value: str, sentence: str, told: Told) -> frozenset[str]:
    return (profile(sentence).words & profile(told.sentence).words) - {stem_of(value.lower())}


def _best(proposed: Sequence[ProposedFact], old: Fact, value: str, sentence: str) -> int | None:
    """The new fact of the correcting sentence that fits best: of the same topic, and not the refused value alone."""
    here = [place for place, fact in enumerate(proposed) if fact.quote in sentence]
    same = [place for place in here if proposed[place].topic == old.topic and not _only(value, proposed[place].quote)]
    narrow = [place for place in same if _is_narrow(value, old) and value not in proposed[place].quote]
    whole = [place for place in here if proposed[place].completes is None]
    return next(iter([*narrow, *whole, *same]), None)


def _only(value: str, quote: str) -> bool:
    return len(re.sub(re.escape(value), "", quote, flags=re.IGNORECASE).split()) <= 1


def _same_sort(said: str, proposed: Sequence[ProposedFact], told: Sequence[Told]) -> tuple[str, int] | None:
    """“No wait, it was nearer ten when she came” corrects the newest time of the same, when no value was refused."""
    anew = [piece.text for piece in sentences(said) if _SAID_ANEW.match(piece.text)]
    times = [one for one in reversed(told) if one.fact.topic == "when"]
    for place, fact in enumerate(proposed):
        sentence = next((text for text in anew if fact.topic == "when" and fact.quote in text), "")
        units = _units(fact.quote) if sentence else set()
        for old in times:
            same = not profile(sentence).words or (_shared("", sentence, old) and _is_near(fact.quote, old.fact.quote))
            if _units(old.fact.quote) & units and same:
                return old.fact.fact_id, place
    return None


def _is_near(one: str, other: str) -> bool:
    """Whether two clocks are within two hours of each other, as those are that are put right without a “not”."""
    clocks = profile(one).minutes, profile(other).minutes
    return not all(clocks) or min(abs(a - b) for a in clocks[0] for b in clocks[1]) <= NEAR_MINUTES


def _units(text: str) -> set[str]:
    return {unit for span in time_spans(text) for unit, _ in span.units if unit in ("day", "clock")}
