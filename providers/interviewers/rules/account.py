"""What everybody said so far, as the rules look at it: texts, names, questions."""

from collections.abc import Mapping

from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.people import forms_of, longest, names_in
from providers.interviewers.rules.renaming import renamed


def texts_of(state: InterviewState) -> tuple[str, ...]:
    """The texts of the interviewee, oldest first."""
    return tuple(said.content for said in state.messages if said.role == "interviewee")


def names_of(state: InterviewState) -> tuple[str, ...]:
    """The names of people in what was said so far; neither the interviewee nor a name that was taken back."""
    own = set(forms_of(state.interview.interviewee_name)) if state.interview.interviewee_name.strip() else set()
    instead = renamed(texts_of(state))
    names = (_as_corrected(name, instead) for name in names_in(texts_of(state)) if name not in own)
    return tuple(longest(list(dict.fromkeys(names))))


def _as_corrected(name: str, instead: Mapping[str, str]) -> str:
    """“Katrin Lehmann” is “Katja Lehmann” once it was said that she is called Katja, not Katrin."""
    return instead.get(name) or " ".join(instead.get(part, part) for part in name.split())


def spoken_as(name: str, state: InterviewState) -> list[str]:
    """The ways in which somebody was called, the wrong ones that were corrected later included."""
    earlier = _as_corrected(name, {new: old for old, new in renamed(texts_of(state)).items()})
    return [name] if earlier == name else [name, earlier]


def questions_of(state: InterviewState) -> list[Message]:
    """What the interviewer said so far."""
    return [said for said in state.messages if said.role == "interviewer"]


def last_answer(state: InterviewState) -> Message | None:
    """What the interviewee said last, the summary apart."""
    answers = [said for said in state.messages if said.role == "interviewee" and said.meta.get("part") != "summary"]
    return answers[-1] if answers else None
