"""The one-time token that makes the first account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from database.request_session_manager import RequestSessionManager
from database.tables import FirstRunTokenRow
from domain.actor import Role
from domain.errors import Invalid, NotAllowed


def claim(accounts, token, password, email="first@example.org"):
    return accounts.claim_first_run(token, email=email, password=password, display_name="First")


def kept_hashes(db_manager):
    with RequestSessionManager(db_manager).session_scope() as db:
        return set(db.scalars(select(FirstRunTokenRow.token_hash)))


def test_the_token_makes_one_administrator_and_is_spent(accounts, password, db_manager):
    token = accounts.first_run_token()
    assert not accounts.has_users()
    assert claim(accounts, token, password).roles == {Role.ADMIN, Role.MEMBER}
    with pytest.raises(NotAllowed):
        claim(accounts, token, password, "second@example.org")
    assert len(accounts.list_users()) == 1
    assert kept_hashes(db_manager) == set()


def test_only_a_hash_of_the_token_is_kept(accounts, db_manager):
    token = accounts.first_run_token()
    assert len(token) >= 43
    assert [len(kept) for kept in kept_hashes(db_manager)] == [64]
    assert token not in kept_hashes(db_manager)


def test_there_is_no_token_once_there_is_a_user(accounts, ada):
    assert accounts.first_run_token() is None


def test_a_user_made_otherwise_voids_every_token(accounts, password, db_manager):
    token = accounts.first_run_token()
    accounts.create_user(email="cli@example.org", password=password, roles={"admin"})
    with pytest.raises(NotAllowed):
        claim(accounts, token, password)
    assert kept_hashes(db_manager) == set()


def test_each_start_shows_a_token_that_works_until_one_is_claimed(accounts, password):
    first, second = accounts.first_run_token(), accounts.first_run_token()
    assert claim(accounts, first, password)
    with pytest.raises(NotAllowed):
        claim(accounts, second, password)


@pytest.mark.parametrize("token", ["", "guess", "\x00", "\ud800", "x" * 10_000])
def test_a_guess_is_refused_and_leaves_the_token_good(accounts, password, token):
    good = accounts.first_run_token()
    with pytest.raises(NotAllowed):
        claim(accounts, token, password)
    assert claim(accounts, good, password)


@pytest.mark.parametrize(("email", "typed"), [("no address", None), ("a@b.c", "short")])
def test_a_mistake_in_the_form_leaves_the_token_good(accounts, password, email, typed):
    token = accounts.first_run_token()
    with pytest.raises(Invalid):
        claim(accounts, token, typed or password, email)
    assert claim(accounts, token, password)


@pytest.mark.parametrize("tokens", ["the same", "one each"])
def test_of_many_claims_at_once_exactly_one_wins(accounts, password, tokens):
    given = [accounts.first_run_token()] * 6 if tokens == "the same" else [accounts.first_run_token() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        claims = [pool.submit(claim, accounts, token, password, f"u{n}@b.c") for n, token in enumerate(given)]
        outcomes = [type(done.exception()).__name__ for done in claims]
    assert sorted(outcomes) == ["NoneType"] + ["NotAllowed"] * 5
    assert len(accounts.list_users()) == 1


def test_of_a_claim_and_a_user_made_otherwise_at_once_a_claim_that_comes_second_loses(accounts, password):
    token = accounts.first_run_token()
    with ThreadPoolExecutor(2) as pool:
        claimed = pool.submit(claim, accounts, token, password)
        made = pool.submit(accounts.create_user, email="cli@b.c", password=password, roles={"admin"})
        assert made.exception() is None
        assert claimed.exception() is None or isinstance(claimed.exception(), NotAllowed)
    oldest = accounts.list_users()
    assert len(oldest) == (1 if claimed.exception() else 2)
