"""Refresh tokens: each is good once, a used one that comes back ends its login, and ninety days are the end."""

from datetime import timedelta

import jwt
import pytest
from sqlalchemy import select

from database.tables import Base, LoginRow, RefreshTokenRow
from domain.errors import Invalid, LoginFailed
from domain.login import LoginKind, Origin
from services.accounts.tokens import LIFETIME_SECONDS, LONGEST_FAMILY, REFRESH_LIFETIME
from tests.services.accounts.racing import at_once

MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def first(tokens, ada, password):
    return tokens.issue(ada.email, password, Origin("192.0.2.7", "curl/8.5.0"))


def jti_of(token):
    return jwt.decode(token, options={"verify_signature": False})["jti"]


def test_each_brings_the_next_pair_and_both_access_tokens_are_good(tokens, first, ada):
    second = tokens.refresh(first.refresh_token)
    third = tokens.refresh(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    for pair in (first, second, third):
        assert tokens.verify(pair.access_token, "r").user_id == ada.user_id
    assert (third.expires_in, third.refresh_expires_in) == (LIFETIME_SECONDS, REFRESH_LIFETIME.total_seconds())


def test_a_chain_of_tokens_is_one_login(tokens, logins, first, as_ada):
    tokens.refresh(first.refresh_token)
    (login,) = logins.list_own(as_ada)
    assert (login.kind, login.name, login.address) == (LoginKind.PROGRAM, "curl/8.5.0", "192.0.2.7")


def test_a_used_one_that_comes_back_ends_the_login_with_every_token_of_it(tokens, logins, first, as_ada):
    second = tokens.refresh(first.refresh_token)
    with pytest.raises(LoginFailed):
        tokens.refresh(first.refresh_token)
    assert logins.list_own(as_ada) == []
    for refused in (
        lambda: tokens.refresh(second.refresh_token),
        lambda: tokens.verify(first.access_token, "r"),
        lambda: tokens.verify(second.access_token, "r"),
    ):
        with pytest.raises(LoginFailed):
            refused()


def test_another_login_of_the_same_user_goes_on(tokens, first, ada, password):
    other = tokens.issue(ada.email, password)
    tokens.refresh(first.refresh_token)
    with pytest.raises(LoginFailed):
        tokens.refresh(first.refresh_token)
    assert tokens.refresh(other.refresh_token)


def test_of_many_who_use_one_at_once_exactly_one_wins_and_the_login_ends(tokens, first):
    outcomes = at_once(*[lambda: tokens.refresh(first.refresh_token)] * 6)
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == ["LoginFailed"] * 5
    with pytest.raises(LoginFailed):
        tokens.refresh(won[0].refresh_token)


def test_one_is_good_for_two_weeks_from_the_last_refresh(tokens, first, clock):
    clock.moment += REFRESH_LIFETIME - MOMENT
    second = tokens.refresh(first.refresh_token)
    clock.moment += REFRESH_LIFETIME
    with pytest.raises(LoginFailed):
        tokens.refresh(second.refresh_token)


def test_after_ninety_days_a_password_is_asked_for_however_often_one_refreshed(tokens, first, clock):
    end = clock() + LONGEST_FAMILY
    assert timedelta(days=90) == LONGEST_FAMILY
    pair = first
    while clock() + timedelta(days=7) < end:
        clock.moment += timedelta(days=7)
        pair = tokens.refresh(pair.refresh_token)
        assert clock() + timedelta(seconds=pair.refresh_expires_in) <= end
    clock.moment = end - MOMENT
    last = tokens.refresh(pair.refresh_token)
    clock.moment = end
    for refused in (lambda: tokens.refresh(last.refresh_token), lambda: tokens.verify(last.access_token, "r")):
        with pytest.raises(LoginFailed):
            refused()


@pytest.mark.parametrize("change", ["password", "roles", "suspend", "end"])
def test_one_is_void_with_the_logins_of_its_user(tokens, accounts, logins, first, ada, as_ada, change):
    {
        "password": lambda: accounts.set_password(ada.user_id, "another long password"),
        "roles": lambda: accounts.set_roles(ada.user_id, ["admin"]),
        "suspend": lambda: accounts.suspend(ada.user_id),
        "end": lambda: logins.end(as_ada, logins.list_own(as_ada)[0].login_id),
    }[change]()
    with pytest.raises(LoginFailed):
        tokens.refresh(first.refresh_token)


def test_one_access_token_is_voided_by_its_id_and_the_next_one_is_good(tokens, first, as_ada):
    tokens.revoke(as_ada, jti_of(first.access_token))
    tokens.revoke(as_ada, jti_of(first.access_token))
    with pytest.raises(LoginFailed):
        tokens.verify(first.access_token, "r")
    assert tokens.verify(tokens.refresh(first.refresh_token).access_token, "r")


def test_nobody_voids_the_token_of_somebody_else(tokens, first, as_ben, ada):
    tokens.revoke(as_ben, jti_of(first.access_token))
    assert tokens.verify(first.access_token, "r").user_id == ada.user_id


@pytest.mark.parametrize("jti", ["", "x", "\x00", "x" * 9_999])
def test_what_is_no_id_of_a_token_is_refused(tokens, as_ada, jti):
    with pytest.raises(Invalid, match="jti"):
        tokens.revoke(as_ada, jti)


def test_a_voided_token_stays_void_until_its_time_is_over_and_is_then_forgotten(tokens, first, as_ada, clock):
    clock.pass_seconds(1)
    tokens.revoke(as_ada, jti_of(first.access_token))
    for _ in range(LIFETIME_SECONDS):
        assert tokens.drop_old() == 0
        with pytest.raises(LoginFailed):
            tokens.verify(first.access_token, "r")
        clock.pass_seconds(60)
        if clock().timestamp() >= jwt.decode(first.access_token, options={"verify_signature": False})["exp"]:
            break
    clock.pass_seconds(60)
    assert tokens.drop_old() == 1


@pytest.mark.parametrize("guess", ["", "grr_", "grr_" + "x" * 43, "\x00", "\ud800", "x" * 10_000])
def test_a_guess_is_refused_and_ends_nothing(tokens, first, guess):
    with pytest.raises(LoginFailed):
        tokens.refresh(guess)
    assert tokens.refresh(first.refresh_token)


def test_neither_kind_of_token_stands_for_the_other(tokens, first):
    with pytest.raises(LoginFailed):
        tokens.refresh(first.access_token)
    for use in (tokens.exchange, lambda token: tokens.verify(token, "r")):
        with pytest.raises(LoginFailed):
            use(first.refresh_token)
    assert tokens.refresh(first.refresh_token)


def test_only_a_hash_of_one_is_kept(tokens, first, plain):
    with plain.session_scope() as db:
        rows = [row for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
        assert len(db.scalars(select(RefreshTokenRow)).one().token_hash) == 64
        assert db.scalars(select(LoginRow)).one().secret_hash is None
    kept = [str(value) for row in rows for value in row]
    for secret in (first.refresh_token, first.access_token):
        assert not [value for value in kept if secret in value or secret[4:] in value]
