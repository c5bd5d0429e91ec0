"""The one `Unit` of work behind both session managers, and the block (`with …`) that opens and joins it.

The rules of nesting are written in docs/database.md; each has its tests in tests/database/test_nesting.py.
"""

from collections.abc import Callable
from contextvars import ContextVar
from threading import get_ident
from typing import TYPE_CHECKING

import telemetry
from database.errors import DoomedTransaction, NoOpenBlock, PendingWrites, WrongThread

if TYPE_CHECKING:
    from sqlalchemy.orm import SessionTransaction

    from database.manager import DatabaseManager
    from database.session import DatabaseSession

_current: ContextVar["Unit | None"] = ContextVar("database_unit", default=None)
_inherited: list["Unit"] = []
_log = telemetry.logger(__name__)


class Level:
    """A part of a unit that is kept or dropped as a whole: the transaction itself, or a savepoint in it."""

    __slots__ = ("callbacks_before", "failure", "savepoint")

    def __init__(self, savepoint: "SessionTransaction | None", callbacks_before: int) -> None:
        self.savepoint = savepoint
        self.callbacks_before = callbacks_before
        self.failure: BaseException | None = None


class Unit:
    """One transaction at a time on one session, for one thread.

    A request, a job or a script may own a unit (`DatabaseScope`) and then its blocks follow each other on the same
    session; without an owner the outermost block makes one for itself. `where` tells where that block was opened.
    """

    __slots__ = ("_callbacks", "_generation", "_levels", "_session", "_thread", "db", "outer", "where", "writing")

    def __init__(self, db: "DatabaseManager", outer: "Unit | None" = None) -> None:
        self.db = db
        self.outer = outer
        self.where = ""
        self.writing = False
        self._session: DatabaseSession | None = None
        self._levels: list[Level] = []
        self._callbacks: list[Callable[[], object]] = []
        self._generation = db.generation
        self._thread = get_ident()

    @property
    def session(self) -> "DatabaseSession":
        """The session, made at first use."""
        if self._session is None:
            self._session = self.db.get_session()
            self._session.unit = self
        return self._session

    @property
    def is_open(self) -> bool:
        """Whether a transaction is open: some block has begun and the outermost has not ended."""
        return bool(self._levels)

    @property
    def innermost(self) -> Level:
        """The level that a block joins: the last savepoint, or the transaction."""
        return self._levels[-1]

    def holds(self, level: Level) -> bool:
        """Whether this level is still open."""
        return level in self._levels

    def check_owner(self) -> None:
        """Raise WrongThread for any thread but the unit's own, and in a forked child."""
        if self._thread != get_ident():
            raise WrongThread(f"this database unit (opened at {self.where or 'nowhere yet'}) belongs to another thread")
        if self._generation != self.db.generation:
            raise WrongThread(
                f"this database unit (opened at {self.where or 'nowhere yet'}) belongs to another process"
            )

    def take_over(self) -> None:
        """Hand the unit to the calling thread. Only for its owner, between blocks."""
        self._thread = get_ident()

    def begin(self, where: str, *, writing: bool) -> Level:
        """Begin the transaction and return its level. Raises Busy, PoolExhausted or Unavailable."""
        self.where = where
        self.writing = writing
        self.db.counters.opened()
        try:
            self.session.begin_writing() if writing else self.session.begin()
        except BaseException:
            self._drop()
            raise
        return self._push(None)

    def begin_savepoint(self) -> Level:
        """Begin a part that may fail alone."""
        return self._push(self.session.begin_nested())

    def turn_to_writing(self, where: str) -> None:
        """Let a plain unit that has only read write with an actor. Raises PendingWrites when it has written."""
        session = self.session
        if session.has_written():
            raise PendingWrites(
                f"the block with an actor at {where} stands inside the plain scope at {self.where}, which has written "
                "already: write there too, or end the plain scope first"
            )
        self.writing = True
        try:
            session.turn_to_writing()
        except BaseException as error:
            self._levels[0].failure = error
            raise

    def end(self, level: Level, error: BaseException | None) -> None:
        """End a level: keep it when neither the block nor one that joined it failed, else drop it.

        What a joined block left half done must not be committed, even if the code caught the error: then this raises
        DoomedTransaction.
        """
        failure = error or level.failure
        if level.savepoint is None:
            self._end_transaction(keep=failure is None)
        else:
            self._end_savepoint(level, keep=failure is None)
        if error is None and failure is not None:
            raise DoomedTransaction(
                f"a part of the transaction opened at {self.where} had failed, so nothing of it was kept"
            ) from failure

    def end_forgotten(self) -> bool:
        """Roll back and count what is still open when its owner ends; tell whether there was anything."""
        if not self.is_open:
            return False
        self.db.counters.leaked()
        _log.error("database_scope_leaked", opened_at=self.where)
        self._end_transaction(keep=False)
        return True

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call this once, after the outermost commit, and never after a rollback. Raises NoOpenBlock."""
        self.check_owner()
        if not self.is_open:
            raise NoOpenBlock("after_commit needs an open database block to wait for")
        self._callbacks.append(callback)

    def _push(self, savepoint: "SessionTransaction | None") -> Level:
        level = Level(savepoint, len(self._callbacks))
        self._levels.append(level)
        return level

    def _end_transaction(self, *, keep: bool) -> None:
        if not keep:
            self._drop()
            return
        callbacks = self._callbacks
        self._keep()
        for callback in callbacks:
            _wake(callback)

    def _keep(self) -> None:
        if self.session.is_broken():
            self._drop()
            raise DoomedTransaction(f"a statement of the transaction opened at {self.where} failed; nothing was kept")
        try:
            self.session.keep()
        except BaseException:
            self._drop()
            raise
        self._forget()

    def _drop(self) -> None:
        self.db.counters.rolled_back()
        self._forget()
        self.session.drop()

    def _forget(self) -> None:
        self._levels = []
        self._callbacks = []
        self.writing = False

    def _end_savepoint(self, level: Level, *, keep: bool) -> None:
        assert level.savepoint is not None  # noqa: S101  # `end` asked
        del self._levels[self._levels.index(level) :]
        if not keep:
            self._undo(level.savepoint, level)
            return
        try:
            level.savepoint.commit()
        except BaseException:
            self._undo(level.savepoint, level)
            raise

    def _undo(self, savepoint: "SessionTransaction", level: Level) -> None:
        del self._callbacks[level.callbacks_before :]
        savepoint.rollback()


def current_unit() -> Unit | None:
    """The innermost unit of this thread, whichever manager it belongs to; None outside of any."""
    return _current.get()


def make_current(unit: Unit | None) -> None:
    """Let blocks join this unit from now on, in this context."""
    _current.set(unit)


def unit_of(db: "DatabaseManager") -> Unit | None:
    """The current unit of one manager: another application's in the same thread is never joined."""
    unit = _current.get()
    while unit is not None and unit.db is not db:
        unit = unit.outer
    return unit


def a_write_is_open() -> bool:
    """Whether this thread stands in a transaction that `get_db_session` opened or joined.

    Whoever is about to wait for another system (session storage, Redis, a provider) asks this and refuses: the lock
    would be held over that wait.
    """
    unit = _current.get()
    while unit is not None:
        if unit.writing:
            return True
        unit = unit.outer
    return False


def forget_units() -> None:
    """In a forked child: leave the parent's units alone, and alive, so that nothing of theirs is closed here."""
    unit = _current.get()
    if unit is not None:
        _inherited.append(unit)
        _current.set(None)


def _wake(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001  # the commit stands; what only wakes others must not turn it into an error
        _log.exception("after_commit_call_failed", call=getattr(callback, "__qualname__", repr(callback)))
