"""Deliveries that break the promise on purpose: a proof that does not catch these proves nothing."""

from domain import clock
from services.outbox import Claimed, Delivery
from services.outbox.effects import OutboxState


class HastyDelivery(Delivery):
    """Says that a row is done before it is handed over."""

    def _hand_over(self, claimed: Claimed) -> None:
        self._claims.settle(claimed, state=OutboxState.DONE, done_at=clock.now())
        self._handlers[claimed.kind](claimed)
