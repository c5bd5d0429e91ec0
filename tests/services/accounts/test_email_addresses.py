"""The address of an account: verified by its reader, and changed to one that its owner reads."""

import pytest

from domain.errors import Invalid, LoginFailed
from domain.mailed_link import LinkGone, Purpose
from tests.services.accounts.racing import at_once

NEW = "ada@new.example"


@pytest.fixture
def change(email_addresses, post, as_ada, password):
    """The secret of the link to a new address."""
    email_addresses.request_change(as_ada, email=" ADA@new.example", password=password)
    return post.secret()


@pytest.fixture
def verification(email_addresses, post, as_ada):
    email_addresses.request_verification(as_ada)
    return post.secret()


def test_an_address_is_verified_by_whoever_reads_its_mail(email_addresses, verification, ada, clock):
    assert ada.email_verified_at is None
    assert email_addresses.look_at(Purpose.VERIFY, verification).email == ada.email
    assert email_addresses.confirm_verification(verification).email_verified_at == clock()
    with pytest.raises(LinkGone):
        email_addresses.confirm_verification(verification)


def test_nothing_changes_before_the_link_to_the_new_address_is_followed(email_addresses, accounts, change, ada, clock):
    assert accounts.load_user(ada.user_id) == ada
    changed = email_addresses.confirm_change(change)
    assert (changed.email, changed.email_verified_at) == (NEW, clock())


def test_one_logs_in_with_the_new_address_and_no_longer_with_the_old_one(
    email_addresses, accounts, change, ada, password
):
    email_addresses.confirm_change(change)
    assert accounts.check_password(NEW, password).user_id == ada.user_id
    with pytest.raises(LoginFailed):
        accounts.check_password(ada.email, password)


def test_the_address_that_was_left_is_told(email_addresses, post, change, ada):
    email_addresses.confirm_change(change)
    told = post.one()
    assert (told.to, told.subject) == (ada.email, "Your e-mail address was changed")
    assert NEW in told.text


def test_a_change_is_asked_for_with_the_password(email_addresses, post, as_ada):
    with pytest.raises(Invalid) as refused:
        email_addresses.request_change(as_ada, email=NEW, password="not the password")
    assert refused.value.facts["field"] == "password"
    assert post.deliver() == []


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@Example.ORG", "no address", "a\u200bda@example.org"])
def test_ones_own_address_and_what_is_none_are_refused(email_addresses, as_ada, password, email):
    with pytest.raises(Invalid) as refused:
        email_addresses.request_change(as_ada, email=email, password=password)
    assert refused.value.facts["field"] == "email"


def test_whether_somebody_has_an_address_is_told_to_its_reader_alone(email_addresses, post, as_ada, ben, password):
    assert email_addresses.request_change(as_ada, email="BEN@example.org", password=password) is None
    mail = post.one()
    assert (mail.to, mail.subject) == (ben.email, "This address has an account already")
    assert "/change-email/" not in mail.text


def test_nobody_can_put_words_of_theirs_into_a_mail_to_somebody_else(email_addresses, accounts, post, as_ada, password):
    accounts.set_profile(as_ada.user_id, display_name="You won! See https://evil.example now")
    email_addresses.request_change(as_ada, email="victim@example.org", password=password)
    assert "evil" not in post.one().text


def test_of_two_who_take_one_address_at_once_one_gets_it(email_addresses, accounts, post, change, as_ben, password):
    email_addresses.request_change(as_ben, email=NEW, password=password)
    other = post.secret()
    outcomes = at_once(*[lambda one=one: email_addresses.confirm_change(one) for one in (change, other)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkGone", "User"]
    assert [user.email for user in accounts.list_users()].count(NEW) == 1


def test_a_change_makes_every_other_link_of_the_account_void(
    email_addresses, recovery, post, change, verification, as_ada, ada, password
):
    recovery.request(ada.email)
    reset = post.secret()
    email_addresses.request_change(as_ada, email="third@example.org", password=password)
    second = post.secret()
    email_addresses.confirm_change(change)
    for use in (
        lambda: email_addresses.confirm_verification(verification),
        lambda: email_addresses.confirm_change(second),
        lambda: recovery.confirm(reset, password="another long password"),
    ):
        with pytest.raises(LinkGone):
            use()


def test_a_verification_of_an_address_that_was_left_verifies_nothing(email_addresses, links, ada, change):
    email_addresses.confirm_change(change)
    younger = links.make(Purpose.VERIFY, "row", email=ada.email, user=ada)
    with pytest.raises(LinkGone):
        email_addresses.confirm_verification(younger)


@pytest.mark.parametrize("end", ["password", "suspend"])
def test_a_change_that_waits_is_void_once_the_logins_of_that_time_ended(
    email_addresses, accounts, change, verification, ada, end
):
    if end == "password":
        accounts.set_password(ada.user_id, "another long password")
    else:
        accounts.suspend(ada.user_id)
    for use, secret in ((email_addresses.confirm_change, change), (email_addresses.confirm_verification, verification)):
        with pytest.raises(LinkGone):
            use(secret)
    assert accounts.load_user(ada.user_id).email == ada.email


def test_a_change_whose_mail_still_waits_is_called_off_by_a_change_of_password(
    email_addresses, accounts, post, as_ada, password
):
    """Whoever had the password may have asked; the mail server was away, and the owner was quicker."""
    post.broken = True
    email_addresses.request_change(as_ada, email="mallory@example.org", password=password)
    assert post.deliver() == []
    accounts.change_password(as_ada.user_id, current=password, new="another long password")
    post.broken = False
    assert [mail.to for mail in post.deliver_later()] == [as_ada.email]
