"""A change of password by who knows the present one."""

import pytest

from domain.errors import Invalid
from tests.services.accounts.racing import at_once

CHOSEN = [f"long password {n}" for n in range(5)]


def test_of_many_who_know_the_password_and_change_it_at_once_one_does(accounts, ada, password):
    outcomes = at_once(
        *[lambda new=new: accounts.change_password(ada.user_id, current=password, new=new) for new in CHOSEN]
    )
    (won,) = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    assert accounts.check_password(ada.email, CHOSEN[won]).session_version == ada.session_version + 1
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {Invalid}


def test_whoever_showed_the_old_password_before_its_owner_changed_it_is_too_late(
    accounts, passwords, ada, password, monkeypatch
):
    hash_password = passwords.hash

    def changed_by_the_owner_meanwhile(new):
        if new == "the thief's password":
            accounts.change_password(ada.user_id, current=password, new="the owner's password")
        return hash_password(new)

    monkeypatch.setattr(passwords, "hash", changed_by_the_owner_meanwhile)
    with pytest.raises(Invalid) as refused:
        accounts.change_password(ada.user_id, current=password, new="the thief's password")
    assert refused.value.facts["field"] == "current_password"
    assert accounts.check_password(ada.email, "the owner's password")


def test_a_new_password_against_the_rule_is_named_and_changes_nothing(accounts, ada, password):
    for bad in ("short", ada.email, "x" * 1_001):
        with pytest.raises(Invalid) as refused:
            accounts.change_password(ada.user_id, current=password, new=bad)
        assert refused.value.facts["field"] == "new_password"
        assert bad not in str(refused.value.facts) + refused.value.message
    assert accounts.check_password(ada.email, password) == ada


def test_its_owner_is_told(accounts, post, ada, password):
    accounts.change_password(ada.user_id, current=password, new="another long password")
    mail = post.one()
    assert mail.to == ada.email
    assert "another long password" not in mail.text
