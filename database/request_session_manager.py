"""`RequestSessionManager`: plain reading and writing, without an actor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from database.block import Block
from database.unified_session_manager import after_commit

if TYPE_CHECKING:
    from database.manager import DatabaseManager


class RequestSessionManager:
    """Hands out plain blocks, which share one session within a request, a job or a script."""

    def __init__(self, db_manager: "DatabaseManager") -> None:
        self._db = db_manager

    def session_scope(self) -> Block:
        """A block (`with … as db:`) whose transaction begins deferred, at its first statement, and ends with the block.

        Commits, joins and fails as `get_db_session` does, and joins one that is open; it knows no actor. On SQLite a
        read that turns into a write after somebody else's commit raises Busy: what reads in order to write belongs
        into `get_db_session`.
        """
        return Block(self._db, writing=False)

    def after_commit(self, callback: Callable[[], object]) -> None:
        """As `UnifiedSessionManager.after_commit`; the two share one unit and so one list of calls."""
        after_commit(self._db, callback)
