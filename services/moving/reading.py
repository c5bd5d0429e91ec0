"""The source, read ahead of the writing in a thread of its own: one batch is made while another is written."""

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Final, TypeVar

import msgspec

from domain.session import Session
from storage.base import Unreadable

Found = Session | Unreadable
Batch = list[Found]

BATCH_SESSIONS: Final = 250
BATCH_BYTES: Final = 2**21
"""A batch ends with whichever is full first."""
LOOK_SECONDS: Final = 0.2
"""How often a thread that waits looks whether it is still wanted."""

T = TypeVar("T")


def batches(found: Iterable[Found]) -> Generator[Batch, None, None]:
    """As many at a time as fit."""
    batch: Batch = []
    size = 0
    for each in found:
        batch.append(each)
        size += size_of(each)
        if len(batch) >= BATCH_SESSIONS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def size_of(found: Found) -> int:
    """About how many bytes a session is."""
    if isinstance(found, Unreadable):
        return len(found.reason)
    return len(msgspec.json.encode(found)) + sum(len(message.content) for message in found.messages)


@contextmanager
def ahead(items: Generator[T, None, None]) -> Iterator[Iterator[T]]:
    """The items, each made in another thread while the one before is worked on. What it raises is raised here."""
    reader = _Reader(items)
    thread = threading.Thread(target=reader.run, name="move-reader", daemon=True)
    thread.start()
    try:
        yield reader.items()
    finally:
        reader.unwanted.set()
        thread.join()


class _End(msgspec.Struct):
    """Nothing more comes, because of this error or because that was all."""

    error: BaseException | None = None


class _Reader:
    """Fills a queue of one place, so that at most two items wait."""

    def __init__(self, items: Generator[object, None, None]) -> None:
        self._items = items
        self._made: queue.Queue[object] = queue.Queue(maxsize=1)
        self.unwanted = threading.Event()

    def run(self) -> None:
        """Make items until there are no more, or nobody wants them; what they came from is closed in this thread."""
        end = _End()
        try:
            with closing(self._items):
                for item in self._items:
                    if not self._put(item):
                        return
        except BaseException as error:  # noqa: BLE001  # raised where the items are taken, whatever it is
            end = _End(error)
        self._put(end)

    def items(self) -> Iterator[T]:
        """The items as they come."""
        while not isinstance(item := self._made.get(), _End):
            yield item  # type: ignore[misc]  # what `items` was given
        if item.error is not None:
            raise item.error

    def _put(self, item: object) -> bool:
        while not self.unwanted.is_set():
            try:
                self._made.put(item, timeout=LOOK_SECONDS)
            except queue.Full:
                continue
            return True
        return False
