"""Whether two statements give different numbers of the same: “two beers”, “maybe five or six beers”."""

import re
from functools import lru_cache
from itertools import product

import msgspec

from domain.interview import Topic
from providers.interviewers.rules.asserted import asserted
from providers.interviewers.rules.deeds import deeds
from providers.interviewers.rules.profiles import stem_of
from providers.interviewers.rules.sentences import clauses
from providers.interviewers.rules.times import time_spans
from providers.interviewers.rules.words import any_of, words

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
}  # fmt: skip
_NUMBER = rf"(?:{'|'.join(NUMBERS)}|\d+)"
_MANY = rf"(?:{'|'.join(word for word in NUMBERS if word != 'one')}|\d+|one(?=\s+(?:or|to)\s))"
_BETWEEN = r"(?!(?:of|and|or|to|past|the|my|our|his|her|their|in|on|at|with|other|more|when|while|who|that)\b)"
_PEOPLE = "people|persons|men|women|boys|girls|kids|children|guys"
_COUNT = re.compile(
    rf"(?<![\w.,:'’-])(?P<count>{_MANY})(?:\s+(?:or|to)\s+(?P<upper>{_NUMBER}))?\s+(?:{_BETWEEN}[a-z]+\s+){{0,2}}?"
    rf"(?P<noun>{_PEOPLE}|(?:{any_of('roles')})s|(?!(?:was|has|his|its|this)\b)[a-z]{{2,}}[a-rt-z]s)\b|(?<!\bno\s)\bone\s+(?P<single>[a-z]{{3,}})\b",
    re.IGNORECASE,
)
_NO_THINGS = re.compile(
    r"(?:seconds?|minutes?|hours?|days?|nights?|mornings?|evenings?|weeks?|weekends?|months?|years?|euros?|pounds?|dollars?|cents?|quids?|francs?"
    r"|met(?:re|er)s?|kilomet(?:re|er)s?|centimet(?:re|er)s?|cms?|miles?|yards?|inchs?|kilos?|grams?|tons?|lit(?:re|er)s?|percents?|degrees?|floors?)$",
    re.IGNORECASE,
)
"""Of these another statement may count others: they are measures, not things."""
_ANOTHER = re.compile(
    r"\b(?:other|another|(?<!no )more|second|third|(?:of|than)\s+(?:the|them|us)|each|every|both|also|extra|further|additional|at\s+least|at\s+most|up\s+to|less\s+than|over)\b",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\b(?:at\s+first|first|later|then|again|before|after\w*|finally|eventually|usually|normally|always|often|sometimes|until|by\s+then|next|earlier|now|today)\b",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|approximately|maybe|perhaps|probably|almost|nearly|some|or\s+so|I\s+(?:think|guess|believe|suppose)|not\s+sure)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^\W*(?:(?:and|but|so|well|no|yes|actually|only|just|maybe|about|around|I\s+think|because|that)\W+)*(?P<who>I|we|he|she|they|there|(?-i:(?!(?:There|Only|Just|And|But|So|Maybe|About|Around|At|In|On)\b)[A-Z][a-z]+)|(?:my|our|his|her|the)\s+\w+)?(?!\w)",
    re.IGNORECASE,
)
_WHOM = frozenset({"him", "her", "them", "me", "us"})
_ALIKE_VERBS = frozenset(map(stem_of, ("have", "drink", "eat")))
_SINGULAR = {"man": "men", "woman": "women", "person": "people", "child": "children", "persons": "people"}


class Count(msgspec.Struct, frozen=True):
    """How many of what, said of whom; `rest` are the other stems of the clause."""

    noun: str
    least: int
    most: int
    is_rough: bool
    who: str
    verb: str
    rest: frozenset[str]


def different_counts(one: str, other: str) -> tuple[Topic, str] | None:
    """Two numbers that exclude each other, of the same things in statements that are alike beyond the number."""
    for first, second in product(counts(one), counts(other)):
        if first.noun == second.noun and _is_apart(first, second) and _is_of_the_same(first, second):
            people = re.fullmatch(rf"{_PEOPLE}|(?:{any_of('roles')})s", first.noun) is not None
            return "who" if people else "what", f"how many {first.noun}"
    return None


@lru_cache(maxsize=4096)
def counts(quote: str) -> tuple[Count, ...]:
    """What is counted in a statement; nothing of a clause on another moment, or on more of the same."""
    text = asserted(quote)
    rough = bool(_ROUGHLY.search(text))
    return tuple(
        count
        for clause in clauses(text)
        if not _ANOTHER.search(clause.text) and not _MOMENT.search(clause.text) and not time_spans(clause.text)
        for found in _COUNT.finditer(clause.text)
        if (count := _count(found, clause.text, is_rough=rough)) is not None
    )


def _count(found: re.Match[str], clause: str, *, is_rough: bool) -> Count | None:
    noun = _plural((found["noun"] or found["single"]).lower())
    if _NO_THINGS.match(noun):
        return None
    before = clause[: found.start()]
    numbers = [_number(found[name]) for name in ("count", "upper") if found[name]] or [1]
    subject = _SUBJECT.match(before)
    who = ((subject and subject["who"]) or "").lower()
    told = next((deed.stem for deed in deeds(clause) if deed.doer == who), "")
    left = {
        word if word in _WHOM else stem_of(word)
        for word in re.findall(r"[a-z]+", f"{before} {clause[found.end() :]}".lower())
        if word in _WHOM or word not in words("empty")
    }
    return Count(noun, min(numbers), max(numbers), is_rough, who, told, frozenset(left - {told, *who.split(), "exact"}))


def _is_apart(first: Count, second: Count) -> bool:
    """Whether the numbers exclude each other; what was said roughly has room for some more."""
    gap = max(first.least - second.most, second.least - first.most)
    room = max(1, min(first.most, second.most) / 2) if first.is_rough or second.is_rough else 0
    return gap > room


def _is_of_the_same(first: Count, second: Count) -> bool:
    whom = first.rest & _WHOM, second.rest & _WHOM
    if first.who != second.who or (whom[0] and whom[1] and not whom[0] & whom[1]):
        return False
    around = first.rest - _WHOM, second.rest - _WHOM
    if around[0] and around[1] and not around[0] & around[1]:
        return False
    if first.who in ("", "there"):
        return bool(around[0] & around[1]) or first.who == "there"
    return first.verb == second.verb or {first.verb, second.verb} <= _ALIKE_VERBS


def _plural(noun: str) -> str:
    noun = _SINGULAR.get(noun, noun)
    if noun.endswith(("ss", "x", "ch", "sh")):
        return f"{noun}es"
    return noun if noun.endswith(("s", "people", "men", "women", "children")) else f"{noun}s"


def _number(word: str) -> int:
    return NUMBERS.get(word.lower()) or int(word[:9])
