"""The second contract of a storage: everything at once, for moves, backups and migrations. `base.py` gives it out."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator

import msgspec

from domain.session import Session


class Stamp(msgspec.Struct, frozen=True, order=True):
    """What tells whether a stored session is newer than another: a save raises the one, an append the other."""

    revision: int
    message_count: int


class Unreadable(msgspec.Struct, frozen=True):
    """A stored session that cannot be read, and why."""

    session_id: str
    reason: str


class BulkStorage(ABC):
    """What migrations need beside the contract: everything, in constant memory, exactly as it is.

    Every method raises StorageUnavailable when the engine is away.
    """

    @abstractmethod
    def is_there(self) -> bool:
        """Whether the place was ever prepared to hold sessions. Looks only: nothing is made, not even a file."""

    @abstractmethod
    def count(self) -> int:
        """How many sessions are stored, those that cannot be read too; meant for progress, so it may be rough."""

    @abstractmethod
    def scan(self, after: str = "") -> Iterator[Session | Unreadable]:
        """Every session with its messages, in the order of the ids; what cannot be read comes as `Unreadable`.

        Begins behind the id `after`. Each session is whole, as it was at one moment; what is written meanwhile may or
        may not be seen. Nothing is held open between two sessions, so a reader may take its time.
        """

    @abstractmethod
    def stamps(self, ids: Collection[str]) -> dict[str, Stamp]:
        """The stamps of those of these sessions that are there and can be read."""

    @abstractmethod
    def write_many(self, sessions: Iterable[Session]) -> int:
        """Store sessions with their messages, revisions and histories as they are; return how many were written.

        Idempotent. A session that is there with the same or a newer revision, and no fewer messages, is left alone.
        Over one that is older the newer header and the longer conversation are written, in one step with a look at
        what is there by then. Raises OtherHistory when that is no state of the same session, SlotTaken when another
        session holds the exclusive key of one of them; either may leave others of them written.
        """

    @abstractmethod
    def remove(self, session: Session) -> bool:
        """Remove a session that was scanned, in one step, if it was not changed since; tell whether it did.

        Changed is one with another stamp, and one that was deleted and created again: revisions begin at 1 then.
        """
