"""A folder of sessions, and handles onto it."""

import pytest

from storage.file import FileSessionStorage
from tests.storage.file.disks import Unsynced


@pytest.fixture
def folder(tmp_path):
    """Where the sessions of a test lie."""
    return tmp_path / "sessions"


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
