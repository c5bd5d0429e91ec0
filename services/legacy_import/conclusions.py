"""What was concluded from what was said: summary, facts, goals, questions.

Its shapes have changed over the years. What has today's shape becomes what it is today; what has not is kept under
`extra`, with a note: nothing is guessed, and it can be drawn anew from what was said.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.checks import check_fields
from domain.errors import Invalid
from domain.interview import ExtractedSummary, Fact, Goal, Interview
from domain.session import Message
from services.interviews.goals import DESCRIPTIONS, new_goals
from services.legacy_import.fitting import fit
from services.legacy_import.values import Fields, is_empty, without_empties

TEXT_OF_A_QUESTION = ("question", "text", "content")


class Conclusions:
    """Reads them from the fields of a file; `extra` gets what does not fit."""

    def __init__(self, fields: Fields, said: Sequence[Message], extra: dict[str, Any]) -> None:
        self._fields = fields
        self._said = said
        self._extra = extra

    def read(self) -> dict[str, Any]:
        """The fields of an interview that hold conclusions."""
        return {
            "extracted_summary": self._summary(),
            "goals": self._goals(),
            "facts": self._facts(),
            "answers": self._answers(),
            "turn_count": self._number("turn_count", 0),
            "confidence_threshold": self._number("confidence_threshold", 90),
            **self._question(),
        }

    def _summary(self) -> ExtractedSummary | None:
        value = self._fields.take("extracted_summary")
        if value is None:
            return None
        summary = fit(value, ExtractedSummary)
        if summary is None or not summary.whole:
            self._keep("extracted_summary", value)
        return summary.value if summary else None

    def _goals(self) -> list[Goal]:
        """Those with a topic of today, and where there is one the others too: an interview has a goal for each."""
        value = self._fields.take("goals")
        found: dict[str, Goal] = {}
        left = []
        for each in _listed(value):
            goal = fit(_lower_status(_with_description(each)), Goal)
            if goal is None or not goal.whole or goal.value.topic in found:
                left.append(each)
            if goal is not None:
                found.setdefault(goal.value.topic, goal.value)
        self._keep_all("goals", value, left)
        return [found.get(goal.topic, goal) for goal in new_goals()] if found else []

    def _facts(self) -> list[Fact]:
        value = self._fields.take("facts")
        found: dict[str, Fact] = {}
        left = []
        for each in _listed(value):
            fact = fit(self._with_source(each, len(found) + 1), Fact)
            if fact is None or not fact.whole or fact.value.fact_id in found:
                left.append(each)
            if fact is not None:
                found.setdefault(fact.value.fact_id, fact.value)
        self._keep_all("facts", value, left)
        return _out_of_the_way([*found.values()])

    def _with_source(self, fact: Any, number: int) -> Any:
        """The fact with an id, and with the words it rests on and their message, where they can be found."""
        if not isinstance(fact, dict):
            return fact
        present = {"fact_id": f"f{number}", **{name: value for name, value in fact.items() if not is_empty(value)}}
        quote, named = present.get("quote") or present.get("claim"), present.get("message_id")
        for said in self._said:
            is_named = named is None or named in (said.message_id, said.meta.get("message_id"), said.meta.get("id"))
            if is_named and isinstance(quote, str) and said.role != "interviewer" and quote in said.content:
                return {**present, "quote": quote, "message_id": said.message_id}
        return present

    def _answers(self) -> list[str]:
        value = self._fields.take("answers")
        fitting = value if value is None else _fitting_field("answers", value)
        if value is not None and fitting is None:
            self._keep("answers", value)
        return fitting or []

    def _question(self) -> dict[str, Any]:
        """The question that waits: a text, or the text within an object that is kept whole beside it."""
        value = self._fields.take("current_question")
        text = value
        if isinstance(value, dict):
            text = next((value[name] for name in TEXT_OF_A_QUESTION if not is_empty(value.get(name))), None)
            self._keep("current_question", value)
        if text is None:
            return {}
        if _fitting_field("current_question", text) is None:
            self._extra["current_question"] = value
            self._fields.note("current_question", "does not fit; kept in extra")
            return {}
        asked = (said for said in reversed(self._said) if said.role == "interviewer" and said.content == text)
        topic = value.get("topic") if isinstance(value, dict) else None
        return {
            "current_question": text,
            "current_question_id": next((said.message_id for said in asked), None),
            "current_topic": topic if isinstance(topic, str) and topic in DESCRIPTIONS else None,
        }

    def _number(self, name: str, default: int) -> int:
        value = self._fields.take(name)
        if value is None:
            return default
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        fitting = _fitting_field(name, whole)
        if fitting is None:
            self._keep(name, value)
        return default if fitting is None else int(fitting)

    def _keep(self, name: str, value: Any) -> None:
        self._extra[name] = value
        self._fields.note(name, "does not fit as it stands; kept in extra")

    def _keep_all(self, name: str, value: Any, left: list[Any]) -> None:
        if left:
            self._extra[name] = left if isinstance(value, list) else value
            of = f"{len(left)} of {len(_listed(value))}"
            self._fields.note(name, f"{of} do not fit as they stand; kept in extra")


def _out_of_the_way(facts: list[Fact]) -> list[Fact]:
    """The facts with no id that one of the facts to come would take: those are numbered on from here."""
    numbered = re.compile(r"f([0-9]{1,9})")
    clashing = {fact.fact_id for fact in facts if (n := numbered.fullmatch(fact.fact_id)) and int(n[1]) > len(facts)}

    def apart(fact_id: str | None) -> str | None:
        return f"old-{fact_id}" if fact_id in clashing else fact_id

    return [
        msgspec.structs.replace(
            fact,
            fact_id=apart(fact.fact_id),
            about=apart(fact.about),
            replaced_by=apart(fact.replaced_by),
            corrected_by=[apart(one) for one in fact.corrected_by],
        )
        for fact in facts
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _with_description(goal: Any) -> Any:
    """Goals of today describe themselves; one that says only its topic is still that goal."""
    topic = goal.get("topic") if isinstance(goal, dict) else None
    known = DESCRIPTIONS.get(topic) if isinstance(topic, str) else None  # type: ignore[call-overload]  # any text may ask
    return {"description": known, **without_empties(goal)} if known else goal


def _lower_status(goal: Any) -> Any:
    status = goal.get("status") if isinstance(goal, dict) else None
    return {**goal, "status": status.strip().lower()} if isinstance(status, str) else goal


def _fitting_field(name: str, value: Any) -> Any:
    """The value where an interview could have it in this field, else None."""
    try:
        return check_fields(Interview, {name: value})[name]
    except Invalid:
        return None
