"""Turns what an engine says when it is busy or away into our own errors; every other error stays as it is."""

import sqlite3

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from domain.errors import Busy, GreenroomError, Unavailable

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_AWAY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
_POSTGRESQL_BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
_PRIMARY_CODE = 0xFF


def translate_errors_of(engine: Engine) -> None:
    """Raise Busy where somebody else holds a lock, and Unavailable where the engine does not answer."""
    event.listen(engine, "handle_error", _translate, retval=True)


def as_refusal(error: BaseException, *, lost: bool = False) -> GreenroomError | None:
    """Our error for an engine's, or None when it means something else. `lost`: the connection broke."""
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    if isinstance(error, _POSTGRESQL_BUSY):
        return _busy()
    return _away() if lost else None


def _translate(context: ExceptionContext) -> GreenroomError | None:
    lost = context.is_disconnect or context.connection is None
    return as_refusal(context.original_exception, lost=lost)


def _of_sqlite(code: int) -> GreenroomError | None:
    if code in _SQLITE_BUSY:
        return _busy()
    return _away() if code in _SQLITE_AWAY else None


def _busy() -> Busy:
    return Busy("Too many others write to the database at once. Nothing was changed; trying again is safe.")


def _away() -> Unavailable:
    return Unavailable("The database does not answer or its disk is full. Nothing was changed.")
