"""Keys on a database of their own, for a user who exists."""

from datetime import UTC, datetime, timedelta

import pytest

from database.tables import UserRow
from database.unified_session_manager import UnifiedSessionManager
from services.idempotency.service import IdempotencyService
from services.sealing import Seal

OLD, NEW = "o" * 40, "n" * 40
USER = "7af3ab95-08c2-4de7-8094-2b1e36b85a16"


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self):
        self.moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def pass_time(self, span: timedelta):
        self.moment += span


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def user(db_manager, clock):
    with UnifiedSessionManager(db_manager).get_db_session() as db:
        db.add(
            UserRow(
                user_id=USER,
                email="ada@example.org",
                display_name="",
                password_hash="x",
                time_zone="UTC",
                session_version=1,
                created_at=clock(),
            )
        )
    return USER


@pytest.fixture
def service_with(db_manager, clock):
    """Makes the service of an instance that has these secret keys."""
    return lambda *keys: IdempotencyService(UnifiedSessionManager(db_manager), Seal(keys, "test"), clock)


@pytest.fixture
def keys(service_with):
    return service_with(OLD)
