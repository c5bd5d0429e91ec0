"""Waiting for a storage that is away for a while, or whose disk is full, and going on where it stopped."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from domain.errors import Busy, StorageUnavailable
from domain.session import Session
from storage.base import BulkStorage, Unreadable

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0

T = TypeVar("T")


class Patience:
    """Tries again for so many seconds without success. `tell` hears, once for each time it goes away, what is up."""

    def __init__(self, seconds: float, tell: Callable[[str], None]) -> None:
        self.seconds = seconds
        self._tell = tell
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Wait no more, in whichever thread: what is waited for is raised at once."""
        self._stopping.set()

    def run(self, where: str, work: Callable[[], T]) -> T:
        """Do something that may be done again. Raises StorageUnavailable when patience is over."""
        trouble = _Trouble(self, where)
        while True:
            try:
                return work()
            except (StorageUnavailable, Busy) as error:
                trouble.wait(error)

    def scan(self, where: str, storage: BulkStorage, after: str = "") -> Iterator[Session | Unreadable]:
        """Every session behind an id; begins again behind the last one when the storage was away."""
        trouble = _Trouble(self, where)
        while True:
            try:
                for found in storage.scan(after):
                    yield found
                    after = found.session_id
                    trouble.is_over()
            except (StorageUnavailable, Busy) as error:
                trouble.wait(error)
            else:
                return

    def pause(self, seconds: float) -> bool:
        """Wait so long; tell whether it is worth to go on."""
        return not self._stopping.wait(seconds)

    def tell(self, what: str) -> None:
        """Say what is waited for."""
        self._tell(what)


class _Trouble:
    """One time that a storage is away, from its first refusal to its next answer."""

    def __init__(self, patience: Patience, where: str) -> None:
        self._patience = patience
        self._where = where
        self.is_over()

    def is_over(self) -> None:
        """It answered."""
        self._since: float | None = None
        self._pause = FIRST_PAUSE_SECONDS

    def wait(self, error: StorageUnavailable | Busy) -> None:
        """Pause, longer each time. Raises StorageUnavailable when it has lasted too long."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            self._patience.tell(f"The {self._where} is away, waiting for it: {_words(error)}")
        left = self._since + self._patience.seconds - now
        if left <= 0 or not self._patience.pause(min(self._pause, left)):
            raise StorageUnavailable(
                f"The {self._where} was away for {now - self._since:.0f} seconds: {_words(error)} What was copied is "
                "kept; run the same command again to go on.",
                where=self._where,
            ) from error
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)


def _words(error: StorageUnavailable | Busy) -> str:
    reason = str(error.facts.get("reason", ""))
    return f"{error.message} ({reason})" if reason and reason not in error.message else error.message
