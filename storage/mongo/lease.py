"""A lease: one holder at a time, for a short while, again and again renewed, judged by the clock of the server.

A lock would outlive a holder that was killed. A lease runs out by itself, whatever the clocks of the machines say that
want it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from domain.errors import Busy
from storage.mongo.connection import Document

LEASE_SECONDS: Final = 10.0
WAIT_SECONDS: Final = 120.0
"""How long a second runner waits for the first."""
PAUSE_SECONDS: Final = 0.1
RENEWALS: Final = 4
"""How often a lease is renewed within the time that it lasts."""
FREE: Final = {"holder": None, "until": datetime(1970, 1, 1, tzinfo=UTC)}


class Lease:
    """One name in a collection of leases."""

    def __init__(self, leases: Collection[Document], name: str, seconds: float = LEASE_SECONDS) -> None:
        self._leases = leases
        self._name = name
        self._seconds = seconds
        self._holder = uuid4().hex
        self._lost = threading.Event()

    @contextmanager
    def hold(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold it through the block, however long that takes. Raises Busy after the wait."""
        self._wait(wait_seconds)
        over = threading.Event()
        renewing = threading.Thread(target=self._keep, args=(over,), name="lease", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()
            self._leases.update_one({"_id": self._name, "holder": self._holder}, {"$set": FREE})

    def check(self) -> None:
        """Return while it is held. Raises Busy when it ran out and somebody else may hold it."""
        if self._lost.is_set() or not self._renewed():
            raise Busy(
                "This process stood still for so long that another one went on with the migration; run it again."
            )

    def _wait(self, wait_seconds: float) -> None:
        with suppress(DuplicateKeyError):
            self._leases.insert_one({"_id": self._name, **FREE})
        deadline = time.monotonic() + wait_seconds
        while not self._taken():
            if time.monotonic() >= deadline:
                raise Busy(f"Another process has migrated the sessions for {wait_seconds:g} seconds; wait for it.")
            time.sleep(PAUSE_SECONDS)

    def _taken(self) -> bool:
        free = {"_id": self._name, "$expr": {"$lte": ["$until", "$$NOW"]}}
        return self._leases.update_one(free, self._term()).matched_count == 1

    def _renewed(self) -> bool:
        return self._leases.update_one({"_id": self._name, "holder": self._holder}, self._term()).matched_count == 1

    def _term(self) -> list[Document]:
        until = {"$add": ["$$NOW", round(self._seconds * 1000)]}
        return [{"$set": {"holder": self._holder, "until": until}}]

    def _keep(self, over: threading.Event) -> None:
        """Renew until it is over. A server that is away for a moment costs one renewal, not the lease."""
        while not over.wait(self._seconds / RENEWALS):
            try:
                renewed = self._renewed()
            except PyMongoError:
                continue
            if not renewed:
                self._lost.set()
                return
