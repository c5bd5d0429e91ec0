"""Puts a report together from what was kept: the interviewer orders and words, the service chooses and counts."""

from collections.abc import Sequence
from datetime import datetime

from domain.interview import ExtractedSummary, Fact, Gap, Goal, Interview, Report, ReportContradiction
from providers.interviewers.base import Interviewer, InterviewState
from services.interviews.goals import DESCRIPTIONS

ORDER = list(DESCRIPTIONS)


def make_report(interviewer: Interviewer, state: InterviewState, made_at: datetime) -> Report:
    """A new version of the report, from facts that stand and the goals as they are."""
    interview = state.interview
    draft = interviewer.report(state)
    said = {message.message_id: message.content for message in state.messages if message.role == "interviewee"}
    return Report(
        version=len(interview.reports) + 1,
        made_at=made_at,
        summary=interview.extracted_summary or ExtractedSummary(),
        timeline=[step for step in draft.timeline if step.quote and step.quote in said.get(step.message_id, "")],
        key_facts=key_facts(interview.facts),
        contradictions=_side_by_side(interview),
        gaps=[
            Gap(topic=found.topic, question=found.question, why=found.why or _why_open(interview.goals, found.topic))
            for found in draft.open_questions
        ],
        goals=interview.goals,
        corrections=interview.corrections,
    )


def key_facts(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that stand, by topic; one whose words stand within those of another is not listed again."""
    present = [fact for fact in facts if fact.replaced_by is None]
    kept: list[Fact] = []
    for fact in sorted(present, key=lambda fact: -len(fact.quote)):
        if not any(fact.message_id == other.message_id and fact.quote in other.quote for other in kept):
            kept.append(fact)
    listed = {fact.fact_id for fact in kept}
    return sorted((fact for fact in present if fact.fact_id in listed), key=lambda fact: ORDER.index(fact.topic))


def _side_by_side(interview: Interview) -> list[ReportContradiction]:
    facts = {fact.fact_id: fact for fact in interview.facts}
    return [
        ReportContradiction(
            topic=found.topic,
            about=found.about,
            first=facts[found.first_fact_id],
            second=facts[found.second_fact_id],
            resolution=found.resolution,
        )
        for found in interview.contradictions
    ]


def _why_open(goals: Sequence[Goal], topic: str) -> str:
    goal = next(goal for goal in goals if goal.topic == topic)
    if goal.unknown_answers:
        return "the interviewee did not know, or passed the question over"
    return goal.closed_because or "not mentioned, or not said exactly"
