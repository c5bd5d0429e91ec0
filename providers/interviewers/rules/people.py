"""Finds the people of an account: by name, by kinship or role, and by what a stranger looked like.

A capital letter makes no name. Each occurrence of a capitalised word gives or takes points, and over everything that
was said a name needs two of them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from providers.interviewers.rules.sentences import sentences, without_quotes
from providers.interviewers.rules.words import any_of, words

NEEDED = 2
NEARBY = 80
"""So many letters in front of a name are looked at."""

_TITLE = r"(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Sir|Frau|Herr|Officer|Sergeant|Inspector|Judge|Father|Sister|Coach|Captain|Uncle|Aunt|Auntie|Nurse)\.?"
_NAME = re.compile(
    rf"\b(?P<title>{_TITLE}\s+)?(?P<name>[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ](?:\s+(?:(?:von|van|de|der|den|del|della|da|al|el|bin|ibn|zu)\s+){{0,2}}"
    r"[A-ZÀ-ÖØ-Þ][\w’'-]*[a-zà-ÿ]|\s+[A-Z]\.(?=\s|$)){0,2})"
)
_SPEECH = (
    r"said|says|told|tells|asked|asks|shouted|shouts|yelled|yells|screamed|screams|replied|answered|whispered|called|texted|wrote|emailed|messaged"
    r"|explained|claimed|claims|promised|admitted|denied|apologised|apologized|laughed|laughs|cried|cries|smiled|insulted|swore|threatened|phoned|rang"
)
_DEED = (
    r"came|comes|went|goes|left|leaves|saw|sees|took|takes|ran|runs|walked|walks|pushed|pushes|grabbed|grabs|hit|hits|stood|stands|sat|sits|got|gets"
    r"|looked|looks|gave|gives|put|puts|threw|throws|knew|knows|wanted|wants|worked|works|lives|lived|thinks|thought|heard|hears|helped|opened|closed"
    r"|locked|dropped|fell|slipped|arrived|noticed|saw|found|forgot|tried|started|began|kept|made|makes|sent|sends|picked|stepped|turned|jumped|drove"
    r"|kicked|punched|slammed|refused|signed|showed|interrupted|joined|stole|broke|borrowed|climbed|held|pulled|touched|kissed|hugged|slapped|spat"
    r"|confirmed|agreed|complained|reported|witnessed|watched|mentioned|suggested|offered|invited|ignored|followed|blamed|accused|quit|resigned"
)
_WEAK = r"was|is|had|has|did|does|would|could|will|can|never|always|also|just|then|and|were|who|didn't|wasn't|isn't|hadn't|doesn't"
_BEFORE = (
    r"with|told|asked|saw|met|called|named|know|knew|knows|and|emailed|texted|phoned|rang|helped|messaged|informed|hugged|pushed|hit|thanked|trust|blame"
    r"|between|for|by|like|sister|brother|at|ask|tell|call|contact|from|about|against|is|was|see|heard|seen|to|of|against|but|because|when|that|if|while|whether"
)
_STRONG_BEFORE = (
    r"with|told|asked|met|named|know|knew|emailed|texted|phoned|rang|messaged|informed|thanked|ask|tell|contact"
)
_TO_GIVE = re.compile(
    r"\b(?:gave|handed|said|sent|showed|spoke|talked|reported|complained|went|wrote|turned|shouted|listened|lent|write|talk|speak)\s+(?:\w+\s+){0,4}?(?:to|with)\s*$",
    re.IGNORECASE,
)
_USES = re.compile(
    r"\b(?:use|used|using|via|in|on|into|through|software|app|program|system|near|opposite|open|opened|installed|the|an?)\s*$",
    re.IGNORECASE,
)
_PLACE_SUFFIX = re.compile(
    r"(?:Street|Road|Avenue|Lane|Square|Park|Station|Bridge|Hall|School|University|College|Hospital|Bank|Building|Hotel|Centre|Center|Ltd|Inc|GmbH|AG|LLC"
    r"|Corp|Company|Group|Church|Airport|Museum|Club|Platz|Straße|Department|Team|Office|Room|Court|House|Drive|Day|Bay|Services|Policy|Act|Award)$"
)
_ROLE = any_of("roles")
_ROLE_BEFORE = re.compile(rf"\b(?:{_ROLE})s?,?$", re.IGNORECASE)
_ROLE_AFTER = re.compile(
    rf",?\s+(?:my|our|the|a|an|who)\s+(?:[\w-]+\s+){{0,2}}(?:{_ROLE}|is|was)\b|\s+(?:is|was)\s+(?:my|our|the|a|an)\s+(?:[\w-]+\s+){{0,2}}(?:{_ROLE})\b",
    re.IGNORECASE,
)
_MODIFIERS = r"(?:(?!\b(?:{stop})\b)(?-i:[a-zà-ÿ])[\w-]*\s+){{0,3}}?"
_ROLE_PHRASE = re.compile(
    rf"\b(?P<det>my|our|his|her|their|the|a|an|another|some|two|three|four|both|one\s+of\s+(?:my|our|the|his|her|their)|this|that|other|no|any|every|each)\s+"
    rf"(?P<role>{_MODIFIERS.format(stop=any_of('not_modifiers'))}(?:{_ROLE})(?:s|es)?(?:\s+of\s+(?:the\s+)?(?:[A-Z]+|[a-z-]+))?)\b(?!\s*-)(?P<poss>['’]s\b)?",
    re.IGNORECASE,
)
_JOB = re.compile(
    rf"\bI(?:'m|\s+am|\s+work\s+(?:there\s+)?as|\s+was\s+working\s+as)\s+(?:a|an|the|one\s+of\s+the)\s+(?P<role>(?:[\w-]+\s+){{0,3}}?(?:{_ROLE}))\b",
    re.IGNORECASE,
)
_ING_NOUNS = frozenset(
    {"outing", "meeting", "training", "wedding", "building", "railing", "clearing", "parking", "opening"}
)
_DENIED = re.compile(r"\b(?:not|no|isn['’]t|wasn['’]t)\s+$", re.IGNORECASE)
_INNER_CAPITAL = re.compile(r"^(?!Mc|Mac|De|Di|La|Le|Van|O['’])[A-Z][a-z]+[A-Z]")
"""“AnyDesk” is a program, “McCarthy” a person."""
_PLACE = any_of("places")
_IS_NO_PERSON = re.compile(
    rf"\s+(?:is|was)\s+(?:the|a|an|our|my)\s+(?:[\w-]+\s+){{0,2}}?(?:{_PLACE}|place|program|programme|app|software|company|firm|brand|bank|website|shop|product|ship|boat|dog|cat|horse)\b",
    re.IGNORECASE,
)
_AFTER_PLACE = re.compile(
    rf"\b(?:{_PLACE}|place|company|firm|app|program|software|website|brand)\b,?(?:\s+called)?$", re.IGNORECASE
)
_NEXT_IS_WHOM = re.compile(r",\s+(?:that(?:['’]s|\s+is)|which\s+is|who\s+is|called|named)\s+[A-Z]")
"""“Gareth, the treasurer, that's Nigel”: the role is Nigel's."""
_BEFORE_NAME = (
    r"(?:\s+(?:with|in|from|at|on|of)\s+(?:(?:the|a|an|his|her|my|our)\s+)?[\w-]+(?=\s+(?:is|was)\s+(?:called|named)))?"
    r"[\s,(:–-]*(?:(?:his|her|their|whose)\s+name\s+is|(?:is|was)\s+called|that(?:['’]s|\s+is)|called|named|is|was)?\s*"
    rf"(?:{_TITLE}\s+)?{{name}}(?!['’]s\b)\b"
)
_AFTER_NAME = r"\b{name}\s*(?P<listed>[,(–-]\s*(?:who\s+(?:is|was)\s+)?)?(?(listed)|\s+(?:is|was|'s)\s+(?:also\s+)?)$"


class Mention(NamedTuple):
    """Somebody in a text: the place, the words, the name if there is one, and the role as it was said."""

    start: int
    text: str
    name: str | None
    role: str | None
    determiner: str | None = None


class Someone(NamedTuple):
    """A person of the account: how to call them, what they are, how often and where they were first spoken of."""

    name: str
    is_named: bool
    roles: tuple[str, ...]
    phrases: tuple[str, ...]
    aliases: tuple[str, ...]


@lru_cache(maxsize=512)
def names_in(account: tuple[str, ...]) -> tuple[str, ...]:
    """The names of people in everything that was said, the first spoken of first; “Petra” and “Petra Lang” are one."""
    points: Counter[str] = Counter()
    order: dict[str, None] = {}
    for text in account:
        lower_words = set(re.findall(r"(?<![.!?]\s)\b[a-zà-ÿ]{2,}\b", text))
        for piece in sentences(text):
            for match in _NAME.finditer(piece.text):
                name = _trimmed(match["name"], at_start=not piece.text[: match.start()].strip(" \"'“‘-("))
                if name:
                    full = f"{(match['title'] or '').strip()} {name}".strip()
                    points[name] += _weigh(piece.text, match, name, lower_words)
                    order.setdefault(full)
        if text == text.lower():
            for word in re.findall(r"\b[a-zà-ÿ-]{3,}\b", text):
                if word in words("first_names"):
                    points[word.capitalize()] += NEEDED
                    order.setdefault(word.capitalize())
    people = [full for full in order if points[_bare(full)] >= NEEDED or _part_of_known(full, points)]
    return tuple(longest(people))


@lru_cache(maxsize=2048)
def role_mentions(text: str) -> tuple[Mention, ...]:
    """Everybody who is spoken of by kinship, role or looks: “my manager”, “the receptionist”, “a young man”."""
    plain = without_quotes(text)
    return tuple(
        Mention(found.start(), text[found.start() : found.end("role")], None, found["role"], found["det"].lower())
        for found in _ROLE_PHRASE.finditer(plain)
        if found["det"].lower() not in ("no", "any", "every", "each")
        and not (found["role"].lower() == "head" and found["det"].lower() in ("my", "his", "her", "their"))
        and not _in_compound(plain[found.end() :])
        and not re.match(r"['’]", plain[found.end("role") :].removeprefix(found["poss"] or ""))
        and not _DENIED.search(plain[: found.start()])
    )


def _in_compound(after: str) -> bool:
    """Whether a noun follows to which the role only belongs: “the customer list”."""
    if re.match(r"\s+(?:side|seat|training|room|desk|office|meeting|list|door|team|entrance|class)\b", after):
        return True
    return bool(noun_after(after))


def noun_after(text: str) -> str:
    """The noun that a text begins with, as far as word lists tell; empty for anything else."""
    found = re.match(r"\s+([a-z]+)\b", text)
    word = found.group(1) if found else ""
    if word in _ING_NOUNS:
        return word
    known = any(word in words(name) for name in ("not_modifiers", "not_names", "past", "states", "present", "adverbs"))
    return "" if known or word.endswith(("ed", "ing", "ly", "s")) else word


def name_mentions(text: str, names: Sequence[str]) -> list[Mention]:
    """Where people who are known by name are spoken of."""
    found: list[Mention] = []
    for name in names:
        for form in forms_of(name):
            for match in re.finditer(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, _flags(form, text)):
                if not any(one.start <= match.start() < one.start + len(one.text) for one in found):
                    found.append(Mention(match.start(), match.group(), name, None))
    return sorted(found)


def forms_of(name: str) -> list[str]:
    """The ways in which somebody may be called: the full name first."""
    bare = _bare(name)
    parts = bare.split()
    return list(dict.fromkeys([name, bare, *(part for part in (parts[0], parts[-1]) if len(part) > 1)]))


def role_of(name: str, text: str) -> Mention | None:
    """The role that a sentence gives to somebody named: “my manager Petra”, “Petra, our team lead”, “Petra is a nurse”."""
    return next((mention for mention in role_mentions(text) if _belongs_to(name, mention, text)), None)


def _belongs_to(name: str, mention: Mention, text: str) -> bool:
    end = mention.start + len(mention.text)
    for form in forms_of(name):
        if re.compile(_BEFORE_NAME.format(name=re.escape(form))).match(text, end):
            return True
        after = re.search(_AFTER_NAME.format(name=re.escape(form)), text[: mention.start])
        if after and not (after["listed"] and _NEXT_IS_WHOM.match(text, end)):
            return True
    return False


def one_of_them(role: str) -> str:
    """The role of one of several: “the teachers, Ms Brandt and …” makes her a teacher."""
    last = role.rsplit(maxsplit=1)[-1].lower()
    singular = last.removesuffix("es") if last.removesuffix("es") in words("roles") else last.removesuffix("s")
    return role[: len(singular) - len(last)] if singular != last and singular in words("roles") else role


def job_of_speaker(text: str) -> str:
    """What the speaker says to be: “I am the shift lead”."""
    found = _JOB.search(without_quotes(text))
    return " ".join(found["role"].split()) if found else ""


def _weigh(text: str, match: re.Match[str], name: str, lower_words: set[str]) -> int:
    first = name.split(maxsplit=1)[0].lower()
    start = match.end("name") - len(match["name"]) + match["name"].find(name)
    before, after = text[max(0, start - NEARBY) : start].rstrip(), text[start + len(name) :]
    at_start = not before.strip(" \"'“‘-(") or before.endswith((":", "“", '"'))
    if match["title"]:
        return 4
    if _PLACE_SUFFIX.search(name) or re.match(r"\s+(?:Street|Road|Ltd|GmbH|Inc)\b", after):
        return -4
    if _INNER_CAPITAL.match(name) or name.lower() in words("titles") or _is_of_a_thing(before, after):
        return -6
    points = 3 if first in words("first_names") else 0
    points -= 6 if first in words("not_names") and first not in words("first_names") else 0
    points += 0 if at_start else 1
    points += 1 if first in words("name_words") and not at_start else 0
    if re.match(rf"(?:['’]s)?\s+(?:{_SPEECH})\b", after):
        points += 2
    elif re.match(rf"\s+(?:\w+ly\s+)?(?:{_DEED})\b", after):
        points += 2 if not at_start or first not in lower_words else 1
    elif re.match(rf"\s+(?:{_WEAK})\b|['’]s\b", after) and not at_start:
        points += 1
    if re.search(rf"\b(?:{_STRONG_BEFORE})$", before, re.IGNORECASE) or _TO_GIVE.search(before + " "):
        points += 2
    if _beside_role(before, after) or re.match(r"\s+and\s+(?:I|me)\b", after):
        points += 2
    if len(name.split()) > 1 and not at_start and not _USES.search(before + " "):
        points += 1
    if _USES.search(before + " ") and not points >= 4:  # noqa: PLR2004  # a given name stays one: “the Anna I know”
        points -= 3
    if at_start and first in lower_words and first not in words("first_names"):
        points -= 3
    return points


def _is_of_a_thing(before: str, after: str) -> bool:
    """Whether what is named is a place or a product: “the Italian place, Da Gino”, “Da Gino is the restaurant”."""
    return bool(_AFTER_PLACE.search(before) or _IS_NO_PERSON.match(after))


def _beside_role(before: str, after: str) -> bool:
    return bool(
        _ROLE_BEFORE.search(before) or _ROLE_AFTER.match(after) or re.match(r"\s+from\s+(?:the\s+)?[a-z]+", after)
    )


def _trimmed(name: str, *, at_start: bool) -> str:
    """Without ordinary words that only stand at the beginning of the sentence: “When Tom”, “Yesterday Anna”."""
    parts = re.sub(r"['’]s$", "", name).split()
    while parts and parts[0].lower() in words("not_names") and len(parts) > 1 and (at_start or len(parts) > 1):
        parts = parts[1:]
    return re.sub(r"['’]s?$", "", " ".join(parts))


def _bare(name: str) -> str:
    return re.sub(rf"^{_TITLE}\s+", "", name)


def _part_of_known(full: str, points: Counter[str]) -> bool:
    return any(
        known != _bare(full) and score >= NEEDED and _bare(full) in known.split() for known, score in points.items()
    )


def longest(people: Sequence[str]) -> list[str]:
    """One name for each person: a form that belongs to a longer name is not a person of its own."""
    kept: list[str] = []
    for name in people:
        longer = [other for other in people if other != name and _belongs(name, other)]
        chosen = longer[0] if len(longer) == 1 else name
        if chosen not in kept:
            kept.append(chosen)
    return kept


def _belongs(short: str, long: str) -> bool:
    bare, parts = _bare(short), _bare(long).split()
    return len(bare) < len(long) and (bare == _bare(long) or (len(bare.split()) == 1 and bare in (parts[0], parts[-1])))


def _flags(form: str, text: str) -> re.RegexFlag:
    return re.IGNORECASE if text == text.lower() and form.lower() in words("first_names") else re.RegexFlag(0)
