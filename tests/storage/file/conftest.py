"""A folder of sessions, and handles onto it."""

import os
import tempfile
from pathlib import Path

import pytest

from storage.file import FileSessionStorage
from tests.storage.file.disks import Unsynced


@pytest.fixture
def folder(tmp_path):
    """Where the sessions of a test lie."""
    return tmp_path / "sessions"


@pytest.fixture
def memory_folder(tmp_path):
    """A folder in memory where there is one: these tests make hundreds of places and kill processes, not machines."""
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it has a name of its own
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="greenroom-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def opened(folder):
    """Open one more handle; none waits for the medium, which only a power failure would notice."""
    handles = []

    def opened(disk=None, prepare=True):
        handle = FileSessionStorage(folder, disk or Unsynced())
        handles.append(handle)
        if prepare:
            handle.prepare()
        return handle

    yield opened
    for handle in handles:
        handle.close()


@pytest.fixture
def storage(opened):
    """One handle, ready to use."""
    return opened()
