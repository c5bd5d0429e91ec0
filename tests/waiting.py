"""Waiting for what other processes do."""

import time
from collections.abc import Callable

SOON = 30.0
"""Seconds within which what is about to happen has happened, also on a busy machine."""


def until(holds: Callable[[], object], seconds: float = SOON) -> bool:
    """Whether it came true in time; asked again and again, as there is nothing else to wait on between processes."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.02)
    return False
