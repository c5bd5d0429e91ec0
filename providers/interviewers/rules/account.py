"""What everybody said so far, as the rules look at it: texts, names, questions."""

from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.people import forms_of, names_in


def texts_of(state: InterviewState) -> tuple[str, ...]:
    """The texts of the interviewee, oldest first."""
    return tuple(said.content for said in state.messages if said.role == "interviewee")


def names_of(state: InterviewState) -> tuple[str, ...]:
    """The names of people in what was said so far; the interviewee is not among them."""
    own = set(forms_of(state.interview.interviewee_name)) if state.interview.interviewee_name.strip() else set()
    return tuple(name for name in names_in(texts_of(state)) if name not in own)


def questions_of(state: InterviewState) -> list[Message]:
    """What the interviewer said so far."""
    return [said for said in state.messages if said.role == "interviewer"]


def last_answer(state: InterviewState) -> Message | None:
    """What the interviewee said last, the summary apart."""
    answers = [said for said in state.messages if said.role == "interviewee" and said.meta.get("part") != "summary"]
    return answers[-1] if answers else None
