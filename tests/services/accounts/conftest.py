"""Accounts on a database of their own, with passwords that are cheap to hash."""

import pytest
from argon2 import PasswordHasher

from services.accounts import AccountService, TokenService
from services.accounts.api_tokens import ApiTokenService
from services.accounts.email_addresses import EmailAddressService
from services.accounts.logins import LoginService
from services.accounts.mailed_links import MailedLinks
from services.accounts.making import UserMaker
from services.accounts.passwords import Passwords
from services.accounts.recovery import RecoveryService
from services.accounts.registration import RegistrationService
from services.accounts.secrets import DerivedSecrets
from tests.services.accounts.post import Post

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


@pytest.fixture
def derived():
    return DerivedSecrets(["the key of these tests, " * 3])


@pytest.fixture
def links(derived, unified, plain, clock):
    return MailedLinks(derived, unified, plain, clock)


@pytest.fixture
def logins(unified, plain, clock):
    return LoginService(unified, plain, clock)


@pytest.fixture
def tokens(accounts, unified, plain, clock):
    return TokenService(accounts, unified, plain, ["a key that signs tokens, " * 3], clock)


@pytest.fixture
def api_tokens(accounts, logins, unified, plain, clock):
    return ApiTokenService(accounts, logins, unified, plain, clock)


@pytest.fixture
def make_registration(accounts, passwords, links, outbox, unified, clock):
    """Makes a service that asks for this password of the organisation."""
    return lambda access_password=None: RegistrationService(
        accounts=accounts,
        maker=UserMaker(passwords, clock),
        links=links,
        outbox=outbox,
        unified=unified,
        access_password=access_password,
        now=clock,
    )


@pytest.fixture
def registration(make_registration):
    return make_registration()


@pytest.fixture
def recovery(passwords, links, outbox, unified, clock):
    return RecoveryService(passwords, links, outbox, unified, clock)


@pytest.fixture
def email_addresses(accounts, links, outbox, unified, clock):
    return EmailAddressService(accounts, links, outbox, unified, clock)


@pytest.fixture
def post(accounts, links, unified, clock):
    """Every letter with its real words, delivered into a list."""
    return Post(accounts, links, unified, clock)


@pytest.fixture
def ben(accounts):
    return accounts.create_user(email="ben@example.org", password=PASSWORD, roles={"member"}, display_name="Ben")


@pytest.fixture
def as_ada(accounts, ada):
    """Ada as an actor."""
    return accounts.actor_of(ada, "request-1")


@pytest.fixture
def as_ben(accounts, ben):
    return accounts.actor_of(ben, "request-2")
