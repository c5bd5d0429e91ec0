"""A folder in memory, for tests that make hundreds of places and kill processes, not machines."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108  # each folder in it has a name of its own


@pytest.fixture
def memory_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own in memory, or on the disk where memory has none: no loss of power is at stake."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="greenroom-tests-") as folder:
        yield Path(folder)
