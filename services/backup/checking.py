"""Checks a whole archive before anything else is done with it."""

import heapq
from collections.abc import Callable, Iterator

from database import known_revisions
from database.columns import TableShape
from database.snapshot import Row
from domain.errors import Invalid
from domain.session import Session
from services.backup.lines import row_of, session_of
from services.backup.manifest import KEY_HOLDERS, SESSIONS, Table, table_member
from services.backup.reading import ArchiveReader

Tell = Callable[[int], None]


def check(archive: ArchiveReader, tell: Tell) -> None:
    """Compare every member with the manifest, then read every session and row of it; `tell` hears of each session.

    Raises Invalid saying what is amiss. Memory does not grow with what the archive holds.
    """
    revision = archive.manifest.database_revision
    if not known_revisions.is_known(revision):
        raise archive.refused(
            f"its database has revision {revision} of release {archive.manifest.release}, which this release does not "
            "know; restore it with that release or a newer one"
        )
    for member in archive.manifest.members:
        archive.check_member(member)
    described = {table.shape.table: set(table.shape.columns) for table in archive.manifest.tables}
    if described != known_revisions.columns_at(revision):
        raise archive.refused(f"its tables are not those of revision {revision}")
    for table in archive.manifest.tables:
        _check_table(archive, table)
    _check_sessions(archive, tell)


def sessions_in(archive: ArchiveReader) -> Iterator[tuple[Session, bytes]]:
    """Every session with its line, in the order of the ids."""
    streams = [_sessions(archive, name) for name in (SESSIONS, KEY_HOLDERS)]
    return heapq.merge(*streams, key=lambda each: each[0].session_id)


def rows_of(archive: ArchiveReader, shape: TableShape) -> Iterator[Row]:
    """Every row of a table."""
    return (row_of(shape, line) for line in archive.lines(table_member(shape.table)))


def _sessions(archive: ArchiveReader, name: str) -> Iterator[tuple[Session, bytes]]:
    for line in archive.lines(name):
        try:
            session = session_of(line)
        except Invalid as error:
            raise archive.refused(f"{name}: {error}") from None
        yield session, line


def _check_sessions(archive: ArchiveReader, tell: Tell) -> None:
    sessions = messages = 0
    before, keys = "", set[str]()
    for session, _ in sessions_in(archive):
        if session.session_id <= before:
            raise archive.refused(f"session {session.session_id} stands twice in it, or out of order")
        if session.exclusive_key in keys:
            raise archive.refused(f"two sessions hold the key {session.exclusive_key!r}")
        keys |= {session.exclusive_key} if session.exclusive_key else set()
        before = session.session_id
        sessions, messages = sessions + 1, messages + session.message_count
        tell(1)
    _check_count(archive, "sessions", sessions, archive.manifest.sessions)
    _check_count(archive, "messages", messages, archive.manifest.messages)


def _check_table(archive: ArchiveReader, table: Table) -> None:
    shape = table.shape
    if not shape.key or not set(shape.key) <= set(shape.columns):
        raise archive.refused(f"table {shape.table} is not described")
    try:
        count = sum(1 for _ in rows_of(archive, shape))
    except Invalid as error:
        raise archive.refused(str(error)) from None
    _check_count(archive, f"rows of {shape.table}", count, table.rows)


def _check_count(archive: ArchiveReader, what: str, found: int, said: int) -> None:
    if found != said:
        raise archive.refused(f"it holds {found} {what}, and its manifest says {said}")
