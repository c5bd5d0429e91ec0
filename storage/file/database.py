"""The connections to the index, an SQLite file. They are opened lazily, a few per process, never shared over a fork."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IDLE_CONNECTIONS = 4
CONNECTIONS = 16
BUSY_SECONDS = 10.0
CHECKPOINT_PAGES = 8_000
CACHE_KIB = 16_000

Identity = tuple[int, int]

_left_to_the_parent: list[object] = []
"""Closing a connection inherited over a fork would touch the parent's locks; they are kept, unused."""


class Connections:
    """A small pool for one SQLite file, which notices when another file takes its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start_afresh()

    def identity(self) -> Identity | None:
        """Which file has the name now; None when none has."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection in autocommit mode; one statement sees one state."""
        self._leave_the_parents()
        with self._places:
            identity, connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(identity, connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that others wait for; kept when the block ends, undone when it raises."""
        self._leave_the_parents()
        with self._one_writer, self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close what is idle; a later use opens anew."""
        self._leave_the_parents()
        with self._guard:
            idle = self._idle.copy()
            self._idle.clear()
        for _, connection in idle:
            connection.close()

    def _take(self) -> tuple[Identity | None, sqlite3.Connection]:
        identity = self.identity()
        while True:
            with self._guard:
                if not self._idle:
                    break
                known, connection = self._idle.pop()
            if known == identity:
                return known, connection
            connection.close()
        return identity, _connect(self.path)

    def _give_back(self, identity: Identity | None, connection: sqlite3.Connection) -> None:
        with self._guard:
            if len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append((identity, connection))
                return
        connection.close()

    def _leave_the_parents(self) -> None:
        if self._process != os.getpid():
            _left_to_the_parent.append(self._idle)
            self._start_afresh()

    def _start_afresh(self) -> None:
        self._process = os.getpid()
        self._guard = threading.Lock()
        self._one_writer = threading.Lock()
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        self._idle: list[tuple[Identity | None, sqlite3.Connection]] = []


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{_quoted(path)}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    # In WAL mode nothing is synced at a commit: after a power failure the index is made again anyway.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is not to be found in the file's free pages
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
