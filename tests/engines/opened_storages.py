"""Session storages that a test names by their addresses."""

from collections.abc import Callable, Iterator

import pytest

from storage.addresses import open_at
from storage.base import MovableStorage


@pytest.fixture
def opened() -> Iterator[Callable[..., MovableStorage]]:
    """Opens the storage at an address, prepared unless told otherwise; all are closed at the end."""
    storages: list[MovableStorage] = []

    def open_storage(address: str, *, prepare: bool = True) -> MovableStorage:
        storages.append(open_at("--from", address))
        if prepare:
            storages[-1].prepare()
        return storages[-1]

    yield open_storage
    for storage in storages:
        storage.close()
