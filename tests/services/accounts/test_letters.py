"""The letters: in real words, with links that work, to nobody who should not have one, and the same the second time."""

import pytest
from sqlalchemy import delete

from database.tables import UserRow
from domain.mailed_link import Purpose
from tests.services.accounts.post import HOUSE, secret_in

ANOTHER = "another long password"


@pytest.fixture
def ask(registration, recovery, email_addresses, accounts, as_ada, password):
    """What makes each letter wait, by its name."""
    return {
        "register": lambda: registration.request(email="new@example.org", display_name="New"),
        "registered_already": lambda: registration.request(email=as_ada.email, display_name="New"),
        "reset": lambda: recovery.request(as_ada.email),
        "verify": lambda: email_addresses.request_verification(as_ada),
        "change_email": lambda: email_addresses.request_change(as_ada, email="new@example.org", password=password),
        "email_taken": lambda: email_addresses.request_change(as_ada, email="ben@example.org", password=password),
        "password_changed": lambda: accounts.set_password(as_ada.user_id, ANOTHER),
    }


LETTERS = {
    "register": ("new@example.org", "/register/"),
    "registered_already": ("ada@example.org", "/login"),
    "reset": ("ada@example.org", "/reset-password/"),
    "verify": ("ada@example.org", "/verify-email/"),
    "change_email": ("new@example.org", "/change-email/"),
    "email_taken": ("ben@example.org", "/"),
    "password_changed": ("ada@example.org", "/reset-password"),
}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_goes_to_whom_it_is_for_with_the_address_that_was_configured(ask, ben, post, letter):
    ask[letter]()
    mail = post.one()
    to, path = LETTERS[letter]
    assert (mail.to, mail.sender) == (to, "house@green.example")
    assert f"{HOUSE}{path}" in mail.text
    assert mail.subject
    assert "None" not in mail.text
    assert "{" not in mail.text


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_whose_first_delivery_nobody_knows_of_is_the_same_the_second_time(ask, ben, post, letter):
    post.deaf = True
    ask[letter]()
    (first,) = post.deliver()
    post.deaf = False
    (second,) = post.deliver_later()
    assert second == first


def test_the_links_of_letters_do_what_the_letters_say(ask, post, registration, recovery, email_addresses, password):
    ask["register"]()
    assert registration.confirm(post.secret(), password=password).email == "new@example.org"
    ask["verify"]()
    assert email_addresses.confirm_verification(post.secret()).email_verified_at
    ask["reset"]()
    assert recovery.confirm(post.secret(), password=ANOTHER).email == "ada@example.org"


def test_the_link_of_a_new_address_does_what_its_letter_says(ask, post, email_addresses):
    ask["change_email"]()
    assert email_addresses.confirm_change(post.secret()).email == "new@example.org"
    (farewell,) = post.deliver()
    assert farewell.to == "ada@example.org"
    assert "new@example.org" in farewell.text


def test_each_letter_has_a_link_of_its_own(ask, post, links):
    secrets = []
    for _ in range(3):
        ask["verify"]()
        secrets.append(post.secret())
    assert len(set(secrets)) == 3
    assert all(links.find(Purpose.VERIFY, secret) for secret in secrets)


def test_a_letter_says_what_is_true_when_it_leaves(ask, post, registration, password):
    """Two ask for an account with one address; the second mail waits until the first was used."""
    ask["register"]()
    secret = post.secret()
    post.broken = True
    ask["register"]()
    assert post.deliver() == []
    registration.confirm(secret, password=password)
    post.broken = False
    (mail,) = post.deliver_later()
    assert mail.subject == "You have an account already"


@pytest.mark.parametrize("letter", ["reset", "verify", "change_email", "password_changed"])
def test_there_is_no_letter_for_somebody_who_is_gone(ask, post, unified, ada, letter):
    ask[letter]()
    with unified.get_db_session() as db:
        db.execute(delete(UserRow).where(UserRow.user_id == ada.user_id))
    assert post.deliver() == []


def test_the_link_in_a_letter_stands_alone_on_its_line(ask, post):
    for letter in ("register", "reset", "verify", "change_email"):
        ask[letter]()
        mail = post.one()
        assert [line for line in mail.text.splitlines() if secret_in(mail) in line and " " not in line]
