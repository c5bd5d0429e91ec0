"""Files that appear whole or not at all, and outlive a loss of power: written beside their place, synced, renamed."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

DRAFT = ".greenroom-draft"
"""How the name of a draft ends; it begins with a dot, and with the name that the file will have."""


@contextmanager
def whole_file(place: Path) -> Iterator[BinaryIO]:
    """A draft to fill, for its owner alone; when the block ends cleanly it takes its place, over what was there.

    The folder has to be there. Raises OSError when the disk refuses; no draft is left then.
    """
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}{DRAFT}")
    try:
        with os.fdopen(_held(draft), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(place.parent)


def remove_abandoned(folder: Path) -> int:
    """Remove the drafts of processes that died; tell how many. Those that are being written stay."""
    return sum(_remove_if_abandoned(draft) for draft in folder.glob(f".*{DRAFT}"))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _held(draft: Path) -> int:
    """Make the draft and hold its lock, which ends with this process."""
    while True:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)  # somebody took it for abandoned between the two


def _remove_if_abandoned(draft: Path) -> bool:
    try:
        handle = os.open(draft, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
