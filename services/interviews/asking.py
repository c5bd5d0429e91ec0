"""Decides what is asked next: the interviewer proposes a question, the service keeps course, bounds and neutrality."""

from collections.abc import Sequence

import msgspec

from domain.interview import Interview, Stage
from domain.session import Message
from providers.interviewers.base import Interviewer, InterviewState, Turn
from services.interviews.goals import goal_of
from services.interviews.read_back import as_text

QUESTION_LIMIT = 30
"""An interview never asks more; room for the read-back is kept within."""
PROBING_LIMIT = 26

NOT_SURE, SKIP = "I'm not sure", "Skip this question"
CONFIRM = ("Yes, that's right", "Something is wrong", "Something is missing")
NOTHING_MORE = ("No, that is all", "Something else is wrong")

REOPENED = "Welcome back. The interview is open again. What would you like to add or to correct?"
CLOSING = (
    "Thank you, {name}. That was the last question. Everything you said is kept, and the report is put together from "
    "your own words."
)


def next_turn(interviewer: Interviewer, state: InterviewState) -> Turn:
    """The next thing to say, with stage and goals of the interview set to match."""
    interview = state.interview
    if interview.stage == Stage.CLOSED and not (interview.reports and interview.current_question is None):
        return _closing(interview)
    if interview.current_question is None and interview.reports:
        return _reopened(interview)
    if interview.stage == Stage.READ_BACK:
        return _after_read_back(interviewer, state)
    return _probing(interviewer, state)


def closing_text(interview: Interview) -> str:
    """What is said at the end."""
    return CLOSING.format(name=interview.interviewee_name)


def _closing(interview: Interview) -> Turn:
    return Turn(question=closing_text(interview), key="closing", done=True)


def _reopened(interview: Interview) -> Turn:
    interview.stage = Stage.READ_BACK
    interview.summary_confirmed = False
    return Turn(
        question=REOPENED, key="reopened", suggestions=["I want to add something", *CONFIRM[1:2], NOT_SURE, SKIP]
    )


def _probing(interviewer: Interviewer, state: InterviewState) -> Turn:
    interview = state.interview
    asked = _questions(state.messages)
    turn = interviewer.next_turn(state)
    if turn.done or len(asked) >= PROBING_LIMIT:
        return _read_back(interviewer, state, turn)
    if turn.contradiction_id is not None:
        _mark_asked(interview, turn.contradiction_id)
    interview.stage = _stage_of(interview, turn, asked)
    if turn.topic is not None:
        goal_of(interview.goals, turn.topic).asked += 1
    return _with_ways_out(turn)


def _stage_of(interview: Interview, turn: Turn, asked: Sequence[Message]) -> Stage:
    if turn.contradiction_id is not None:
        return Stage.CONTRADICTIONS
    if interview.stage == Stage.CONTRADICTIONS and turn.topic is None:
        return Stage.CONTRADICTIONS
    return Stage.PROBING if asked else interview.stage


def _read_back(interviewer: Interviewer, state: InterviewState, turn: Turn) -> Turn:
    """Nothing is left to ask: what stays below the threshold counts as exhausted, and the summary is read back."""
    interview = state.interview
    for goal in interview.goals:
        if goal.confidence < interview.confidence_threshold and not goal.exhausted:
            goal.exhausted = True
            goal.closed_because = goal.closed_because or "every question about it was asked"
    interview.stage = Stage.READ_BACK
    lead = f"{turn.question}\n\n" if turn.done and turn.question else ""
    text = as_text(interview, interviewer.report(state).timeline)
    return Turn(question=f"{lead}{text}", key="read-back", suggestions=[*CONFIRM, NOT_SURE])


def _after_read_back(interviewer: Interviewer, state: InterviewState) -> Turn:
    """Ask on until the interviewee has nothing more to correct; remarks and questions of theirs are answered first."""
    if len(_questions(state.messages)) >= QUESTION_LIMIT - 1:
        state.interview.stage = Stage.CLOSED
        return _closing(state.interview)
    turn = interviewer.next_turn(state)
    return _with_ways_out(msgspec.structs.replace(turn, done=False, suggestions=turn.suggestions or [*NOTHING_MORE]))


def _mark_asked(interview: Interview, contradiction_id: str) -> None:
    for found in interview.contradictions:
        if found.contradiction_id == contradiction_id:
            found.asked = True


def _with_ways_out(turn: Turn) -> Turn:
    ways = [suggestion for suggestion in turn.suggestions if suggestion not in (NOT_SURE, SKIP)]
    return msgspec.structs.replace(turn, suggestions=[*ways, NOT_SURE, SKIP])


def _questions(transcript: Sequence[Message]) -> list[Message]:
    return [said for said in transcript if said.role == "interviewer"]
