"""A forgotten password: who gets a link, what it does, and everything that makes it void."""

import pytest

from domain.errors import Invalid, LoginFailed
from domain.login import LoginKind, Origin
from domain.mailed_link import LinkGone, Purpose
from tests.services.accounts.racing import at_once

ANOTHER = "another long password"


@pytest.fixture
def secret(recovery, post, ada):
    recovery.request(ada.email)
    return post.secret()


def test_whoever_reads_the_mail_chooses_another_password_and_has_proved_the_address(
    recovery, accounts, ada, secret, password, clock
):
    assert recovery.look_at(secret) == ada.email
    changed = recovery.confirm(secret, password=ANOTHER)
    assert (changed.session_version, changed.email_verified_at) == (ada.session_version + 1, clock())
    assert accounts.check_password(ada.email, ANOTHER) == changed
    with pytest.raises(LoginFailed):
        accounts.check_password(ada.email, password)


def test_the_owner_is_told_of_it(recovery, post, ada, secret):
    recovery.confirm(secret, password=ANOTHER)
    told = post.one()
    assert (told.to, told.subject) == (ada.email, "Your password was changed")


def test_every_login_and_token_of_that_time_is_over(
    recovery, logins, tokens, api_tokens, ada, as_ada, secret, password
):
    browser = logins.begin(ada, Origin(), remember=True)
    program = tokens.issue(ada.email, password)
    _, api_token = api_tokens.create(as_ada, name="backup", days=365, by=LoginKind.BROWSER)
    recovery.confirm(secret, password=ANOTHER)
    assert logins.find(browser.login_id) is None
    assert logins.list_own(as_ada, *LoginKind) == []
    for refused in (
        lambda: tokens.verify(program.access_token, "r"),
        lambda: tokens.refresh(program.refresh_token),
        lambda: tokens.exchange(api_token),
    ):
        with pytest.raises(LoginFailed):
            refused()


def test_nobody_gets_a_mail_for_an_address_that_nobody_has(recovery, post, ada, accounts):
    recovery.request("nobody@example.org")
    assert post.deliver() == []
    accounts.suspend(ada.user_id)
    recovery.request(ada.email)
    assert post.deliver() == []


def test_what_is_no_address_is_refused(recovery):
    with pytest.raises(Invalid, match="email"):
        recovery.request("nobody")


def test_a_password_against_the_rule_leaves_the_link_good(recovery, secret, ada):
    for bad in ("short", ada.email):
        with pytest.raises(Invalid) as refused:
            recovery.confirm(secret, password=bad)
        assert bad not in str(refused.value.facts)
    assert recovery.confirm(secret, password=ANOTHER)


def test_a_link_is_good_once(recovery, secret):
    recovery.confirm(secret, password=ANOTHER)
    with pytest.raises(LinkGone):
        recovery.confirm(secret, password="a third long password")


def test_of_many_at_once_one_gets_the_account(recovery, accounts, ada, secret):
    chosen = [f"long password {n}" for n in range(5)]
    outcomes = at_once(*[lambda new=new: recovery.confirm(secret, password=new) for new in chosen])
    won = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [LinkGone] * 4
    assert accounts.check_password(ada.email, chosen[won[0]])


def test_one_use_makes_every_other_link_of_the_account_void(recovery, post, ada, secret):
    recovery.request(ada.email)
    other = post.secret()
    recovery.confirm(secret, password=ANOTHER)
    with pytest.raises(LinkGone):
        recovery.confirm(other, password="a third long password")


@pytest.mark.parametrize("change", ["password", "roles", "suspend", "suspend and restore"])
def test_a_link_is_void_once_something_changed_since(recovery, accounts, ada, secret, change):
    if change == "password":
        accounts.set_password(ada.user_id, ANOTHER)
    elif change == "roles":
        accounts.set_roles(ada.user_id, ["admin"])
    else:
        accounts.suspend(ada.user_id)
        if change == "suspend and restore":
            accounts.restore(ada.user_id)
    with pytest.raises(LinkGone):
        recovery.confirm(secret, password="a third long password")


def test_whoever_read_the_mail_of_an_address_that_was_left_cannot_take_the_account(
    recovery, email_addresses, links, post, ada, as_ada, password
):
    """Also when the letter was worded while the address changed: then the link is younger than the change."""
    email_addresses.request_change(as_ada, email="new@example.org", password=password)
    email_addresses.confirm_change(post.secret())
    younger = links.make(Purpose.RESET, "row", email=ada.email, user=ada)
    with pytest.raises(LinkGone):
        recovery.confirm(younger, password=ANOTHER)
