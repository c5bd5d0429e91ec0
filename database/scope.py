"""`DatabaseScope`: the unit of a whole request, job or script, so that its blocks share one session."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from database.unit import Unit, current_unit, make_current

if TYPE_CHECKING:
    from database.manager import DatabaseManager


class DatabaseScope:
    """Begins clean, whatever ran on this thread before, and closes at its end what was forgotten.

    Nothing is opened before the first block asks. `with DatabaseScope(db):` around a job or a script; the middleware
    resumes one for each step of a response.
    """

    def __init__(self, db: "DatabaseManager") -> None:
        self._unit = Unit(db)
        self._before: Unit | None = None

    def __enter__(self) -> Self:
        self._before = current_unit()
        self._unit.take_over()
        make_current(self._unit)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        make_current(self._before)
        self.close_forgotten()

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Let blocks use this scope for one step, on the calling thread, and put back what was there before."""
        before = current_unit()
        self._unit.take_over()
        make_current(self._unit)
        try:
            yield
        finally:
            make_current(before)

    def close_forgotten(self) -> bool:
        """Roll back, count and log a block that is still open; tell whether there was one."""
        return self._unit.end_forgotten()
