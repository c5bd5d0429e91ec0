"""The first words of an interview: what it is for, what becomes of the answers, and the invitation to tell freely."""

from domain.interview import IntervieweeRole
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import texts_of
from providers.interviewers.rules.anchors import shown
from providers.interviewers.rules.claims import NAMELESS, short_name
from providers.interviewers.rules.incident import main_events
from providers.interviewers.rules.remarks import disclosed
from providers.interviewers.rules.sentences import sentences

_HELLO = (
    "Hello{name}. This is about “{incident}”. I ask one question at a time and judge nothing. What you say is put into a "
    "report in your own words, and you can check it at the end. You can skip a question, pause or stop whenever you like, "
    "and “I don't know” is a good answer."
)
_TELL: dict[str, str] = {
    IntervieweeRole.PARTICIPANT: "Please tell me in your own words what happened, from the beginning to the end.",
    IntervieweeRole.WITNESS: "Please tell me in your own words what you saw and heard, from the beginning to the end.",
    IntervieweeRole.SECONDHAND: "Please tell me in your own words what you learned about it, and how you came to learn it.",
    IntervieweeRole.FRIEND: "Please tell me in your own words what you know about it, and how you came to know it.",
}
_TELL_ON: dict[str, str] = {
    IntervieweeRole.PARTICIPANT: "Please go back to that time for a moment and take me through it in your own words.",
    IntervieweeRole.WITNESS: "Please go back to that place for a moment and tell me in your own words what you saw and heard.",
    IntervieweeRole.SECONDHAND: "Please tell me in your own words how you learned of it: who told you, and what they said.",
    IntervieweeRole.FRIEND: "Please tell me in your own words how you came to know of it, and what you noticed yourself.",
}
_FREELY = "Take your time. Everything that comes to mind is of use, small details too."
_NO_REPEATING = "You need not repeat what you have written; small details that seem unimportant are just as welcome."


def opening(state: InterviewState) -> Turn:
    """Explain, and ask for the account; what was written in the summary is taken up and not asked for again."""
    interview = state.interview
    name = short_name(interview.interviewee_name)
    hello = _HELLO.format(name="" if name == NAMELESS else f" {name}", incident=interview.incident_name)
    role = interview.interviewee_role
    if any(text.strip() for text in texts_of(state)):
        asking = f"Thank you for your summary; I have read it. {_acknowledged(state)}{_taken_up(state)}{_TELL_ON[role]} {_NO_REPEATING}"
    else:
        asking = f"{_TELL[role]} {_FREELY}"
    return Turn(question=f"{hello}\n\n{asking}", key="open", topic="what")


def _acknowledged(state: InterviewState) -> str:
    words = disclosed(state, " ".join(texts_of(state)))
    return f"{words} " if words else ""


def _taken_up(state: InterviewState) -> str:
    """One or two things from the summary, in the words of whoever wrote it."""
    chosen = sorted(main_events(state.interview.facts)[:2], key=lambda fact: int(fact.fact_id[1:]))
    told = [fact.quote for fact in chosen] or [piece.text for text in texts_of(state) for piece in sentences(text)][:1]
    quotes = dict.fromkeys(shown(quote) for quote in told)
    return f"You write: {' and: '.join(f'“{quote}”' for quote in quotes)}. "
