"""Accounts on a database of their own, with passwords that are cheap to hash."""

import pytest
from argon2 import PasswordHasher

from services.accounts import AccountService
from services.accounts.passwords import Passwords

PASSWORD = "correct horse battery"


@pytest.fixture
def passwords():
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def accounts(unified, plain, outbox, passwords, clock):
    return AccountService(unified, plain, outbox, passwords, clock)


@pytest.fixture
def password():
    return PASSWORD


@pytest.fixture
def ada(accounts):
    return accounts.create_user(email="Ada@Example.org", password=PASSWORD, roles={"member"}, display_name=" Ada L. ")
