"""What a handler may raise, and what it may meet."""

from domain.errors import Conflict


class NotDeliverable(Conflict):
    """Trying again would not help: the row becomes a dead letter at once."""

    code = "not_deliverable"


class LeaseLost(Conflict):
    """Somebody else has this row by now, because it took longer than its lease. Whatever is left is theirs to do."""

    code = "lease_lost"

    def __init__(self, outbox_id: str) -> None:
        super().__init__("Somebody else goes on with this by now.", outbox_id=outbox_id)
