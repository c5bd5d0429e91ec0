"""What the session storage needs of an SQL engine, whichever it is; the engines stand in modules beside this one."""

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, NamedTuple, TypeVar
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from domain.errors import StorageUnavailable
from storage.sql.pool import Pool, unreachable
from storage.sql.rows import Row
from storage.sql.schema import sessions
from storage.sql.statements import Statements

PING_SECONDS: Final = 1.0

Parameters = Mapping[str, Any]
Execute = Callable[[str, Parameters], list[Row]]


T = TypeVar("T")


class Transaction(NamedTuple):
    """What can be done within a transaction: one statement, one for each of many rows, or many new rows at once."""

    execute: Execute
    execute_many: Callable[[str, Sequence[Parameters]], None]
    add_rows: Callable[[sa.Table, Sequence[Parameters]], None]


class Duplicate(Exception):
    """A unique index refused the write; nothing was changed."""


class ReplyLost(StorageUnavailable):
    """The connection broke before the answer came: whether the write was done has to be looked up."""


def twice(work: Callable[[], T]) -> T:
    """Do something that may safely be done again, and do it again when its answer is lost."""
    try:
        return work()
    except ReplyLost:
        return work()


class Database(ABC):
    """One SQL engine with its pools, safe between threads and after a fork. Connects at first use.

    Every method raises StorageUnavailable when the engine is away and works again when it is back.
    """

    statements: Statements
    engines: tuple[sa.Engine, ...]
    pools: tuple[Pool, ...]

    def __init__(self, url: sa.URL, pool_sizes: Sequence[int], wait_seconds: float, **connecting: Any) -> None:
        self.wait_seconds = wait_seconds
        self.engines = tuple(_engine(url, connecting) for _ in pool_sizes)
        self._pool_sizes = tuple(pool_sizes)
        self._begin()
        _OPEN.add(self)

    def _begin(self) -> None:
        sizes = zip(self.engines, self._pool_sizes, strict=True)
        self.pools = tuple(Pool(engine, size, self.wait_seconds) for engine, size in sizes)
        self._ping = _Ping(self._probe)

    @abstractmethod
    def read(self, text: str, parameters: Parameters) -> list[Row]:
        """The rows of one reading statement."""

    @abstractmethod
    def read_both(self, first: str, second: str, parameters: Parameters) -> tuple[list[Row], list[Row]]:
        """The rows of two reading statements, asked for together."""

    @abstractmethod
    def write(self, text: str, parameters: Parameters) -> list[Row]:
        """Execute one writing statement durably and return its rows. Raises Duplicate, ReplyLost, Busy."""

    @abstractmethod
    def append(self, message: Parameters, conditions: frozenset[str]) -> int | None:
        """Store a message row at the next place of its session and return the place.

        None when the session is missing or does not meet the conditions. Raises Duplicate when it has the message
        already, ReplyLost, Busy.
        """

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Several statements that are done durably together or not at all. Raises Duplicate, ReplyLost, Busy."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Execute]:
        """Several reading statements that see everything as it was at one moment. Raises ReplyLost."""

    @abstractmethod
    def listing(self, ids: Collection[str]) -> dict[str, Any]:
        """The parameter that holds a list of ids."""

    def has_tables(self) -> bool:
        """Whether the table of sessions is there. Makes nothing."""
        (engine, *_) = self.engines
        with self.reaching(engine):
            return sa.inspect(engine).has_table(sessions.name)

    @abstractmethod
    def merging(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with which the payload's fields are replaced."""

    @abstractmethod
    def upgrade(self) -> None:
        """Bring the tables into the shape of this release; safe when several processes do it at once."""

    @abstractmethod
    def purge_deleted(self) -> None:
        """Give up what the engine keeps of rows that are gone, as far as it lets us."""

    @abstractmethod
    def _probe(self) -> None:
        """Read something through a new connection."""

    def ping(self) -> None:
        """Return when the engine answers within a second; raise StorageUnavailable when it does not."""
        self._ping.wait()

    def close(self) -> None:
        """Close every connection that lies idle."""
        for pool in self.pools:
            pool.close_idle()

    @contextmanager
    def reaching(self, engine: sa.Engine) -> Iterator[None]:
        """Raises StorageUnavailable for what goes wrong on the way to the engine."""
        try:
            yield
        except (engine.dialect.loaded_dbapi.Error, sa.exc.DBAPIError) as error:
            raise unreachable(error) from error

    def forget_inherited(self) -> None:
        """In a forked child: leave the parent's connections alone and begin with none."""
        _INHERITED.append(self.pools)
        self._begin()


def _engine(url: sa.URL, connecting: Mapping[str, Any]) -> sa.Engine:
    """What opens connections; `Pool` keeps them."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=dict(connecting))


class _Ping:
    """Asks in a thread of its own, because no driver promises to give up within a second; one question at a time."""

    def __init__(self, probe: Callable[[], None]) -> None:
        self._probe = probe
        self._asking = threading.Lock()

    def wait(self) -> None:
        if not self._asking.acquire(timeout=PING_SECONDS):
            raise StorageUnavailable("The session storage has not answered the ping before this one.")
        outcome: list[StorageUnavailable | None] = []
        thread = threading.Thread(target=self._ask, args=(outcome,), name="session-storage-ping", daemon=True)
        thread.start()
        thread.join(PING_SECONDS)
        if not outcome:
            raise StorageUnavailable(f"The session storage does not answer within {PING_SECONDS:g} second.")
        if outcome[0] is not None:
            raise outcome[0]

    def _ask(self, outcome: list[StorageUnavailable | None]) -> None:
        try:
            self._probe()
            outcome.append(None)
        except StorageUnavailable as error:
            outcome.append(error)
        finally:
            self._asking.release()


_OPEN: WeakSet[Database] = WeakSet()
_INHERITED: list[object] = []
"""Pools of the parent, kept from being closed: that would speak on the parent's sockets and files."""


def _after_fork() -> None:
    for database in list(_OPEN):
        database.forget_inherited()


os.register_at_fork(after_in_child=_after_fork)
