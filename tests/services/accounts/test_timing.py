"""Nobody learns from the time of an answer who has an account. How it is measured: `timing.py`."""

import pytest
from argon2 import PasswordHasher

from database.manager import DatabaseManager
from domain.errors import LoginFailed
from services.accounts import AccountService
from services.accounts.passwords import Passwords
from tests.services.accounts.timing import probability, told_apart

ADA, NOBODY = "ada@example.org", "nobody@example.org"
BOUND = 0.05
WIDER = 0.1
"""For fewer tries: a round of 400 lies beyond it (3.5 standard deviations) in 1 of 1,900 runs, three in 1 of 10⁹."""


@pytest.fixture
def db_manager(sqlite_database_url):
    """One engine: the time of a statement is not what is compared."""
    manager = DatabaseManager(sqlite_database_url)
    yield manager
    manager.close()


@pytest.fixture
def passwords():
    """Cheap, but of real cost: some milliseconds."""
    return Passwords(PasswordHasher(time_cost=2, memory_cost=2048, parallelism=1))


def log_in(accounts, email, password="not the password"):  # noqa: S107  # the wrong one
    def attempt():
        with pytest.raises(LoginFailed):
            accounts.check_password(email, password)

    return attempt


def test_an_unknown_user_is_refused_after_the_same_time_as_a_known_one(accounts, ada):
    assert not told_apart(log_in(accounts, ADA), log_in(accounts, NOBODY), tries=2_000, bound=BOUND)


def test_a_suspended_user_with_the_right_password_is_refused_after_the_same_time(accounts, ada, password):
    accounts.suspend(ada.user_id)
    suspended = log_in(accounts, ADA, password)
    assert not told_apart(suspended, log_in(accounts, NOBODY, password), tries=400, bound=WIDER)


def test_a_service_that_hashes_nothing_for_unknown_users_is_told_apart(unified, plain, outbox, ada):
    class Hasty(Passwords):
        def match(self, stored, password):
            return stored is not None and super().match(stored, password)

    hasty = AccountService(unified, plain, outbox, Hasty(PasswordHasher(time_cost=2, memory_cost=2048, parallelism=1)))
    figures = told_apart(log_in(hasty, ADA), log_in(hasty, NOBODY), tries=200, bound=BOUND)
    assert figures
    assert min(figures) > 0.5 + 3 * BOUND, "it is not chance that tells them apart"


def test_asking_for_another_password_takes_as_long_for_nobody_as_for_somebody(recovery, ada):
    assert not told_apart(
        lambda: recovery.request(ADA), lambda: recovery.request("eda@example.org"), tries=400, bound=WIDER
    )


def test_asking_for_an_account_takes_as_long_for_an_address_that_has_one(registration, ada):
    def register(email):
        return lambda: registration.request(email=email, display_name="Somebody")

    assert not told_apart(register(ADA), register("eda@example.org"), tries=400, bound=WIDER)


def test_looking_for_the_user_first_would_be_told_apart(recovery, accounts, ada):
    """The negative control: a request that writes its row only for somebody."""

    def hasty(email):
        def request():
            if accounts.find_user_by_email(email):
                recovery.request(email)

        return request

    figures = told_apart(hasty(ADA), hasty("eda@example.org"), tries=200, bound=WIDER)
    assert figures
    assert min(figures) > 0.9


def test_the_figure_is_what_it_says():
    assert probability([2, 3], [1, 1]) == 1
    assert probability([1, 1], [2, 3]) == 0
    assert probability([1, 2], [1, 2]) == 0.5
    assert probability([1, 4], [2, 3]) == 0.5
