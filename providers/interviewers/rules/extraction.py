"""Puts together what is understood so far: people, point of conflict, circumstances, what is missing."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from domain.interview import ExtractedSummary, Fact, GeneralDetails, Goal, Person, PointOfConflict, Topic
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.account import names_of, spoken_as
from providers.interviewers.rules.claims import phrase_as_claim, short_name
from providers.interviewers.rules.incident import main_events, weight
from providers.interviewers.rules.people import (
    Mention,
    forms_of,
    job_of_speaker,
    name_mentions,
    one_of_them,
    role_mentions,
    role_of,
)
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.record import is_about_the_record
from providers.interviewers.rules.sentences import sentences
from providers.interviewers.rules.step_times import times_of_all
from providers.interviewers.rules.steps import steps_of
from providers.interviewers.rules.words import any_of, words

_LEANS = re.compile(r"^\W*(?:and\s+|but\s+)?(?:then|afterwards|later|he|she|they|it|next)\b", re.IGNORECASE)
"""A sentence that begins so is not understood without the one before."""
_IS_A = re.compile(
    r"^\W*(?:and\s+)?(?:he|she)(?:['’]s|\s+is|\s+was)\s+(?=(?:the|an?|our|my|one\s+of)\b)", re.IGNORECASE
)
PEOPLE_LIMIT = 25
LINES_LIMIT = 6
NAME_WORDS = 8
"""An answer to “what is their name” is short; a longer one tells something else."""
_FEELING = rf"(?P<feeling>(?:(?:very|really|so|quite|extremely|a\s+bit|completely|rather|pretty|visibly|clearly)\s+)*(?:{any_of('emotions')})(?:\s+and\s+(?:\w+\s+)?(?:{any_of('emotions')}))?)\b"
_FEELS = r"\s+(?:was|were|is|am|felt|feel|feels|looked|looks|seemed|seems|got|became|sounded|sat\s+there|stood\s+there|came\s+out|left)\s+"
_I_FEEL = re.compile(rf"\bI(?:{_FEELS}|['’]m\s+|\s+(?:\w+\s+)?(?:was|am|felt|feel)\s+){_FEELING}", re.IGNORECASE)
_TALKED = re.compile(
    r"\b(?:told|said|asked|wrote|emailed|e-mailed|texted|called|phoned|rang|messaged|reported|informed|complained|talked|spoke|answered|replied|shouted|discussed|promised|announced|apologi[sz]ed)\b",
    re.IGNORECASE,
)
_MISSING: dict[Topic, str] = {
    "what": "What exactly happened",
    "who": "Who was involved or there",
    "when": "When exactly it happened",
    "where": "Where exactly it happened",
    "sequence": "What came before and after",
    "how_known": "How this is known",
    "impact": "What followed from it",
    "evidence": "What or who else could show it",
    "contradictions": "Which of two statements that disagree is right",
}
_PLURAL_OR_VAGUE = re.compile(
    r"^(?:some|two|three|four|both)\b|\b(?:man|woman|guy|person|stranger|boy|girl|kid|teenager|child|friend|somebody)$|s$|\bof\s+mine\b",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"^my\s+(?:\w+\s+)?(?:brother|sister|mother|father|mum|mom|dad|son|daughter|wife|husband|partner|grand\w+|girlfriend|boyfriend|parents|child)$",
    re.IGNORECASE,
)


def extract(state: InterviewState) -> ExtractedSummary:
    """The summary as it can be drawn from everything that was said."""
    facts = [fact for fact in state.interview.facts if fact.replaced_by is None]
    points = _points(state, facts)
    return ExtractedSummary(
        actors=actors(state),
        point_of_conflict=PointOfConflict(
            primary=points[0].quote if points else "", secondary=points[1].quote if len(points) > 1 else ""
        ),
        general_details=GeneralDetails(
            timeline_markers=_times(state),
            location_context="; ".join(_distinct(_places(facts)))[:1_000],
            communication_history=_lines(fact.quote for fact in facts if _TALKED.search(fact.quote)),
            emotional_atmosphere=_lines(fact.quote for fact in facts if _speaks_of_feeling(fact)),
        ),
        missing_info=[*_unnamed(state), *_below(state.interview.goals, state.interview.confidence_threshold)],
    )


def _points(state: InterviewState, facts: list[Fact]) -> list[Fact]:
    """What it is about: the weightiest of what was told unasked, in the summary and the account; else of all that was."""
    told = {said.message_id for said in state.messages if said.role == "interviewee"} - {
        said.message_id for said in state.messages if said.meta.get("topic") not in (None, "what")
    }
    weighty = [fact for fact in main_events(facts) if weight(fact.quote) and not fact.corrected_by]
    unasked = [fact for fact in weighty if fact.message_id in told and not _LEANS.match(fact.quote)]
    return unasked or weighty or main_events(facts)


def actors(state: InterviewState) -> list[Person]:
    """The interviewee first, then everybody they named or spoke of by role, in that order."""
    pieces = _pieces(state)
    people = [_speaker(state, pieces)]
    taken: set[str] = set()
    given = {name: phrase for phrase, name in names_given(state).items()}
    for name in names_of(state):
        person, phrase = _named(name, spoken_as(name, state), pieces, state.interview.interviewee_name)
        if name in given and not person.role:
            phrase = given[name]
            person.role = re.sub(r"^(?:my|our|the|a|an|his|her|their)\s+", "", phrase)
        people.append(person)
        taken.add(phrase.lower())
    for phrase, role in _by_role(pieces):
        head = role.lower().split()[-1]
        if phrase.lower() not in taken and not any(head in person.role.lower().split()[-1:] for person in people[1:]):
            people.append(_unnamed_person(phrase, role, pieces, state.interview.interviewee_name))
    return people[:PEOPLE_LIMIT]


def unnamed_roles(state: InterviewState) -> list[str]:
    """Those who were spoken of by role and never named, in the words used first: “the receptionist”."""
    pieces = _pieces(state)
    named = {
        person.role.lower().split()[-1]
        for person in actors(state)[1:]
        if person.role and person.name in names_of(state)
    }
    named |= {phrase.lower().split()[-1] for phrase in names_given(state)}
    return [
        phrase[:1].lower() + phrase[1:]
        for phrase, role in _by_role(pieces)
        if role.lower().split()[-1] not in named and not _PLURAL_OR_VAGUE.search(phrase) and not _FAMILY.search(phrase)
    ]


def names_given(state: InterviewState) -> dict[str, str]:
    """Names that were given when asked for: “the receptionist” → “Ruth Adler”."""
    asked = {said.message_id: str(said.meta.get("key", "")) for said in state.messages if said.role == "interviewer"}
    found: dict[str, str] = {}
    for said in state.messages:
        key = asked.get(said.meta.get("answers", ""), "")
        if (
            key.startswith("name-")
            and len(said.content.split()) <= NAME_WORDS
            and (given := name_mentions(said.content, names_of(state)))
        ):
            found[key.removeprefix("name-")] = given[0].name or ""
    return found


def _pieces(state: InterviewState) -> list[str]:
    """Every sentence of the account; a sentence that answers about somebody's part follows one that names them."""
    asked = {said.message_id: str(said.meta.get("key", "")) for said in state.messages if said.role == "interviewer"}
    found: list[str] = []
    for said in state.messages:
        if said.role == "interviewee":
            about = asked.get(said.meta.get("answers", ""), "")
            found += [about.removeprefix("part-").title()] if about.startswith("part-") else []
            found += [piece.text for piece in sentences(said.content) if not is_about_the_record(piece.text)]
    return found


