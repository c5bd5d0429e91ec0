"""An outbox on a database of its own, on each engine in turn; what is delivered is written into a list."""

from datetime import timedelta

import pytest

from services.outbox import Delivery, Effect

LEASE_SECONDS = 60
PAUSES = (10, 100, 1000)


@pytest.fixture
def delivered():
    """The numbers of the notes that were handed over."""
    return []


@pytest.fixture
def make_delivery(unified, clock, delivered):
    """Makes a delivery whose handler of notes does this; by default it writes down their numbers."""

    def make(handle=lambda claimed: delivered.append(claimed.payload["n"])):
        return Delivery(unified, {"note": handle}, clock, lease_seconds=LEASE_SECONDS, pauses=PAUSES)

    return make


@pytest.fixture
def add(put, clock):
    """Adds a note with this number and returns its id."""

    def add_note(n=1, *, due_in=None, **fields):
        due_at = None if due_in is None else clock() + timedelta(seconds=due_in)
        return put(Effect(kind="note", payload={"n": n}, due_at=due_at, **fields))

    return add_note
