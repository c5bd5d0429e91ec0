"""What the operating system and SQLite complain about, in the words of the contract."""

import functools
import sqlite3
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import structlog

from domain.errors import GreenroomError, StorageUnavailable

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Repairable(Protocol):
    """What makes its index anew."""

    def replace_index(self) -> None:
        """Put a new index in place of a damaged one."""


S = TypeVar("S", bound=Repairable)


def answers_for_the_disk(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A method that raises StorageUnavailable when the folder cannot be used, and goes on when only the index broke.

    The method is called again after a damaged index was replaced: it must use the index before it changes any file.
    """

    def answering(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            try:
                return method(self, *args, **kwargs)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self.replace_index()
                return method(self, *args, **kwargs)
        except GreenroomError:
            raise
        except (OSError, sqlite3.Error) as error:
            raise unavailable(error) from error

    functools.update_wrapper(answering, method)
    return answering


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite says that the file itself is broken."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def unavailable(error: Exception) -> StorageUnavailable:
    """The refusal for whoever asked; the paths are for the log only."""
    log.error("session_folder_unusable", error=str(error), error_type=type(error).__name__)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return StorageUnavailable(
        f"The session storage cannot be used: {reason}. Nothing that was saved before is lost.", reason=reason
    )
