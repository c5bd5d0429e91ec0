"""Disks that misbehave: they kill the process, refuse, or remember what would survive a power failure."""

import errno
import os
import signal

from storage.file.disk import Disk


class Unsynced(Disk):
    """Fast: waits for nothing."""

    def sync(self, fd):
        """Not waited for."""

    def sync_data(self, fd):
        """Not waited for."""


CALLS = ("mkdir", "open", "write", "truncate", "sync", "sync_data", "rename", "unlink", "rmdir")


class Counting(Unsynced):
    """Calls `reached(number, name)` before each call, so that a test can act at each step of a write."""

    def __init__(self):
        self.step = 0

    def reached(self, step, name):
        """What happens before this step; a subclass says."""


def _counted(name):
    def call(self, *arguments):
        self.step += 1
        self.reached(self.step, name)
        if name == "write" and self.step == getattr(self, "half_of_step", None):
            fd, data = arguments
            os.write(fd, data[: len(data) // 2])
            self.reached(self.step + 1, name)
        return getattr(Unsynced, name)(self, *arguments)

    return call


for _name in CALLS:
    setattr(Counting, _name, _counted(_name))


class KillsItself(Counting):
    """The process dies before the step of this number, or in the middle of it when it is a write."""

    def __init__(self, at, in_the_middle=False):
        super().__init__()
        self.at = at
        self.half_of_step = at - 1 if in_the_middle else None

    def reached(self, step, name):  # it dies whatever comes
        if step == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Refuses(Counting):
    """From the step of this number on, everything that needs space is refused, as on a full disk."""

    NEEDS_SPACE = ("mkdir", "open", "write", "sync", "sync_data", "rename")

    def __init__(self, at, error=errno.ENOSPC):
        super().__init__()
        self.at = at
        self.error = error
        self.half_of_step = at - 1

    def reached(self, step, name):
        if step >= self.at and name in self.NEEDS_SPACE:
            raise OSError(self.error, os.strerror(self.error))
