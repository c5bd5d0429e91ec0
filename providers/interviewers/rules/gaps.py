"""Words what stayed open, as questions to whoever reads the report."""

from domain.interview import Contradiction, Topic
from providers.interviewers.base import InterviewState, OpenQuestion
from providers.interviewers.rules.extraction import unnamed_roles
from providers.interviewers.rules.sides import in_full, in_short

NAMES_LIMIT = 3

_QUESTIONS: dict[Topic, str] = {
    "what": "What exactly happened?",
    "who": "Who was involved, and who else was there?",
    "when": "When exactly did it happen?",
    "where": "Where exactly did it happen?",
    "sequence": "What came before and after?",
    "how_known": "What of this was seen or heard at first hand?",
    "impact": "What followed from it?",
    "evidence": "What, or who else, could show what happened?",
}


def open_questions(state: InterviewState) -> list[OpenQuestion]:
    """One question for each goal below the threshold, each person without a name, each disagreement left."""
    threshold = state.interview.confidence_threshold
    found = [
        OpenQuestion(goal.topic, _QUESTIONS[goal.topic])
        for goal in state.interview.goals
        if goal.confidence < threshold and goal.topic in _QUESTIONS
    ]
    names = [
        OpenQuestion("who", f"Who is “{phrase}”?", "spoken of, not named")
        for phrase in unnamed_roles(state)[:NAMES_LIMIT]
    ]
    pairs = [
        OpenQuestion("contradictions", _which(state, one), "not settled")
        for one in state.interview.contradictions
        if not one.resolution and _stands(state, one.first_fact_id, one.second_fact_id)
    ]
    return [*found, *names, *pairs]


def _which(state: InterviewState, pair: Contradiction) -> str:
    """Both statements in short: whoever reads the question needs nothing else to understand it."""
    facts = {fact.fact_id: fact for fact in state.interview.facts}
    sides = [in_short(in_full(state, facts[one])) for one in (pair.first_fact_id, pair.second_fact_id)]
    return f"Which is right: “{sides[0]}” or “{sides[1]}”?"


def _stands(state: InterviewState, *ids: str) -> bool:
    replaced = {fact.fact_id for fact in state.interview.facts if fact.replaced_by is not None}
    return not replaced & set(ids)
