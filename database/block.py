"""`Block`: what stands behind `with`. Opens or joins the current unit, and ends what it opened."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from database.errors import BlockError
from database.session import DatabaseSession
from database.unit import Level, Unit, current_unit, make_current, unit_of
from database.yields import refuse_yield_inside
from domain.actor import Actor

if TYPE_CHECKING:
    from database.manager import DatabaseManager


class Block:
    """One block, entered once; gives the session. The two session managers say what it promises."""

    __slots__ = (
        "_actor",
        "_actor_before",
        "_db",
        "_level",
        "_opened_level",
        "_opened_unit",
        "_savepoint",
        "_unit",
        "_writing",
    )

    def __init__(
        self, db: "DatabaseManager", *, writing: bool, actor: Actor | None = None, savepoint: bool = False
    ) -> None:
        self._db = db
        self._writing = writing
        self._actor = actor
        self._savepoint = savepoint
        self._level: Level | None = None

    def __enter__(self) -> DatabaseSession:
        if self._level is not None:
            raise BlockError("a database block is entered once; ask the manager for another")
        caller = sys._getframe(1)
        where = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        refuse_yield_inside(caller.f_code, caller.f_lineno)
        self._enter_unit()
        try:
            self._unit.check_owner()
            self._level = self._open_level(where)
        except BaseException:
            self._leave_unit()
            raise
        return self._with_actor(self._unit.session)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        level = self._level
        assert level is not None  # noqa: S101  # __enter__ set it
        try:
            self._unit.check_owner()
            if not self._unit.holds(level):
                self._report_closed(error)
                return
            if self._actor is not None:
                self._unit.session.actor = self._actor_before
            if self._opened_level:
                self._unit.end(level, error)
            elif error is not None:
                level.failure = level.failure or error
        finally:
            self._leave_unit()

    def _enter_unit(self) -> None:
        unit = unit_of(self._db)
        self._opened_unit = unit is None
        self._unit = unit or Unit(self._db, current_unit())
        if self._opened_unit:
            make_current(self._unit)

    def _leave_unit(self) -> None:
        if self._opened_unit:
            make_current(self._unit.outer)

    def _open_level(self, where: str) -> Level:
        unit = self._unit
        self._opened_level = True
        if not unit.is_open:
            return unit.begin(where, writing=self._writing)
        if self._writing and not unit.writing:
            unit.turn_to_writing(where)
        if self._savepoint:
            return unit.begin_savepoint()
        self._opened_level = False
        return unit.innermost

    def _with_actor(self, session: DatabaseSession) -> DatabaseSession:
        if self._actor is not None:
            self._actor_before = session.actor
            session.actor = self._actor
        return session

    def _report_closed(self, error: BaseException | None) -> None:
        if error is None:
            raise BlockError("this block was still open when its request or job ended; it was rolled back then")
