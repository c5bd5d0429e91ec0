"""What every engine that is supported has its own way of doing. Each is a module of this shape."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from database import postgresql, sqlite


class Dialect(Protocol):
    """The functions that the module of an engine has."""

    def pool_size(self, url: URL, wanted: int, /) -> int:
        """How many connections a pool may have."""

    def engine_options(self, url: URL, /) -> dict[str, Any]:
        """What `create_engine` is told beside the pool."""

    def prepare(self, engine: Engine, /) -> None:
        """Attach what has to happen with every connection."""

    def begin_writing(self, connection: Connection, /) -> None:
        """Turn a transaction that has done nothing yet into one that may write from the start."""

    def has_written(self, connection: Connection, /) -> bool:
        """Whether the open transaction has changed something."""

    def purge_deleted(self, engine: Engine, /) -> None:
        """Give up what the engine keeps of rows that are gone, as far as it lets us. No transaction is open."""

    def restart_numbers(self, connection: Connection, table: str, column: str, /) -> None:
        """Let numbers that the engine gives to this column go on behind the largest one that is there."""

    @property
    def snapshot_options(self) -> dict[str, Any]:
        """What makes every statement of a transaction see the same moment."""

    @property
    def byte_order(self) -> str:
        """The collation that orders text by its bytes."""

    @property
    def selects_never_write(self) -> bool:
        """Whether a transaction of nothing but SELECT has nothing to commit."""

    @property
    def has_failed(self) -> Callable[[Connection], bool] | None:
        """Asks whether the open transaction can only be rolled back; None where a statement fails alone."""


DIALECTS: dict[str, Dialect] = {"sqlite": sqlite, "postgresql": postgresql}


def dialect_of(engine: Engine) -> Dialect:
    """The module of this engine."""
    return DIALECTS[engine.dialect.name]
