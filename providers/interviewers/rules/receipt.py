"""What is said to a correction in the read-back: the whole of it, and which statements it changed."""

from domain.interview import Fact
from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.anchors import shown
from providers.interviewers.rules.remarks import put_right

CHARACTERS = 600
"""So much of a correction is shown; a longer one is cut between two words, and kept whole."""
NAMED = 3


def receipt(state: InterviewState, said: Message) -> str:
    """That it is kept, word for word, and where it stands."""
    return f"Thank you. I have noted word for word: “{_whole(said.content)}”. {_where_it_stands(state, said)}"


def _whole(text: str) -> str:
    flat = " ".join(text.split()).rstrip(" .")
    return flat if len(flat) <= CHARACTERS else f"{flat[: flat.rfind(' ', 0, CHARACTERS)].rstrip(' ,;:')} …"


def _where_it_stands(state: InterviewState, said: Message) -> str:
    replaced, amended = put_right(state, said)
    parts = [
        f"{words} {_named(facts)}."
        for words, facts in (("It takes the place of", replaced), ("It now stands beside", _outer(amended, replaced)))
        if facts
    ]
    return " ".join(parts) or "It stands in the report under “Corrections by the interviewee”."


def _outer(amended: list[Fact], replaced: list[Fact]) -> list[Fact]:
    """The statements that are not named already as replaced."""
    return [fact for fact in amended if all(fact.quote != other.quote for other in replaced)]


def _named(facts: list[Fact]) -> str:
    quotes = [f"“{shown(quote)}”" for quote in dict.fromkeys(fact.quote for fact in facts)]
    more = [f"{len(quotes) - NAMED} more"] if len(quotes) > NAMED else []
    listed = [*quotes[:NAMED], *more]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
