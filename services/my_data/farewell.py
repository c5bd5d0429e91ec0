"""The last mail: it says that an account was erased, and then its address is forgotten too.

It travels as a row of its own kind, written in the transaction that removes the person: so it is neither lost nor sent
for an erasure that did not happen. Whatever becomes of it, its payload is emptied.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from domain.user import User
from services.notifications import Draft, Mailer, Wording
from services.notifications.letters import fact
from services.outbox import Claimed, Effect, NotDeliverable
from services.ports import Queue

KIND = "farewell"
LETTER = "erased"


def farewell(job_id: str, user: User) -> Effect:
    """The mail to somebody who will be unknown when it leaves."""
    payload = {"letter": LETTER, "email": user.email, "name": user.display_name}
    return Effect(kind=KIND, payload=payload, queue=Queue.HIGH, key=f"{KIND}:{job_id}")


class ErasedLetter:
    """Words it from what its row still knows."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def __call__(self, claimed: Claimed) -> Draft:
        """Word it."""
        text = self._wording.text(LETTER, name=fact(claimed, "name"))
        return Draft(to=fact(claimed, "email"), subject="Your account was erased", text=text)


class Farewell:
    """The handler of kind "farewell". `purge` makes the engine give up what it keeps of an address that is gone."""

    def __init__(self, mailer: Mailer, unified: UnifiedSessionManager, purge: Callable[[], None]) -> None:
        self._mailer = mailer
        self._unified = unified
        self._purge = purge

    def handle(self, claimed: Claimed) -> None:
        """Send it and forget to whom. Raises NotDeliverable without the address, ProviderDown."""
        try:
            if claimed.payload:  # else it was sent, and its worker died before it could say so
                self._mailer.handle(claimed)
        except NotDeliverable:
            self._forget(claimed.outbox_id)
            raise NotDeliverable("The last mail of an erased account was refused for good.") from None
        self._forget(claimed.outbox_id)

    def _forget(self, outbox_id: str) -> None:
        nothing: dict[str, Any] = {"payload": {}}
        with self._unified.get_db_session() as db:
            db.execute(update(OutboxRow).where(OutboxRow.outbox_id == outbox_id).values(nothing))
        self._purge()
