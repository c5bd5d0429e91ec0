"""Reads who did what to what in a statement, so that two statements of the same deed can be compared."""

import re
from functools import lru_cache

import msgspec

from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.profiles import stem_of
from providers.interviewers.rules.sentences import clauses
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.words import any_of, words

_NO_NOUN = rf"(?!(?:{any_of('past')}|[a-z]{{2,}}ed|had|has|was|were|did|does|is|came|got|never|not|then|also)\b)"
_PERSON = (
    r"(?:I|we|he|she|they|me|him|her|us|it|somebody|someone|nobody|no\s+one|(?-i:(?!(?:And|But|Then|So|Well|No|Yes|Actually|Suddenly|Also|Although|Next|Finally|Maybe|Perhaps|Probably|Only|Sorry|The|My|Our|His|Her|Their|An?)\b)[A-Z][\w’-]+(?:\s+[A-Z][\w’-]+)?)"
    rf"|(?:the|my|our|his|her|their|a|an)\s+(?!(?:same|next|other)\b)(?:{_NO_NOUN}\w+\s+)?{_NO_NOUN}\w+)"
)
_LEAD = (
    r"^\W*(?:(?:and|but|then|so|well|no|yes|actually|suddenly|also|although|though|that|maybe|perhaps|probably|only|sorry|i\s+(?:swear|think|believe|know|remember)"
    r"|(?-i:Next|Afterwards|Finally))\b\W*)*"
)
_PASSED = (
    r"(?:(?:['’](?:d|ve|s)|had|have|has|did|do|does|was|were|could|ever|even|just|only|already|still|also|really|myself|himself|herself"
    r"|clearly|definitely|actually|quickly|simply|(?P<denied>did\s*n['’]t|do\s*n['’]t|does\s*n['’]t|had\s*n['’]t|have\s*n['’]t|has\s*n['’]t|was\s*n['’]t|not|never))\b\s*)*"
)
_NO_VERB = (
    r"(?!(?:the|an?|my|our|his|her|their|some|any|no|this|that|these|those|maybe|perhaps|about|around|at|least|only|exactly|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|twenty|thirty|several|many|more|both|all)\b)"
)
_PARTICLE = r"(?:\s+(?P<particle>up|off|down|out|away|back|over)\b)?"
_DEED = re.compile(
    rf"{_LEAD}(?:(?:it|that)\s+was(?P<denied_who>\s*n['’]t|\s+not)?\s+(?P<cleft>{_PERSON})\s+(?:who|that)\s+|(?P<doer>{_PERSON})\s*(?=\s|['’]))\s*{_PASSED}{_NO_VERB}(?P<verb>[a-z]{{2,}}){_PARTICLE}(?P<after>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ON = re.compile(
    rf"^\W*(?:and\s+|then\s+)*{_PASSED}{_NO_VERB}(?P<verb>[a-z]{{3,}}){_PARTICLE}(?P<after>\s.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""A further verb of the same doer: “… and put it in the sink”."""
_JOINT = re.compile(r"\s+and\s+(?:then\s+)?(?=[a-z]+\b)")
_STOP = (
    r"(?:and|or|but|of|in|into|on|onto|at|to|from|with|by|for|under|behind|near|against|because|when|while|who|that|which|after|before|so|as"
    r"|over|through|out|off|up|down|away|back(?=\s*(?:$|[.,;!?]|to\b|from\b|in\b|into\b|and\b|at\b))|again|then|too|first|later|myself|himself|herself|yesterday|today)\b"
)
_OBJECT = re.compile(
    rf"^\s*(?:(?P<det>the|my|our|his|her|their|this|that|these|those|a|an|some|any)\s+(?P<thing>(?!{_STOP})[\w’'-]+(?:\s+(?!{_STOP})[\w’'-]+){{0,2}})"
    r"|(?P<pronoun>him|her|it|them|me|us|anybody|anyone|nobody|anything)\b|(?P<name>(?-i:[A-Z][\w’-]+)))",
    re.IGNORECASE,
)
AT_ANOTHER_TIME = re.compile(
    r"\b(?:at\s+first|first|later|then|next|finally|eventually|in\s+the\s+end|again|until|till|yet|usually|normally|always|often|every|sometimes"
    r"|before|after|afterwards|since|earlier|once|meanwhile|now|today|yesterday|this\s+time|on\s+the\s+way|the\s+(?:next|second|first|last|other)|by\s+then|already|anymore|too|as\s+well|also|both|together)\b",
    re.IGNORECASE,
)
"""What lets a statement be true beside another that seems to exclude it."""
_LIMIT = re.compile(r"(?:before|after|until|till)\b", re.IGNORECASE)
POSSESSIVE = frozenset({"my", "our", "his", "her", "their"})


class Thing(msgspec.Struct, frozen=True):
    """What a deed was done to: the words, their stems, and whether it is one certain thing."""

    said: str
    determiner: str
    stems: tuple[str, ...]

    @property
    def is_definite(self) -> bool:
        """Whether it is a certain one: “the door”, not “a door”."""
        return self.determiner not in ("a", "an", "some", "any")

    def is_the(self, other: "Thing") -> bool:
        """Whether the same thing may be meant: “my bag” is neither “her bag” nor for certain “the bag”."""
        return self.stems == other.stems and self._owner == other._owner

    @property
    def _owner(self) -> str:
        return self.determiner if self.determiner in POSSESSIVE else ""


class Deed(msgspec.Struct, frozen=True):
    """One deed of a statement. `rest` holds the stems of what is said beyond doer, verb and object."""

    doer: str
    verb: str
    stem: str
    thing: Thing | None
    is_denied: bool
    is_cleft: bool
    rest: frozenset[str]
    said: str
    is_at_another_time: bool


@lru_cache(maxsize=4096)
def deeds(quote: str) -> tuple[Deed, ...]:
    """The deeds that a statement tells as done, or as not done, in order."""
    found: list[Deed] = []
    parts = clauses(asserted(quote))
    for place, clause in enumerate(parts):
        limited = place + 1 < len(parts) and bool(_LIMIT.match(parts[place + 1].text))
        found += _of_clause(clause.text, found, limited=limited)
    return tuple(found)


def _of_clause(text: str, before: list[Deed], *, limited: bool) -> list[Deed]:
    """The deeds of one doer; where one of them took place, the further ones did too."""
    doer, around = "", frozenset[str]()
    found: list[Deed] = []
    for part in _JOINT.split(text):
        deed = _deed(part, doer, [*before, *found])
        if deed is not None:
            doer, around = deed.doer, around | deed.rest
            at_another_time = deed.is_at_another_time or limited
            found.append(msgspec.structs.replace(deed, rest=around, is_at_another_time=at_another_time))
    return found


def _deed(part: str, doer: str, before: list[Deed]) -> Deed | None:
    found = _DEED.match(part)
    if found is None:
        return _further(part, doer, before) if doer else None
    who = (found["cleft"] or found["doer"]).lower()
    return _made(found, part, _plain_doer(who), before, is_cleft=found["cleft"] is not None)


def _further(part: str, doer: str, before: list[Deed]) -> Deed | None:
    found = _ON.match(part)
    return _made(found, part, doer, before, is_cleft=False) if found else None


def _made(found: re.Match[str], part: str, doer: str, before: list[Deed], *, is_cleft: bool) -> Deed:
    after = found["after"] or ""
    thing, end = _thing(after, before)
    particle = found.groupdict().get("particle") or ""
    verb = found["verb"].lower()
    return Deed(
        doer=doer,
        verb=f"{verb} {particle}".strip().lower(),
        stem=f"{stem_of(verb)} {particle}".strip().lower(),
        thing=thing,
        is_denied=bool(found["denied"]) or bool(found.groupdict().get("denied_who")) or doer in ("nobody", "no one"),
        is_cleft=is_cleft,
        rest=frozenset(stem_of(word) for word in re.findall(r"[a-z]+", after[end:].lower()) if word not in words("empty")),
        said=part.strip(" ,.;:!?"),
        is_at_another_time=bool(AT_ANOTHER_TIME.search(part)) or bool(time_spans(part)),
    )  # fmt: skip


def _thing(after: str, before: list[Deed]) -> tuple[Thing | None, int]:
    """What the deed was done to, with the place where it ends; “it” is what the deed before was done to."""
    found = _OBJECT.match(after)
    if found is None:
        return None, 0
    pronoun = (found["pronoun"] or "").lower()
    if pronoun == "it" and before and before[-1].thing is not None:
        return before[-1].thing, found.end()
    said = (pronoun or found["name"] or found["thing"]).strip()
    stems = tuple(stem_of(word) for word in re.findall(r"[\w’'-]+", said.lower()))
    return Thing(said, (found["det"] or "").lower(), stems), found.end()


def _plain_doer(who: str) -> str:
    return {"me": "i", "him": "he", "her": "she", "us": "we"}.get(who, " ".join(who.split()))


def is_name(doer: str) -> bool:
    """Whether a doer is somebody by name, and no word that only begins with a capital letter."""
    first = doer.split(maxsplit=1)[0]
    return (
        doer not in _UNCERTAIN
        and first not in POSSESSIVE
        and first not in ("the", "a", "an")
        and first not in words("not_names")
        and first not in words("empty")
    )


_UNCERTAIN = frozenset({"i", "we", "he", "she", "they", "it", "you", "somebody", "someone", "nobody", "no one", ""})


def are_two(one: str, other: str) -> bool:
    """Whether two doers are certainly not the same: “I” is nobody else, two names are two people."""
    if one == other or {one, other} & {"we", "they", "it", "you", "somebody", "someone", "nobody", "no one", ""}:
        return False
    if "i" in (one, other):
        return True
    return is_name(one) and is_name(other) and not set(one.split()) & set(other.split())


def may_be_one(one: str, other: str) -> bool:
    """Whether two doers are the same for all that is said."""
    return one == other and one not in ("it", "somebody", "someone", "")
