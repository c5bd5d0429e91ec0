"""Finds pairs of statements that cannot both be true as said.

A false alarm makes somebody feel accused, so a pair is named only when it speaks of the same act with the same object,
or of two times, places or counts of one event; what is told in one breath is taken as meant together.
"""

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import combinations

from domain.interview import Fact, Topic
from providers.interviewers.base import ProposedContradiction
from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.confiding import confided
from providers.interviewers.rules.counts import different_counts
from providers.interviewers.rules.doers import another_doer, denied_deed, other_thing
from providers.interviewers.rules.objects import moved_in, two_places
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.profiles import HOUR_MINUTES, OPPOSITES, Profile, alike, profile, stem_of
from providers.interviewers.rules.record import is_about_the_record
from providers.interviewers.rules.rooms import rooms_in
from providers.interviewers.rules.settling import settled
from providers.interviewers.rules.sides import named
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.witnessing import acquaintance, beside, presence, sight

COMPARED = 150
"""Only so many of the newest facts are compared with each other: the work grows with the square."""

_IT_WAS = re.compile(
    r"^\W*(?:(?:no|yes|well|actually|i\s+think|maybe|wait|sorry)\W+)*(?:it|that|this|all\s+(?:of\s+)?this|the\s+(?:incident|accident|whole\s+thing|fight|argument|quarrel))\s+(?:was|happened|took\s+place|must\s+have\s+been)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"[,;]?\s+(?:because|since|as|so|but|although|when|while)\s.*", re.IGNORECASE | re.DOTALL)
_NEGATED = re.compile(
    r"(?:\b(?:did|do|does|was|were|is|has|have|had|could|would)\s*(?:not|n['’]t)|\bnever)\s+(?:\w+ly\s+|even\s+)?(?P<verb>\w+)",
    re.IGNORECASE,
)
_STATE_OF = re.compile(
    r"^\W*(?:(?:and|but|so|then|well|no|yes|actually)\W+)*(?:the|my|our|his|her|their)\s+(?P<thing>(?:\w+\s+)?\w+)\s+(?:was|were|is|are)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_PERCEIVED = frozenset({"see", "saw", "seen", "hear", "heard", "notice", "know", "knew", "remember"})
"""What was not seen is compared where sight is: of one thing little was seen, and much of another."""
_NO_SUCH = re.compile(r"\b(?:no|without|any)\s+(?P<what>\w+)", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^\W*(?:(?:and|but|then|so|well|no|yes|actually|suddenly)\W+)*(?P<subject>I|we|he|she|they|it|there|(?-i:(?!(?:And|But|Then|So|Well|No|Yes|Actually|Suddenly)\b|The|My|Our|His|Her|Their|An?\b|Two|Three)[A-Z][a-z]+))\b",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"he", "she", "they", "it", "there"})
_QUALIFIED = re.compile(
    r"\b(?:at\s+first|later|then|finally|eventually|in\s+the\s+end|again|until|yet|usually|normally|always|often|every|this\s+time|before|after|afterwards|any\s*more|no\s+longer|since|properly|completely|fully|correctly|quite|entirely|exactly|at\s+once|immediately|straight\s+away)\b",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"\b(?:birthday|anniversary|wedding|holidays?|lesson|training|appointment|deadline|delivery|choir|church|opening\s+hours|shift|(?:bus|train|tram|flight|plane)\s+(?:\w+\s+)?(?:leaves?|left|arrives?|comes|goes)"
    r"|opens?|closes|starts?|begins?|ends|finishe[sd]|usually|normally|always|every|each|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:other|another|more|second|third|of\s+(?:the|them|us)|my|mine|our|also)\b", re.IGNORECASE)
_MOVING = frozenset(
    map(stem_of, {"stand", "sit", "walk", "go", "run", "come", "look", "wait", "work", "talk", "meet", "see"})
)
"""What somebody may do in one room after the other."""


def find(
    facts: Sequence[Fact], explanations: Container[str] = (), corrections: Container[str] = ()
) -> list[ProposedContradiction]:
    """The pairs among the facts that stand, each with what they disagree about.

    What was said to explain a disagreement is not held against what it explains, and what speaks of the record is no
    statement at all. A side that was taken in `corrections`, the answers to the read-back, settles the pair.
    """
    told = [fact for fact in facts if fact.replaced_by is None and fact.message_id not in explanations]
    standing = [fact for fact in told if not is_about_the_record(fact.quote)][-COMPARED:]
    events = {fact.fact_id: fact for fact in facts}
    moved = frozenset[str]().union(*(moved_in(fact.quote) for fact in standing))
    found: list[ProposedContradiction] = []
    for one, other in combinations(standing, 2):
        if one.quote in other.quote or other.quote in one.quote or _put_right(one, other, events):
            continue
        about = _disagreement(one, other, events, moved)
        if about is not None:
            found.append(_proposed(about, one, other))
    return settled(_once(found), events, corrections)


def _put_right(one: Fact, other: Fact, events: dict[str, Fact]) -> bool:
    """Whether one corrects a detail of the other, or is a piece of what does: that is no disagreement."""
    return _corrects(one, other, events) or _corrects(other, one, events)


def _corrects(new: Fact, old: Fact, events: dict[str, Fact]) -> bool:
    for right in old.corrected_by:
        by = events.get(right)
        if by is not None and by.message_id == new.message_id and (by.quote in new.quote or new.quote in by.quote):
            return True
    return False


def _proposed(about: tuple[Topic, str], one: Fact, other: Fact) -> ProposedContradiction:
    """The pair, with a word on where it comes from when only one side is what the interviewee knows."""
    told = " (one of the two was told by others)" if one.source != other.source else ""
    return ProposedContradiction(
        topic=about[0], about=f"{about[1]}{told}", first_fact_id=one.fact_id, second_fact_id=other.fact_id
    )


def _once(found: list[ProposedContradiction]) -> list[ProposedContradiction]:
    """A statement that disagrees with two pieces of the same message is one disagreement."""
    kept: dict[tuple[str, str], ProposedContradiction] = {}
    for one in found:
        kept.setdefault((one.about, one.second_fact_id), one)
    return list(kept.values())


def _disagreement(one: Fact, other: Fact, events: dict[str, Fact], moved: frozenset[str]) -> tuple[Topic, str] | None:
    if one.topic == "when" and other.topic == "when":
        return _times(one, other, profile(one.quote), profile(other.quote), events)
    apart = one.message_id != other.message_id
    if apart and (differing := _places(one, other)) is not None:
        return differing
    if apart and (about := two_places(one.quote, other.quote, moved)):
        return "what", about
    if apart and _came_as_another(one, other, events):
        return "who", "who was there"
    return _of_words(one.quote, one.topic, other.quote, other.topic, apart=apart)


def _came_as_another(one: Fact, other: Fact, events: dict[str, Fact]) -> bool:
    """Whether somebody stood there who is not one of those “nobody else” leaves aside: who was named before."""
    for alone, company in ((one, other), (other, one)):
        if (name := beside(alone.quote, company.quote)) is not None:
            before = list(events.values())[: list(events).index(alone.fact_id) + 1]
            return not any(re.search(rf"\b{re.escape(name)}\b", fact.quote) for fact in before)
    return False


@lru_cache(maxsize=65_536)
def _of_words(one: str, one_topic: Topic, other: str, other_topic: Topic, *, apart: bool) -> tuple[Topic, str] | None:
    """What two statements disagree about by their words alone; remembered, since every turn compares all pairs anew."""
    if confided(one, other):
        return "what", "whether anybody was told"
    if "when" in (one_topic, other_topic) or "where" in (one_topic, other_topic):
        return _of_deeds(one, other) if apart else None
    if about := presence(one, other):
        return "who", about
    if about := acquaintance(one, other):
        return "who", about
    if not apart:
        about = denied_deed(one, other, only_never=True)
        return ("what", about) if about else _polarity(one, other, apart=apart)
    if about := sight(one, other):
        return "how_known", about
    return _polarity(one, other, apart=apart) or _of_deeds(one, other) or _colours(one, other)


def _of_deeds(one: str, other: str) -> tuple[Topic, str] | None:
    """Numbers, doers and denials are compared whatever else a sentence was said to tell: “two men in the van” is a place too."""
    if found := different_counts(one, other):
        return found
    if about := another_doer(one, other):
        return "who", about
    about = denied_deed(one, other)
    return ("what", about) if about else None


def _times(
    one: Fact, other: Fact, first: Profile, second: Profile, events: dict[str, Fact]
) -> tuple[Topic, str] | None:
    if not _same_event(one, other, events):
        return None
    if first.days and second.days and not first.days & second.days:
        return "when", "the day"
    if first.minutes and second.minutes and not (first.days ^ second.days and first.days and second.days):
        apart = min(abs(a - b) for a in first.minutes for b in second.minutes)
        if apart >= (HOUR_MINUTES if "uncertain" in (one.confidence, other.confidence) else HOUR_MINUTES // 4):
            return "when", "the time of day"
    return None


def _same_event(one: Fact, other: Fact, events: dict[str, Fact]) -> bool:
    """Whether two times are said of the same thing: the same anchor, the incident as such, or alike events."""
    if not (_tells_when(one.quote) and _tells_when(other.quote)):
        return False
    anchors = [events.get(fact.about or "") for fact in (one, other)]
    if any(_is_of_something_else(fact, anchor) for fact, anchor in zip((one, other), anchors, strict=True)):
        return False
    if anchors[0] is not None and anchors[1] is not None:
        if anchors[0] is anchors[1]:
            return one.message_id != other.message_id
        same = alike(profile(anchors[0].quote).words, profile(anchors[1].quote).words)
        return same and one.message_id != other.message_id
    headline = next(iter(events), None)
    as_such = [fact for fact in events.values() if fact.topic == "when"][:1]
    as_such = [fact for fact in as_such if fact.about == headline]
    whole = [
        bool(_IT_WAS.search(fact.quote))
        or fact in as_such
        or (anchor is not None and bool(_IT_WAS.search(anchor.quote)))
        for anchor, fact in zip(anchors, (one, other), strict=True)
    ]
    return whole[0] and whole[1] and one.message_id != other.message_id


def _is_of_something_else(fact: Fact, anchor: Fact | None) -> bool:
    """Whether a time belongs to a birthday, a shift or opening hours, or to what is so every week."""
    return any(_SOMETHING_ELSE.search(said.quote) for said in (fact, anchor) if said is not None)


def _tells_when(quote: str) -> bool:
    """Whether the time comes first, and is not that of something else: “my shift starts at six”."""
    span = next(iter(time_spans(quote)), None)
    head = _IT_WAS.sub("", quote[: span.start]) if span else quote
    return span is not None and len(re.findall(r"\w{3,}", head)) <= 1


def _places(one: Fact, other: Fact) -> tuple[Topic, str] | None:
    """Two rooms for the incident as such, or for the same deed in the same words."""
    rooms = _rooms(one.quote), _rooms(other.quote)
    if not rooms[0] or not rooms[1] or rooms[0] & rooms[1] or _QUALIFIED.search(f"{one.quote} {other.quote}"):
        return None
    if _IT_WAS.search(one.quote) and _IT_WAS.search(other.quote) and "where" == one.topic == other.topic:
        return "where", "the place"
    deeds = [profile(fact.quote).words - _place_words(fact.quote) for fact in (one, other)]
    same = _subject(one.quote) == _subject(other.quote) is not None and "what" in (one.topic, other.topic)
    return ("where", "the place") if same and deeds[0] and deeds[0] == deeds[1] and not deeds[0] & _MOVING else None


@lru_cache(maxsize=4096)
def _rooms(quote: str) -> frozenset[int]:
    return rooms_in(" ".join(piece.text for piece in place_spans(quote)))


def _place_words(quote: str) -> set[str]:
    return {stem_of(word) for piece in place_spans(quote) for word in re.findall(r"[a-z]+", piece.text.lower())}


def _polarity(one: str, other: str, *, apart: bool) -> tuple[Topic, str] | None:
    """The same act with the same object, once affirmed and once denied, or with an opposite in it."""
    told = [_BECAUSE.sub("", asserted(quote)) for quote in (one, other)]
    if not _same_subject(*told) or any(_QUALIFIED.search(text) for text in told) or _of_two_things(told[0], told[1]):
        return None
    first, second = (profile(text) for text in told)
    flips = first.is_absence != second.is_absence and _same_verb(told[0], first, told[1], second)
    if first.opposite != second.opposite:
        turned = {stem_of(OPPOSITES[word]) for word in first.opposite ^ second.opposite}
        flips ^= bool(turned & first.words & second.words)
    if flips and _are_alike(told[0], told[1], first.words, second.words, apart=apart):
        return "what", f"whether “{named(told[first.is_absence])}”"
    return None


def _are_alike(one: str, other: str, first: frozenset[str], second: frozenset[str], *, apart: bool) -> bool:
    """Whether the same is said beyond doubt; of the speaker one word is enough: “I was drunk”, “I wasn't drunk”."""
    if len(first & second) >= 2:  # noqa: PLR2004  # a doer and a deed, or a thing and how it was
        return alike(first, second)
    return apart and bool(first) and first == second and _subject(one) == _subject(other) == "i"


def _of_two_things(one: str, other: str) -> bool:
    """Whether the same is told of two things: as what it was done to, or as what was so."""
    if other_thing(one, other):
        return True
    found = _STATE_OF.match(one), _STATE_OF.match(other)
    return found[0] is not None and found[1] is not None and found[0]["thing"].lower() != found[1]["thing"].lower()


def _same_verb(one: str, first: Profile, other: str, second: Profile) -> bool:
    """Whether what is denied in one is what the other affirms."""
    denying, affirmed = (one, second) if first.is_absence else (other, first)
    found = _NEGATED.search(denying)
    if found is None:
        nothing = _NO_SUCH.search(denying)
        return nothing is not None and stem_of(nothing["what"].lower()) in affirmed.words
    verb = found["verb"].lower()
    if verb in _PERCEIVED:
        return False
    return bool({stem_of(verb), stem_of(OPPOSITES.get(verb, verb))} & affirmed.words)


def _subject(text: str) -> str | None:
    found = _SUBJECT.match(text)
    return found["subject"].lower() if found else None


def _same_subject(one: str, other: str) -> bool:
    """Whether two statements may speak of the same: “I” is nobody else, “he” may be somebody named."""
    subjects = _subject(one), _subject(other)
    if subjects[0] is None and subjects[1] is None:
        beginnings = (profile(" ".join(text.split()[:3])).words for text in (one, other))
        return bool(frozenset.intersection(*beginnings))
    if subjects[0] == subjects[1]:
        return True
    if set(subjects) & {"i", "we"}:
        return False
    return None in subjects and bool(set(subjects) & _PRONOUNS)


def _colours(one: str, other: str) -> tuple[Topic, str] | None:
    if _ANOTHER.search(one) or _ANOTHER.search(other):
        return None
    second = profile(other)
    for noun, colour in profile(one).colours:
        if any(noun == same and colour != differing for same, differing in second.colours):
            return "what", f"the colour of the {noun}"
    return None
