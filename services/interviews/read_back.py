"""The summary as it is read back to the interviewee for correction: plain text, in their own words, nothing twice."""

import re
from collections.abc import Iterable, Sequence

from domain.interview import ExtractedSummary, Fact, Interview, Person, TimelineEntry, Topic
from services.interviews.corrected import marked

OPENING = "Thank you. This is what I have understood, as it will stand in the report. Please read it slowly."
ASKING = "Is this right? Tell me anything that is wrong or missing, in your own words."
STEP_LIMIT = 24
NAMED_WORDS = 4
PHRASE_WORDS = 8
"""A place or a time of so many words is named as it was said; a longer one is told as a sentence."""

_DAY = re.compile(
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|yesterday|today|week|weekend|ago"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b|\b\d{1,2}(?:st|nd|rd|th)\b|\d[./-]\d+[./-]",
    re.IGNORECASE,
)
"""A time that says on which day something was."""
_LEADING = re.compile(r"^(?:(?:in|at|on|from|to|by|near|around|about|the|a|an|my|our)\s+)+", re.IGNORECASE)


def as_text(interview: Interview, steps: Sequence[TimelineEntry]) -> str:
    """What was understood, in short paragraphs, with the question whether it is right; `steps` in order of time."""
    summary = interview.extracted_summary or ExtractedSummary()
    happened = _apart(_step(step, interview.facts) for step in steps[:STEP_LIMIT])
    besides, people, known, followed, shows = (
        [line for line in _claims(interview, *topics) if not _is_within(line, happened)]
        for topics in (("what", "sequence"), ("who",), ("how_known",), ("impact",), ("evidence",))
    )
    told = [*happened, *besides, *people, *known, *followed, *shows]
    parts = [
        OPENING,
        _list("What happened", happened),
        _list("Also", besides),
        _list("Who", [*_people(summary.actors), *people]),
        _line("When", _times(summary.general_details.timeline_markers, happened)),
        _line("Where", _besides(_places(interview), told)),
        _list("How this is known", known),
        _list("What followed from it", followed),
        _list("What could show it", shows),
        _line("Still open", _open(interview, summary.missing_info)),
        ASKING,
    ]
    return "\n\n".join(part for part in parts if part)


def _step(step: TimelineEntry, facts: list[Fact]) -> str:
    """One step with its time, which is named only where the sentence does not say it itself."""
    fact = next((one for one in facts if (one.message_id, one.quote) == (step.message_id, step.quote)), None)
    if fact is None:
        return step.label
    text = _claim(fact, facts)
    time = step.timestamp or ""
    missing = [part for part in time.split(", ") if part and _plain(part) not in _plain(fact.claim)]
    return f"{text.rstrip('.')} ({', '.join(missing)})." if missing else text


def _claims(interview: Interview, *topics: Topic) -> list[str]:
    """What was said about these topics; somebody who was only named is none of it."""
    facts = [fact for fact in interview.facts if fact.replaced_by is None and fact.topic in topics]
    told = [fact for fact in facts if fact.topic != "who" or _is_sentence(fact)]
    return _apart(_claim(fact, interview.facts) for fact in told)


def _is_sentence(fact: Fact) -> bool:
    return len(fact.quote.split()) > NAMED_WORDS and not fact.claim.startswith("Person named")


def _claim(fact: Fact, facts: list[Fact]) -> str:
    marks = [
        mark
        for mark, wanted in (
            ("as told by others", fact.source == "hearsay"),
            ("not certain", fact.confidence == "uncertain"),
        )
        if wanted
    ]
    if correction := marked(fact, facts):
        marks.append(correction)
    return f"{fact.claim.rstrip('.')} ({', '.join(marks)})." if marks else fact.claim


def _times(times: Sequence[str], happened: Sequence[str]) -> str:
    """The days in any case; a time of day only where no step says it. What else was said hides neither."""
    days = [text for text in _apart(times) if _DAY.search(text)]
    hours = _besides(times, [*happened, *days])
    return "; ".join([*days, hours] if hours else days)


def _places(interview: Interview) -> list[str]:
    told = [fact for fact in interview.facts if fact.replaced_by is None and fact.topic == "where"]
    return [fact.quote if len(fact.quote.split()) <= PHRASE_WORDS else fact.claim for fact in told]


def _people(people: Sequence[Person]) -> list[str]:
    """Those of whom more is known, each on a line; the others are named together."""
    lines = [(person.name, "; ".join(part for part in _known_of(person) if part)) for person in people]
    named = [f"{name} – {details}" for name, details in lines if details]
    others = [name for name, details in lines if not details]
    return [*named, f"also mentioned: {', '.join(others)}"] if others else named


def _known_of(person: Person) -> tuple[str, ...]:
    """What is not said already by how the person is called, each thing once."""
    role = (
        ""
        if person.role in person.name or any(person.role in relation for relation in person.relationships)
        else person.role
    )
    return (role, *(relation for relation in person.relationships), person.emotional_state)


def _open(interview: Interview, missing: Sequence[str]) -> str:
    agreed = all(found.resolution for found in interview.contradictions)
    wanted = [line for line in missing if not (agreed and line.startswith("Which of two statements"))]
    return "; ".join(line[:1].lower() + line[1:] for line in wanted)


def _besides(phrases: Iterable[str], told: Sequence[str]) -> str:
    """The phrases that no sentence above holds already, each once; of two that say the same the fuller one."""
    return "; ".join(text.rstrip(" .;,") for text in _apart(phrases) if not _is_within(text, told))


def _apart(texts: Iterable[str]) -> list[str]:
    """The texts without those that stand within another one."""
    kept: list[str] = []
    for text in texts:
        if not _is_within(text, kept):
            kept = [one for one in kept if not _is_within(one, [text])] + [text]
    return kept


def _is_within(text: str, others: Sequence[str]) -> bool:
    return any(f" {_plain(text)} " in f" {_plain(other)} " for other in others)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w:.]*\w", _LEADING.sub("", text.strip()).casefold()))


def _line(title: str, text: str) -> str:
    return f"{title}: {text}." if text else ""


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"– {line}" for line in lines)]) if lines else ""