def _speaker(state: InterviewState, pieces: list[str]) -> Person:
    job = next((job for job in map(job_of_speaker, pieces) if job), "")
    feeling = next((found["feeling"] for text in pieces if (found := _I_FEEL.search(text))), "")
    role = str(state.interview.interviewee_role)
    return Person(
        name=state.interview.interviewee_name,
        role=f"{role}, {job}" if job else role,
        emotional_state=" ".join(feeling.split()),
    )


def _named(name: str, called: list[str], pieces: list[str], speaker: str) -> tuple[Person, str]:
    mention = next((found for one in called for text in pieces if (found := role_of(one, text))), None)
    mention = mention or _role_by_pronoun(called, pieces)
    role, relations, phrase = "", [], ""
    if mention and mention.role:
        phrase = mention.text
        role = one_of_them(" ".join(mention.role.split()))
        if mention.determiner == "my":
            relations = [f"{role} of {speaker}"]
    return Person(
        name=name[:200],
        role=role,
        relationships=relations,
        emotional_state=_feeling_of([form for one in called for form in forms_of(one)], pieces),
    ), phrase


def _role_by_pronoun(called: list[str], pieces: list[str]) -> Mention | None:
    """“Pavel was under it. He's a picker.”: the role in the sentence behind one that names nobody else."""
    for before, text in pairwise(pieces):
        found = _IS_A.match(text)
        if found and any(form in before.split() for one in called for form in forms_of(one)):
            return next((role for role in role_mentions(text) if role.start == found.end()), None)
    return None


