"""An outbox on a database of its own, on each engine in turn; what is delivered is written into a list."""

from datetime import timedelta

import pytest

from database.request_session_manager import RequestSessionManager
from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from services.outbox import Delivery, Effect, Outbox, OutboxRecords
from tests.services.clocks import Clock
from tests.services.queues import WakeUps

LEASE_SECONDS = 60
PAUSES = (10, 100, 1000)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def unified(db_manager):
    return UnifiedSessionManager(db_manager)


@pytest.fixture
def plain(db_manager):
    return RequestSessionManager(db_manager)


@pytest.fixture
def wake_ups():
    return WakeUps()


@pytest.fixture
def outbox(unified, wake_ups, clock):
    return Outbox(unified, wake_ups, clock)


@pytest.fixture
def records(unified, plain, wake_ups, clock):
    return OutboxRecords(unified, plain, wake_ups, clock)


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
def add(outbox, unified, clock):
    """Adds a note with this number and returns its id."""

    def add_note(n=1, *, due_in=None, **fields):
        due_at = None if due_in is None else clock() + timedelta(seconds=due_in)
        with unified.get_db_session() as db:
            return outbox.add(db, Effect(kind="note", payload={"n": n}, due_at=due_at, **fields))

    return add_note


@pytest.fixture
def rows(plain):
    """All rows as they are kept now, by id."""

    def read():
        with plain.session_scope() as db:
            return {row.outbox_id: row for row in db.query(OutboxRow)}

    return read
