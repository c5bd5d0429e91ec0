"""Sessions moved from one storage to another: copied, verified, and only then removed where they were."""

from services.moving.checkpoint import Checkpoint, Reached
from services.moving.checksum import checksum
from services.moving.outcome import Outcome, Problem
from services.moving.patience import Patience
from services.moving.service import Move, Shown

__all__ = ["Checkpoint", "Move", "Outcome", "Patience", "Problem", "Reached", "Shown", "checksum"]