def _by_role(pieces: list[str]) -> list[tuple[str, str]]:
    """One phrase for each role word, the first one used."""
    found: dict[str, tuple[str, str]] = {}
    for text in pieces:
        for mention in role_mentions(text):
            role = " ".join((mention.role or "").split())
            if re.search(rf"\bI(?:'m|\s+am|\s+work\s+as|\s+was)\s+{re.escape(mention.text)}", text):
                continue
            found.setdefault(role.lower().split()[-1], (" ".join(mention.text.split()), role))
    return list(found.values())


def _unnamed_person(phrase: str, role: str, pieces: list[str], speaker: str) -> Person:
    own = phrase.lower().startswith("my ")
    return Person(
        name=phrase_as_claim(phrase, short_name(speaker))[:200] if own else (phrase[:1].lower() + phrase[1:])[:200],
        role=role,
        relationships=[f"{role} of {speaker}"] if own and role.rsplit(maxsplit=1)[-1].lower() in words("kin") else [],
        emotional_state=_feeling_of([phrase], pieces),
    )


def _feeling_of(forms: list[str], pieces: list[str]) -> str:
    for form in forms:
        pattern = re.compile(rf"(?<!\w){re.escape(form)}{_FEELS}{_FEELING}", re.IGNORECASE)
        for text in pieces:
            if found := pattern.search(text):
                return " ".join(found["feeling"].split())
    return ""


def _speaks_of_feeling(fact: Fact) -> bool:
    return fact.topic != "who" and bool(
        re.search(rf"\b(?:{any_of('emotions')}|atmosphere|mood|tense|tension)\b", fact.quote, re.IGNORECASE)
    )


def _places(facts: list[Fact]) -> Iterator[str]:
    """The places as said; of a whole sentence only the words that name one."""
    for fact in facts:
        if fact.topic == "where":
            spans = place_spans(fact.quote)
            yield from [span.text for span in spans] or [fact.quote]


def _times(state: InterviewState) -> list[str]:
    """The times of what happened as said, without those that were corrected."""
    facts = state.interview.facts
    wrong = {fact.timestamp for fact in facts if fact.replaced_by is not None}
    right = {fact.timestamp for fact in facts if fact.replaced_by is None}
    told = times_of_all(steps_of(state), facts)
    standing = ([time for time in times if time not in wrong or time in right] for times in told)
    return _distinct(", ".join(times) for times in standing if times)[:12]


def _lines(quotes: Iterable[str]) -> str:
    return " / ".join(_distinct(quotes)[:LINES_LIMIT])[:1_900]


def _distinct(texts: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(text.lower().strip(" .,"), " ".join(text.split()))
    return list(kept.values())


def _unnamed(state: InterviewState) -> list[str]:
    return [f"The name of “{phrase}”" for phrase in unnamed_roles(state)[:3]]


def _below(goals: list[Goal], threshold: int) -> list[str]:
    return [_MISSING[goal.topic] for goal in goals if goal.confidence < threshold]
