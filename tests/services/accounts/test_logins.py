"""Logins of browsers: until when they count, and everything that ends one."""

from datetime import timedelta

import pytest

from domain.errors import LoginFailed, NotFound
from domain.login import BROWSER_LIFETIME, REMEMBERED_LIFETIME, LoginKind, Origin
from services.accounts.logins import KEPT_AFTER_END
from tests.services.accounts.racing import at_once

FIREFOX = Origin("192.0.2.7", "Mozilla/5.0 (X11; Linux) Firefox/140.0")
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def login(logins, ada):
    return logins.begin(ada, FIREFOX)


def test_a_login_says_whose_it_is_from_where_and_until_when(logins, login, ada, clock):
    assert (login.name, login.address, login.kind) == ("Firefox on Linux", "192.0.2.7", LoginKind.BROWSER)
    present = logins.find(login.login_id)
    assert (present.user, present.login) == (ada, login)
    assert login.expires_at == clock() + BROWSER_LIFETIME


@pytest.mark.parametrize(("remember", "lifetime"), [(False, timedelta(hours=12)), (True, timedelta(days=30))])
def test_a_login_is_over_at_the_end_of_its_time_however_much_it_is_used(logins, ada, clock, remember, lifetime):
    login, end = logins.begin(ada, FIREFOX, remember=remember), clock() + lifetime
    while clock() + timedelta(hours=5) < end:
        clock.moment += timedelta(hours=5)
        assert logins.find(login.login_id)
    clock.moment = end - MOMENT
    assert logins.find(login.login_id)
    clock.moment = end
    assert logins.find(login.login_id) is None


@pytest.mark.parametrize("change", ["password", "roles", "suspend", "suspend and restore"])
def test_a_login_remembered_for_a_month_is_over_at_once_when_its_user_changes(accounts, logins, ada, clock, change):
    login = logins.begin(ada, FIREFOX, remember=True)
    clock.moment += REMEMBERED_LIFETIME - timedelta(hours=1)
    assert logins.find(login.login_id)
    if change == "password":
        accounts.set_password(ada.user_id, "another long password")
    elif change == "roles":
        accounts.set_roles(ada.user_id, ["member", "board"])
    else:
        accounts.suspend(ada.user_id)
        if change == "suspend and restore":
            accounts.restore(ada.user_id)
    assert logins.find(login.login_id) is None


def test_a_password_that_was_right_a_moment_before_it_changed_brings_no_login(accounts, logins, ada, password):
    """The login begins from what was known when the password was compared."""
    seen = accounts.check_password(ada.email, password)
    accounts.set_password(ada.user_id, "another long password")
    assert logins.find(logins.begin(seen, FIREFOX).login_id) is None


def test_another_name_or_address_ends_no_login(accounts, email_addresses, logins, post, login, as_ada, password):
    accounts.set_profile(as_ada.user_id, display_name="Ada", time_zone="Europe/Berlin")
    email_addresses.request_change(as_ada, email="new@example.org", password=password)
    email_addresses.confirm_change(post.secret())
    assert logins.find(login.login_id).user.email == "new@example.org"


def test_one_login_is_ended_and_the_others_are_not(logins, login, ada, as_ada):
    other = logins.begin(ada, FIREFOX)
    logins.end(as_ada, login.login_id)
    assert logins.find(login.login_id) is None
    assert [each.login_id for each in logins.list_own(as_ada)] == [other.login_id]
    with pytest.raises(NotFound):
        logins.end(as_ada, login.login_id)


def test_nobody_ends_or_sees_the_login_of_somebody_else(logins, login, as_ben):
    with pytest.raises(NotFound):
        logins.end(as_ben, login.login_id)
    assert logins.end_others(as_ben, login.login_id) == 0
    assert logins.list_own(as_ben) == []
    assert logins.find(login.login_id)


def test_a_login_is_ended_as_the_kind_that_it_is(logins, login, as_ada):
    with pytest.raises(NotFound):
        logins.end(as_ada, login.login_id, LoginKind.API_TOKEN, LoginKind.PROGRAM)
    logins.end(as_ada, login.login_id, LoginKind.BROWSER)


def test_every_other_login_is_ended_but_the_tokens_of_programs_stay(
    logins, tokens, api_tokens, login, ada, as_ada, password
):
    others = [logins.begin(ada, FIREFOX, remember=True) for _ in range(3)]
    program = tokens.issue(ada.email, password)
    _, api_token = api_tokens.create(as_ada, name="backup", days=7, by=LoginKind.BROWSER)
    assert logins.end_others(as_ada, login.login_id) == 4
    assert logins.find(login.login_id)
    assert [logins.find(other.login_id) for other in others] == [None] * 3
    assert tokens.exchange(api_token)
    with pytest.raises(LoginFailed):
        tokens.verify(program.access_token, "r")


def test_of_many_who_end_a_login_at_once_one_does(logins, login, as_ada):
    outcomes = at_once(*[lambda: logins.end(as_ada, login.login_id)] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["NotFound"] * 3


def test_when_somebody_was_here_is_known_to_five_minutes(logins, login, as_ada, clock):
    began = clock()
    clock.pass_seconds(299)
    logins.find(login.login_id)
    assert logins.list_own(as_ada)[0].last_seen_at == began
    clock.pass_seconds(1)
    logins.find(login.login_id)
    assert logins.list_own(as_ada)[0].last_seen_at == clock()


@pytest.mark.parametrize("login_id", ["", "\x00", "guest:x", "' OR 1=1", "00000000-0000-4000-8000-000000000000"])
def test_an_id_that_no_login_has_is_nobody(logins, login, login_id):
    assert logins.find(login_id) is None


def test_what_is_kept_of_an_origin_fits_whatever_it_says(logins, ada):
    login = logins.begin(ada, Origin("a" * 500, "B" * 5_000))
    assert (len(login.address), len(login.name)) == (64, 60)


def test_a_login_is_forgotten_a_month_after_it_ended(logins, login, ada, as_ada, clock):
    logins.end(as_ada, login.login_id)
    lasting = logins.begin(ada, FIREFOX, remember=True)
    clock.moment += KEPT_AFTER_END
    assert logins.drop_old() == 0
    clock.moment += MOMENT
    assert logins.drop_old() == 1
    clock.moment += KEPT_AFTER_END
    assert logins.drop_old() == 1
    assert logins.find(lasting.login_id) is None
