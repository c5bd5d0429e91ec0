"""The folder of an old installation: which files it has, and what stands in them. Nothing is ever written here."""

import stat
from collections.abc import Iterator
from pathlib import Path

from domain.errors import Invalid, NotFound

SUFFIX = ".json"
LARGEST_BYTES = 64 * 1024 * 1024
"""Of one file; a session of today could not hold so much either."""


class LegacyFiles:
    """`<folder>/.sessions`, with one file for each interview."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ".sessions"

    def names(self) -> list[str]:
        """The names that end in .json, in order. Raises NotFound when there is no such folder."""
        return sorted(name for name in self._entries() if name.lower().endswith(SUFFIX))

    def others(self) -> list[str]:
        """Everything else that lies there, in order."""
        return sorted(name for name in self._entries() if not name.lower().endswith(SUFFIX))

    def read(self, name: str) -> bytes:
        """What stands in a file. Raises Invalid, saying why, when it cannot be had."""
        path = self.folder / name
        try:
            found = path.stat()  # before it is opened: a pipe would never answer
            if not stat.S_ISREG(found.st_mode):
                raise Invalid("file", name, f"a file; this is {_kind(found.st_mode)}")
            if found.st_size > LARGEST_BYTES:
                raise Invalid("file", f"{found.st_size} bytes", f"at most {LARGEST_BYTES}")
            return path.read_bytes()
        except OSError as error:
            raise Invalid("file", name, f"a file that can be read ({error.strerror})") from None

    def _entries(self) -> Iterator[str]:
        try:
            yield from (path.name for path in self.folder.iterdir())
        except OSError as error:
            raise NotFound(f"There are no old interviews at {self.folder}: {error.strerror}.") from None


def _kind(mode: int) -> str:
    return "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
