"""How somebody makes an account for themselves, and how nobody learns who has one."""

import pytest

from domain.actor import Role
from domain.errors import Invalid
from domain.mailed_link import LinkGone
from services.accounts.registration import NotOpenYet
from tests.services.accounts.racing import at_once

NEW = {"email": "Cy@Example.org", "display_name": " Cy "}


@pytest.fixture
def secret(registration, post, ada):
    registration.request(**NEW)
    return post.secret()


def test_whoever_reads_the_mail_chooses_a_password_and_is_a_member(registration, accounts, secret, password, clock):
    assert registration.look_at(secret).email == "cy@example.org"
    made = registration.confirm(secret, password=password)
    assert (made.email, made.display_name, made.roles) == ("cy@example.org", "Cy", {Role.MEMBER})
    assert made.email_verified_at == clock()
    assert accounts.check_password("cy@example.org", password) == made


def test_before_the_mail_is_read_there_is_no_account(accounts, secret):
    assert accounts.find_user_by_email("cy@example.org") is None


def test_an_address_that_has_an_account_gets_another_mail_and_the_asker_the_same_answer(registration, post, ada):
    assert registration.request(email="ADA@example.org", display_name="Mallory") is None
    mail = post.one()
    assert (mail.to, mail.subject) == (ada.email, "You have an account already")
    assert "/register/" not in mail.text
    assert "Mallory" not in mail.text


def test_nobody_can_put_words_of_theirs_into_a_mail_to_somebody_else(registration, post, ada):
    registration.request(email="victim@example.org", display_name="You won! See https://evil.example now")
    mail = post.one()
    assert "evil" not in mail.text + mail.subject


def test_of_many_who_use_one_link_at_once_one_makes_the_account(registration, accounts, secret, password):
    outcomes = at_once(*[lambda: registration.confirm(secret, password=password)] * 5)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkGone"] * 4 + ["User"]
    assert len(accounts.list_users()) == 2


def test_of_many_links_for_one_address_one_makes_the_account(registration, accounts, post, ada, password):
    spellings = ["cy@example.org", " CY@example.org", "\uff23y@example.org", "cy@example\u3002org"]
    secrets = []
    for spelling in spellings:
        registration.request(email=spelling, display_name="Cy")
        secrets.append(post.secret())
    outcomes = at_once(*[lambda one=one: registration.confirm(one, password=password) for one in secrets])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkGone"] * 3 + ["User"]
    assert sorted(user.email for user in accounts.list_users()) == ["ada@example.org", "cy@example.org"]


def test_of_a_registration_and_a_change_to_one_address_at_once_one_gets_it(
    registration, email_addresses, accounts, post, as_ada, secret, password
):
    email_addresses.request_change(as_ada, email="cy@example.org", password=password)
    change = post.secret()
    outcomes = at_once(
        lambda: registration.confirm(secret, password=password), lambda: email_addresses.confirm_change(change)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkGone", "User"]
    assert [user.email for user in accounts.list_users()].count("cy@example.org") == 1


def test_a_password_against_the_rule_leaves_the_link_good(registration, secret, password):
    for bad in ("short", "cy@example.org"):
        with pytest.raises(Invalid, match="password"):
            registration.confirm(secret, password=bad)
    assert registration.confirm(secret, password=password)


def test_a_used_link_makes_no_second_account_once_the_first_has_another_address(
    registration, email_addresses, accounts, post, secret, password
):
    made = registration.confirm(secret, password=password)
    email_addresses.request_change(accounts.actor_of(made, "r"), email="dee@example.org", password=password)
    email_addresses.confirm_change(post.secret())
    with pytest.raises(LinkGone):
        registration.confirm(secret, password=password)
    assert accounts.find_user_by_email("cy@example.org") is None


def test_nobody_registers_before_the_first_account(registration, post):
    with pytest.raises(NotOpenYet):
        registration.request(**NEW)
    assert post.deliver() == []


@pytest.mark.parametrize("given", ["", "wrong", "Open Sesame", "\ud800", "open sesame "])
def test_an_organisation_that_asks_for_a_password_lets_only_those_register_who_know_it(
    make_registration, post, ada, given
):
    closed = make_registration("open sesame")
    assert closed.asks_for_password
    with pytest.raises(Invalid) as refused:
        closed.request(**NEW, access_password=given)
    assert refused.value.facts["field"] == "access_password"
    assert "open sesame" not in refused.value.message + str(refused.value.facts)
    assert post.deliver() == []
    closed.request(**NEW, access_password="open sesame")
    assert len(post.deliver()) == 1


@pytest.mark.parametrize("bad", [{"email": "no address"}, {"display_name": "a\nb"}, {"display_name": "x" * 201}])
def test_a_mistake_is_named_and_nothing_is_mailed(registration, post, ada, bad):
    with pytest.raises(Invalid) as refused:
        registration.request(**{**NEW, **bad})
    assert refused.value.facts["field"] in bad
    assert post.deliver() == []
