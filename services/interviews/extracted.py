"""Keeps the extracted summary true to the person: what they corrected by hand stays as they put it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.errors import Invalid
from domain.interview import (
    ExtractedSummary,
    GeneralDetails,
    Interview,
    Person,
    PointOfConflict,
    SummaryCorrection,
)

MERGED_WITHIN = frozenset({"point_of_conflict", "general_details"})
"""The parts of a summary that are corrected field by field; the others are lists and corrected whole."""


def merged(shown: ExtractedSummary, given: ExtractedSummary | Mapping[str, Any]) -> ExtractedSummary:
    """The summary shown, with what is given in its place; what is left out keeps its value.

    A list that is given replaces the whole list, an empty list or text empties. A whole summary replaces all of it.
    """
    was, changes = msgspec.to_builtins(shown), msgspec.to_builtins(given)
    parts = {name: {**was[name], **part} if name in MERGED_WITHIN else part for name, part in changes.items()}
    return msgspec.convert({**was, **parts}, ExtractedSummary)


def after_correction(fresh: ExtractedSummary, correction: SummaryCorrection | None) -> ExtractedSummary:
    """What was understood now, laid under what the interviewee corrected earlier.

    People who were taken out stay out, people named since are added, corrected lines stay; what is missing is new.
    """
    if correction is None:
        return fresh
    known = {person.name for person in (*correction.before.actors, *correction.after.actors)}
    return ExtractedSummary(
        actors=[*correction.after.actors, *(person for person in fresh.actors if person.name not in known)],
        point_of_conflict=correction.after.point_of_conflict,
        general_details=correction.after.general_details,
        missing_info=fresh.missing_info,
    )


def correct(interview: Interview, corrected: ExtractedSummary) -> None:
    """Put a corrected summary into the interview, and what it changed among the corrections."""
    shown = interview.extracted_summary or ExtractedSummary()
    changed = differences(shown, corrected)
    if not changed:
        return
    first = interview.summary_correction.before if interview.summary_correction else shown
    before = ExtractedSummary(actors=[*first.actors, *shown.actors])
    interview.summary_correction = SummaryCorrection(before=before, after=corrected)
    interview.extracted_summary = corrected
    interview.corrections = [*interview.corrections, *changed]


def check_corrected(summary: ExtractedSummary) -> None:
    """Refuse a person without a name. Raises Invalid naming the place."""
    for place, person in enumerate(summary.actors):
        if not person.name.strip():
            raise Invalid(f"actors[{place}].name", person.name, "a name or a description that is not blank")


def differences(before: ExtractedSummary, after: ExtractedSummary) -> list[str]:
    """What a correction changed, one readable line for each change."""
    lines = _people(before.actors, after.actors)
    lines += _fields("Point of conflict", before.point_of_conflict, after.point_of_conflict)
    lines += _fields("Circumstances", before.general_details, after.general_details)
    return lines + _change("Missing", "; ".join(before.missing_info), "; ".join(after.missing_info))


def _people(before: list[Person], after: list[Person]) -> list[str]:
    was = {person.name: person for person in before}
    now = {person.name: person for person in after}
    lines = [f"Person removed: {name}" for name in was if name not in now]
    for name, person in now.items():
        if name not in was:
            lines.append(f"Person added: {_described(person)}")
        elif person != was[name]:
            lines.append(f"Person changed: {_described(was[name])} → {_described(person)}")
    return lines


def _described(person: Person) -> str:
    details = (person.role, ", ".join(person.relationships), person.emotional_state)
    told = "; ".join(detail for detail in details if detail)
    return f"{person.name} ({told})" if told else person.name


def _fields(title: str, before: PointOfConflict | GeneralDetails, after: PointOfConflict | GeneralDetails) -> list[str]:
    was, now = msgspec.to_builtins(before), msgspec.to_builtins(after)
    lines: list[str] = []
    for name in was:
        lines += _change(f"{title}, {name.replace('_', ' ')}", _as_text(was[name]), _as_text(now[name]))
    return lines


def _as_text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def _change(what: str, before: str, after: str) -> list[str]:
    return [] if before == after else [f"{what}: {before or '(nothing)'} → {after or '(nothing)'}"]
