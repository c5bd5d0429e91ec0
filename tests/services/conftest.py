"""What tests of services over the relational database share: a standing clock, an outbox, and who was woken."""

import pytest

from database.request_session_manager import RequestSessionManager
from database.tables import OutboxRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from services.outbox import Outbox, OutboxRecords
from tests.services.clocks import Clock
from tests.services.homes import OTHERS_THAN_FILES, home_of
from tests.services.queues import WakeUps


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["file", *OTHERS_THAN_FILES])
def home(request):
    """An empty place for sessions, on each storage in turn."""
    return home_of(request, request.param)


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
def put(outbox, unified):
    """Writes an effect into the outbox and returns its id."""

    def put_effect(effect):
        with unified.get_db_session() as db:
            return outbox.add(db, effect)

    return put_effect


@pytest.fixture
def rows(plain):
    """All rows of the outbox as they are kept now, by id."""

    def read():
        with plain.session_scope() as db:
            return {row.outbox_id: row for row in db.query(OutboxRow)}

    return read


@pytest.fixture
def people(unified, clock):
    """Makes users, as rows: nobody logs in here."""

    def make(*names):
        with unified.get_db_session() as db:
            for name in names:
                db.add(
                    UserRow(
                        user_id=name,
                        email=f"{name}@example.org",
                        display_name=name,
                        password_hash="",
                        time_zone="UTC",
                        session_version=1,
                        created_at=clock(),
                    )
                )

    return make
