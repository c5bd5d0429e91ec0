"""What goes wrong in the use of a database block. All but `PoolExhausted` are faults of the code, not of a user."""

from domain.errors import Unavailable


class BlockError(RuntimeError):
    """A database block was used in a way that could lose or mix up writes."""


class DoomedTransaction(BlockError):
    """A part of the transaction had failed, so nothing of it was committed, although the code went on."""


class PendingWrites(BlockError):
    """A write with an actor was opened inside a plain scope that had written already."""


class WrongThread(BlockError):
    """A unit of work was used by another thread than its own, or after a fork."""


class YieldInsideBlock(BlockError):
    """A generator would hand control away while it holds a database block open."""


class NoOpenBlock(BlockError):
    """This makes sense only inside of an open database block."""


class PoolExhausted(Unavailable):
    """All connections are in use and none came back in time.

    As text, for logs, it names the longest `holder`; `message`, for users, does not.
    """

    code = "database_busy"

    def __init__(self, waited_seconds: float, holder: str) -> None:
        super().__init__("The database is busy. Nothing was changed; trying again is safe.")
        self.waited_seconds = waited_seconds
        self.holder = holder

    def __str__(self) -> str:
        return f"no database connection came free within {self.waited_seconds:g} s; {self.holder}"
