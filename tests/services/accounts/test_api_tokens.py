"""API tokens: named, told once, exchanged for access tokens, and over with whatever made them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from database.tables import Base
from domain.errors import Conflict, Invalid, LoginFailed, NotAllowed, NotFound
from domain.login import API_TOKEN_DAYS, LoginKind, Origin
from services.accounts.api_tokens import AT_MOST
from tests.services.accounts.racing import at_once


@pytest.fixture
def made(api_tokens, as_ada):
    return api_tokens.create(as_ada, name=" Backup ", days=30, by=LoginKind.BROWSER, address="192.0.2.7")


def test_one_is_exchanged_for_access_tokens_as_often_as_one_likes(tokens, made, ada):
    login, secret = made
    assert (login.name, login.address, login.kind) == ("Backup", "192.0.2.7", LoginKind.API_TOKEN)
    assert secret.startswith("gra_")
    for _ in range(3):
        pair = tokens.exchange(secret)
        assert pair.refresh_token is None
        assert tokens.verify(pair.access_token, "r").user_id == ada.user_id


@pytest.mark.parametrize("days", API_TOKEN_DAYS)
def test_one_is_over_at_the_end_of_its_days_and_so_is_what_came_of_it(tokens, api_tokens, as_ada, clock, days):
    _, secret = api_tokens.create(as_ada, name="x", days=days, by=LoginKind.BROWSER)
    clock.moment += timedelta(days=days) - timedelta(seconds=1)
    access = tokens.exchange(secret).access_token
    clock.pass_seconds(1)
    for refused in (lambda: tokens.exchange(secret), lambda: tokens.verify(access, "r")):
        with pytest.raises(LoginFailed):
            refused()


def test_with_one_ends_every_access_token_that_it_was_exchanged_for(tokens, api_tokens, made, as_ada):
    login, secret = made
    access = tokens.exchange(secret).access_token
    api_tokens.revoke(as_ada, login.login_id)
    for refused in (lambda: tokens.exchange(secret), lambda: tokens.verify(access, "r")):
        with pytest.raises(LoginFailed):
            refused()
    assert api_tokens.list_own(as_ada) == []
    with pytest.raises(NotFound):
        api_tokens.revoke(as_ada, login.login_id)


@pytest.mark.parametrize("change", ["password", "roles", "suspend"])
def test_one_ends_with_the_logins_of_its_user(tokens, accounts, made, ada, change):
    {
        "password": lambda: accounts.set_password(ada.user_id, "another long password"),
        "roles": lambda: accounts.set_roles(ada.user_id, ["admin"]),
        "suspend": lambda: accounts.suspend(ada.user_id),
    }[change]()
    with pytest.raises(LoginFailed):
        tokens.exchange(made[1])


def test_one_makes_no_other_so_that_a_stolen_one_does_not_outlive_its_end(api_tokens, as_ada):
    with pytest.raises(NotAllowed):
        api_tokens.create(as_ada, name="next", days=365, by=LoginKind.API_TOKEN)
    assert api_tokens.create(as_ada, name="next", days=365, by=LoginKind.PROGRAM)


def test_nobody_sees_or_ends_the_token_of_somebody_else(api_tokens, tokens, made, as_ben):
    assert api_tokens.list_own(as_ben) == []
    with pytest.raises(NotFound):
        api_tokens.revoke(as_ben, made[0].login_id)
    assert tokens.exchange(made[1])


def test_no_login_of_a_browser_is_ended_or_listed_as_a_token(api_tokens, logins, made, ada, as_ada):
    browser = logins.begin(ada, Origin())
    assert [each.login_id for each in api_tokens.list_own(as_ada)] == [made[0].login_id]
    with pytest.raises(NotFound):
        api_tokens.revoke(as_ada, browser.login_id)
    assert logins.find(browser.login_id)


def test_there_are_at_most_fifty_also_when_many_are_asked_for_at_once(api_tokens, as_ada):
    for n in range(AT_MOST - 2):
        api_tokens.create(as_ada, name=f"token {n}", days=7, by=LoginKind.BROWSER)
    outcomes = at_once(*[lambda: api_tokens.create(as_ada, name="one more", days=7, by=LoginKind.BROWSER)] * 6)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 4 + ["tuple"] * 2
    assert len(api_tokens.list_own(as_ada)) == AT_MOST


def test_one_that_ended_makes_room(api_tokens, as_ada):
    made = [api_tokens.create(as_ada, name=f"token {n}", days=7, by=LoginKind.BROWSER)[0] for n in range(AT_MOST)]
    with pytest.raises(Conflict):
        api_tokens.create(as_ada, name="one more", days=7, by=LoginKind.BROWSER)
    api_tokens.revoke(as_ada, made[0].login_id)
    assert api_tokens.create(as_ada, name="one more", days=7, by=LoginKind.BROWSER)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\u202e", "x" * 101, "\ud800"])
def test_a_name_that_says_nothing_is_refused(api_tokens, as_ada, name):
    with pytest.raises(Invalid, match="name"):
        api_tokens.create(as_ada, name=name, days=7, by=LoginKind.BROWSER)


@pytest.mark.parametrize("days", [0, -1, 1, 366, 10_000])
def test_only_the_days_that_are_offered_can_be_had(api_tokens, as_ada, days):
    with pytest.raises(Invalid, match="days"):
        api_tokens.create(as_ada, name="x", days=days, by=LoginKind.BROWSER)


@pytest.mark.parametrize("guess", ["", "gra_", "gra_" + "x" * 43, "\x00", "\ud800", "x" * 10_000])
def test_a_guess_is_refused(tokens, made, guess):
    with pytest.raises(LoginFailed):
        tokens.exchange(guess)


def test_when_one_was_used_is_known(api_tokens, tokens, made, as_ada, clock):
    clock.pass_seconds(1_000)
    tokens.exchange(made[1])
    assert api_tokens.list_own(as_ada)[0].last_seen_at == clock()


def test_only_a_hash_of_one_is_kept(made, plain):
    with plain.session_scope() as db:
        kept = [
            str(value) for table in Base.metadata.sorted_tables for row in db.execute(select(table)) for value in row
        ]
    assert not [value for value in kept if made[1][4:] in value]
