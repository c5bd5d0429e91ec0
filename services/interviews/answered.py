"""What an answer came to, as it stood right after it: the same however often the answer is sent again."""

from typing import Any

import msgspec

from domain.interview import Fact, Goal, Interview
from domain.session import Message
from providers.interviewers.base import Turn


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The interview after an answer, and the next question. `done`: it was the last one and the report is there."""

    session: Interview
    question: str
    suggestions: list[str]
    facts: list[Fact]
    goals: list[Goal]
    done: bool


def question_meta(turn: Turn, interview: Interview, through: int) -> dict[str, Any]:
    """What is stored beside a question: how it was meant, and how far the interview had come when it was asked.

    `through` is the number of the last answer that went into it.
    """
    return {
        "through": through,
        "topic": turn.topic,
        "key": turn.key,
        "about": turn.about,
        "contradiction": turn.contradiction_id,
        "suggestions": turn.suggestions,
        "stage": str(interview.stage),
        "done": turn.done,
        "facts": len(interview.facts),
        "goals": msgspec.to_builtins(interview.goals),
    }


def answered(interview: Interview, reply: Message) -> Answered:
    """The response to an answer, from the question that was stored after it."""
    return Answered(
        session=interview,
        question=reply.content,
        suggestions=list(reply.meta["suggestions"]),
        facts=_facts_then(interview.facts, reply.meta["facts"]),
        goals=msgspec.convert(reply.meta["goals"], list[Goal]),
        done=reply.meta["done"],
    )


def _facts_then(facts: list[Fact], count: int) -> list[Fact]:
    """The first `count` facts; what put one of them right only later is not told yet."""
    then = facts[:count]
    known = {fact.fact_id for fact in then}
    return [
        msgspec.structs.replace(
            fact,
            replaced_by=fact.replaced_by if fact.replaced_by in known else None,
            corrected_by=[one for one in fact.corrected_by if one in known],
        )
        for fact in then
    ]
