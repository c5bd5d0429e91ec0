"""Locks on files: between processes by `flock`, between the threads of one process by a lock in memory.

A lock file is never renamed by itself, but its folder may be moved to the trash while somebody waits for it; a lock
counts only when the file still has its name.
"""

import errno
import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Busy
from storage.file.disk import FILE_MODE

WAIT_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.0005
LONGEST_PAUSE_SECONDS = 0.01

_everywhere: "weakref.WeakSet[FileLocks]" = weakref.WeakSet()


class NoFolder(OSError):
    """The folder of the lock does not exist: what it protects is not there."""


class _Shared:
    """The lock that the threads of this process share for one path, and how many of them want it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.wanted_by = 0


class FileLocks:
    """The locks of one storage. Memory is held only for paths that somebody holds or waits for."""

    def __init__(self) -> None:
        self._start_afresh()
        _everywhere.add(self)

    @contextmanager
    def hold(self, path: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold the lock of this path. Raises NoFolder when there is nothing to lock, Busy after the wait."""
        deadline = time.monotonic() + wait_seconds
        with self._in_process(str(path), deadline):
            fd = _lock_file(path, deadline)
            self._held.add(fd)
            try:
                yield
            finally:
                self._held.discard(fd)
                # Unlocked by name, not only closed: a child forked meanwhile holds a copy of the descriptor.
                fcntl.flock(fd, fcntl.LOCK_UN)
                os.close(fd)

    @contextmanager
    def _in_process(self, name: str, deadline: float) -> Iterator[None]:
        with self._guard:
            shared = self._shared.setdefault(name, _Shared())
            shared.wanted_by += 1
        try:
            if not shared.lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                raise _busy()
            try:
                yield
            finally:
                shared.lock.release()
        finally:
            with self._guard:
                shared.wanted_by -= 1
                if not shared.wanted_by:
                    self._shared.pop(name, None)

    def _start_afresh(self) -> None:
        self._guard = threading.Lock()
        self._shared: dict[str, _Shared] = {}
        self._held: set[int] = set()

    def forget_the_parent(self) -> None:
        """In a forked child: the locks of the parent's other threads are not ours, and nobody here will free them."""
        for fd in self._held:
            os.close(fd)
        self._start_afresh()


def _lock_file(path: Path, deadline: float) -> int:
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        except FileNotFoundError:
            raise NoFolder(errno.ENOENT, "the folder is not there") from None
        try:
            _wait_for(fd, deadline)
            if _still_named(fd, path):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _wait_for(fd: int, deadline: float) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy() from None
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            return


def _still_named(fd: int, path: Path) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(fd)
    return (held.st_dev, held.st_ino) == (named.st_dev, named.st_ino)


def _busy() -> Busy:
    return Busy("Others are writing this session; nothing was changed. Try again.")


def _after_fork_in_child() -> None:
    for locks in _everywhere:
        locks.forget_the_parent()


os.register_at_fork(after_in_child=_after_fork_in_child)
