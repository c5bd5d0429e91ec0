"""Seeding on every storage, with accounts in an SQLite database and a clock that stands still."""

from functools import partial
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from providers.interviewers.rules import RulesInterviewer
from services.accounts import AccountService
from services.accounts.passwords import Passwords
from services.interviews.service import InterviewService
from services.seeding import Seeding
from services.session_manager import SessionManager
from tests.services.homes import home_of


@pytest.fixture
def database_url(sqlite_database_url):
    """Which engine keeps the accounts makes no difference here."""
    return sqlite_database_url


class Bus:
    """Calls whoever wants to know that something was published; nobody at first."""

    def __init__(self):
        self.heard = []

    def publish(self, topic):
        for hear in self.heard:
            hear(topic)


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def accounts(unified, plain, outbox, clock):
    return AccountService(
        unified, plain, outbox, Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)), clock
    )


@pytest.fixture
def on(accounts, bus, clock):
    """Seeding on a home of sessions, with what a test looks at."""

    def seeding_on(home):
        sessions = partial(SessionManager, home.open())

        def interviews_at(now):
            return InterviewService(sessions, RulesInterviewer(), bus, now)

        seeding = Seeding(accounts, sessions, interviews_at, clock)
        return SimpleNamespace(seeding=seeding, sessions=sessions, everybody=sessions(None), home=home)

    return seeding_on


@pytest.fixture
def on_files(request, on):
    """For what is the same on every storage."""
    return on(home_of(request, "file"))


@pytest.fixture
def place(on, home):
    """Seeding on each storage in turn."""
    return on(home)
