"""A bounded number of connections to one engine, each handed to whoever has waited longest.

SQLAlchemy's own pool hands a free connection to whoever asks next, and its check-out costs a fifth of a whole read.
"""

from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from domain.errors import StorageUnavailable
from storage.sql.turns import Turns


class Pool:
    """Connections that are opened when they are first needed and kept for the next."""

    def __init__(self, engine: sa.Engine, size: int, wait_seconds: float) -> None:
        self.engine = engine
        self.size = size
        self._wait_seconds = wait_seconds
        self._turns = Turns(size)
        self._idle: list[PoolProxiedConnection] = []

    @property
    def in_use(self) -> int:
        """How many connections are out at the moment."""
        return self.size - self._turns.free

    def take(self) -> PoolProxiedConnection:
        """A connection, for this thread alone until it is given back or discarded.

        Raises StorageUnavailable when none comes free in time or the engine cannot be reached.
        """
        if not self._turns.take(self._wait_seconds):
            raise StorageUnavailable(
                f"All {self.size} connections of the session storage are in use, "
                f"and none came free within {self._wait_seconds:g} seconds."
            )
        with suppress(IndexError):
            return self._idle.pop()
        try:
            return self.engine.raw_connection()
        except BaseException as error:
            self._turns.give_back()
            if isinstance(error, (self.engine.dialect.loaded_dbapi.Error, sa.exc.DBAPIError)):
                raise unreachable(error) from error
            raise

    def give_back(self, connection: PoolProxiedConnection) -> None:
        """Let the next one have it."""
        self._idle.append(connection)
        self._turns.give_back()

    def discard(self, connection: PoolProxiedConnection) -> None:
        """Close a connection that cannot be trusted any more; the next one gets a new one."""
        connection.close()
        self._turns.give_back()

    def close_idle(self) -> None:
        """Close what lies idle."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def unreachable(error: BaseException) -> StorageUnavailable:
    """What is raised for whatever goes wrong on the way to an engine."""
    reason = str(getattr(error, "orig", error)).strip()
    return StorageUnavailable("The session storage (SQL) does not answer.", reason=reason)
