"""`DatabaseManager`: the engine with its bounded pool, safe to use after a fork, and the figures it keeps."""

import os
import weakref

from sqlalchemy import Pool

from database.dialects import Dialect, dialect_of
from database.engine import POOL_SIZE, POOL_TIMEOUT_SECONDS, open_engine
from database.figures import Counters, Figures
from database.pool import BoundedPool
from database.session import DatabaseSession
from database.unit import forget_units

_managers: "weakref.WeakSet[DatabaseManager]" = weakref.WeakSet()


class DatabaseManager:
    """The engine and pool of this process, for one address. Connects at first use.

    Code asks the unified or the request session manager for a block and never this class for a session. Safe to share
    between threads; after a fork the child begins with no connection of its parent's.
    """

    def __init__(
        self, url: str, *, pool_size: int = POOL_SIZE, pool_timeout_seconds: float = POOL_TIMEOUT_SECONDS
    ) -> None:
        """Raises Invalid for an address that is neither SQLite nor PostgreSQL."""
        self.engine = open_engine(url, pool_size=pool_size, pool_timeout_seconds=pool_timeout_seconds)
        self.counters = Counters()
        self.generation = 0
        self._inherited: list[Pool] = []
        self.dialect: Dialect = dialect_of(self.engine)
        _managers.add(self)

    def get_session(self) -> DatabaseSession:
        """A session with no transaction. For the two managers and nothing else."""
        return DatabaseSession(self.engine, self.dialect)

    def figures(self) -> Figures:
        """What a monitor wants to know of this process."""
        pool = self._pool
        return self.counters.figures(pool.checkedout(), pool.longest_hold_seconds)

    def purge_deleted(self) -> None:
        """Let the engine give up what it keeps of rows that are gone. Never called inside of a block."""
        self.dialect.purge_deleted(self.engine)

    def close(self) -> None:
        """Close the connections that are idle; those in use close when they are given back."""
        self.engine.dispose()

    @property
    def _pool(self) -> BoundedPool:
        pool = self.engine.pool
        assert isinstance(pool, BoundedPool)  # noqa: S101  # open_engine made it
        return pool

    def _begin_again_in_child(self) -> None:
        # Kept alive on purpose: closing them here would talk on the parent's sockets and files.
        self._inherited.append(self.engine.pool)
        self.engine.dispose(close=False)
        self.counters = Counters()
        self.generation += 1


def living_managers() -> list[DatabaseManager]:
    """All managers of this process, so that a test can see that none has a connection checked out."""
    return list(_managers)


def _after_fork() -> None:
    forget_units()
    for manager in living_managers():
        manager._begin_again_in_child()


os.register_at_fork(after_in_child=_after_fork)
