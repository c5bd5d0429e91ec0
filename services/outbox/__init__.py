"""Effects that a transaction wants outside of the database: written with it, delivered after it, never lost."""

from services.outbox.claims import Claimed
from services.outbox.delivery import Delivery, Handler
from services.outbox.effects import Effect
from services.outbox.errors import LeaseLost, NotDeliverable
from services.outbox.outbox import Outbox
from services.outbox.records import OutboxRecords

__all__ = ["Claimed", "Delivery", "Effect", "Handler", "LeaseLost", "NotDeliverable", "Outbox", "OutboxRecords"]
