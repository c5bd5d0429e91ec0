"""Accounts on a database of their own, with passwords that are cheap to hash."""

import pytest
from argon2 import PasswordHasher

from database.request_session_manager import RequestSessionManager
from database.unified_session_manager import UnifiedSessionManager
from services.accounts import AccountService
from services.accounts.passwords import Passwords
from services.outbox import Outbox
from tests.services.clocks import Clock
from tests.services.queues import WakeUps

PASSWORD = "correct horse battery"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def passwords():
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


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
def accounts(unified, plain, outbox, passwords, clock):
    return AccountService(unified, plain, outbox, passwords, clock)


@pytest.fixture
def password():
    return PASSWORD


@pytest.fixture
def ada(accounts):
    return accounts.create_user(email="Ada@Example.org", password=PASSWORD, roles={"member"}, display_name=" Ada L. ")
