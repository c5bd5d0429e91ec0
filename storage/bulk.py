"""The second contract of a storage: everything at once, for moves, backups and migrations. `base.py` gives it out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

import msgspec

from domain.session import Session


class Unreadable(msgspec.Struct, frozen=True):
    """A stored session that cannot be read, and why."""

    session_id: str
    reason: str


class BulkStorage(ABC):
    """What migrations need beside the contract: everything, in constant memory, exactly as it is.

    Every method raises StorageUnavailable when the engine is away.
    """

    @abstractmethod
    def scan(self) -> Iterator[Session | Unreadable]:
        """Every session with its messages, in the order of the ids; what cannot be read comes as `Unreadable`.

        Each session is whole, as it was at one moment; what is written meanwhile may or
        may not be seen.
        """

    @abstractmethod
    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions with their messages, revisions and histories as they are; return how many were written.

        Idempotent. A session that is there with the same or a newer revision, and no fewer messages, is left alone.
        Raises SlotTaken when another session holds the exclusive key of one of them.
        """
