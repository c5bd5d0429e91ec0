"""Letters: what a mail says. One function for each, called when the mail is delivered and not when it is asked for.

So nothing secret has to stand in the outbox, and a letter says what is true when it leaves.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from services.notifications.wording import Wording
from services.outbox import Claimed, Effect, NotDeliverable
from services.ports import Queue


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What one mail says, and to whom."""

    to: str
    subject: str
    text: str


Letter = Callable[[Claimed], Draft | None]
"""Words one mail from its row. None means that there is nothing to send: nobody has this address any more."""


def mail(letter: str, *, user_id: str | None = None, queue: Queue = Queue.DEFAULT, **facts: Any) -> Effect:
    """The effect that sends this letter. Its facts are read by the operator, so none of them is a secret."""
    return Effect(kind="mail", payload={"letter": letter, **facts}, user_id=user_id, queue=queue)


class TrialLetter:
    """The letter that shows an operator whether mail works. Its only fact is `to`."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def __call__(self, claimed: Claimed) -> Draft:
        """Word it."""
        text = self._wording.text("trial")
        return Draft(to=fact(claimed, "to"), subject="A test mail from Greenroom", text=text)


def fact(claimed: Claimed, name: str) -> str:
    """A fact of a letter that has to be there. Raises NotDeliverable."""
    value = claimed.payload.get(name)
    if not isinstance(value, str):
        raise NotDeliverable(f"The letter lacks a text for {name}.", field=name)
    return value
