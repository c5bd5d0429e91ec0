"""Runs a write in a child that dies at a chosen step."""

import os
import signal
from itertools import count

from storage.file import FileSessionStorage
from tests.storage.file.disks import KillsItself

INDEX_CALLS = ("mark", "put", "put_afresh", "remove", "count", "learn")


def crash_everywhere(make_place, act):
    """For each step of a write: a fresh place in which the write was stopped there by `kill -9`.

    Yields (place, step) until the write runs to its end. `make_place()` makes a place (its `folder` is used), and
    `act(storage)` writes.
    """
    for in_the_middle in (False, True):
        for step in count(1):
            place = make_place()
            if not died(place.folder, act, step, in_the_middle):
                assert step > 2, "this write has no steps to be stopped at"
                break
            yield place, step


def died(folder, act, step, in_the_middle=False):
    """Whether the child was killed at this step; False when it came to the end before."""
    child = os.fork()
    if not child:
        try:
            disk = KillsItself(step, in_the_middle)
            act(_with_counted_index(FileSessionStorage(folder, disk), disk))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), f"the child failed at step {step}: {status}"
    return status == signal.SIGKILL


def _with_counted_index(storage, disk):
    """The calls to the index are steps as well: the process may die between a file and its row."""
    index = storage._index
    for name in INDEX_CALLS:
        setattr(index, name, _stepping(disk, name, getattr(index, name)))
    return storage


def _stepping(disk, name, call):
    def step(*arguments, **named):
        disk.step += 1
        disk.reached(disk.step, name)
        return call(*arguments, **named)

    return step
