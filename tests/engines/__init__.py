"""The real engines that tests run against, one module each; pytest loads them as plugins."""

import os
import time
from pathlib import Path

import pytest


def cannot_run(what: str, how_to_get_it: str) -> None:
    """Skip, saying which part was not run and how to get it; on the build machine that is a failure."""
    message = f"{what} cannot be had here: {how_to_get_it}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def wait_until_stopped(pid: int) -> None:
    """Return once every thread of a process that was sent SIGSTOP stands still: the signal is not obeyed at once."""
    for _ in range(500):
        if {_state(thread) for thread in Path(f"/proc/{pid}/task").iterdir()} == {"T"}:
            return
        time.sleep(0.01)
    raise RuntimeError(f"process {pid} was told to stop five seconds ago and still runs")


def _state(thread: Path) -> str:
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]
