"""`UnifiedSessionManager`: writing with an actor, for routes and services."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from database.block import Block
from database.errors import NoOpenBlock
from database.unit import unit_of
from domain.actor import Actor

if TYPE_CHECKING:
    from database.manager import DatabaseManager


class UnifiedSessionManager:
    """Hands out blocks that write and know who acts. Works the same in a request, a job, a script and a test."""

    def __init__(self, db_manager: "DatabaseManager") -> None:
        self._db = db_manager

    def get_db_session(self, actor: Actor | None = None, savepoint: bool = False) -> Block:
        """A block (`with … as db:`) over one database session, which carries the actor as `db.actor`.

        Commits when the outermost block ends cleanly, rolls back on any exception, always gives the connection back.
        A nested block joins the outer one, and its failure dooms the whole; with `savepoint=True` it fails alone.
        Nothing that waits for another system stands inside. On SQLite the write lock is taken at once.

        Entering raises Busy, PoolExhausted, Unavailable; PendingWrites inside a plain scope that has written;
        WrongThread; YieldInsideBlock. Leaving raises DoomedTransaction when a joined part had failed.
        """
        return Block(self._db, writing=True, actor=actor, savepoint=savepoint)

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call this once after the outermost commit, never after a rollback. Raises NoOpenBlock outside of a block.

        It is a wake-up and may be lost with the process: effects that must happen are rows of the same transaction. Its
        errors are logged and reach nobody.
        """
        after_commit(self._db, callback)


def after_commit(db: "DatabaseManager", callback: Callable[[], object]) -> None:
    """What both managers do for their `after_commit`."""
    unit = unit_of(db)
    if unit is None:
        raise NoOpenBlock("after_commit needs an open database block to wait for")
    unit.after_commit(callback)
