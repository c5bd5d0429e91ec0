"""The SQLAlchemy session as blocks hand it out: its transaction belongs to the block, its use to one thread."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ClauseElement, Engine, SelectBase
from sqlalchemy.orm import Session

from database.dialects import Dialect
from database.errors import BlockError
from domain.actor import Actor

if TYPE_CHECKING:
    from database.unit import Unit


class DatabaseSession(Session):
    """A session that begins and ends with the outermost block around it.

    What was read stays readable after the commit; nothing is read or written outside of a block. `commit`, `rollback`
    and `close` belong to the block and raise here; for a part that may fail there is `savepoint=True`.
    """

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        super().__init__(engine, autobegin=False, expire_on_commit=False)
        self._engine = engine
        self._dialect = dialect
        self._connected = False
        self._only_selects = dialect.selects_never_write
        self.unit: Unit | None = None

    @property
    def actor(self) -> Actor | None:
        """Who acts in the innermost block that was told; None in a plain scope."""
        actor: Actor | None = self.info.get("actor")
        return actor

    @actor.setter
    def actor(self, actor: Actor | None) -> None:
        self.info["actor"] = actor

    def get_bind(self, *_: Any, clause: ClauseElement | None = None, **__: Any) -> Engine:
        """The one engine. SQLAlchemy asks before every statement, so here a foreign thread is noticed."""
        if self.unit is not None:
            self.unit.check_owner()
        self._connected = True
        if not isinstance(clause, SelectBase):
            self._only_selects = False
        return self._engine

    def commit(self) -> None:
        """Refused: raises BlockError."""
        raise BlockError("the block commits when it ends cleanly; remove the commit()")

    def rollback(self) -> None:
        """Refused: raises BlockError."""
        raise BlockError("the block rolls back when an exception leaves it; raise one instead of calling rollback()")

    def close(self) -> None:
        """Refused while a transaction is open: raises BlockError."""
        if self.in_transaction():
            raise BlockError("the block closes its session; remove the close()")
        super().close()

    def begin_writing(self) -> None:
        """Begin a transaction that may write from the start, so that it never has to turn from reading to writing."""
        self.begin()
        self._dialect.begin_writing(self.connection())

    def turn_to_writing(self) -> None:
        """End what has only read and begin to write; what the code still holds is read again, so nothing is stale."""
        held = list(self.identity_map.values())
        super().commit()
        self.begin_writing()
        for row in held:
            self.refresh(row)

    def has_written(self) -> bool:
        """Whether something was changed, or is going to be at the next flush."""
        return self._has_unflushed() or self._dialect.has_written(self.connection())

    def is_broken(self) -> bool:
        """Whether a failed flush or statement, caught by the code, leaves only a rollback."""
        if not self.is_active:
            return True
        return self._dialect.has_failed is not None and self._connected and self._dialect.has_failed(self.connection())

    def keep(self) -> None:
        """Commit and let go of connection and objects, which stay readable. For the unit only.

        What can only have read is closed without the cost of a commit.
        """
        if not self._only_selects or self._has_unflushed():
            super().commit()
        self._let_go()

    def drop(self) -> None:
        """Roll back and let go of connection and objects, which are readable no more. For the unit only."""
        try:
            if self.in_transaction():
                super().rollback()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._connected = False
        self._only_selects = self._dialect.selects_never_write
        super().close()

    def _has_unflushed(self) -> bool:
        return bool(self.new or self.dirty or self.deleted)
