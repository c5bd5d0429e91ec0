"""An e-mail address that some reader would take for several: nobody is let in by one, and nothing falls over."""

import pytest

from services.accounts.passwords import Passwords
from tests.domain.test_users import LISTS
from tests.web.conftest import PASSWORD
from tests.web.pages.conftest import TOKEN
from web.limits import limiter

IN_JSON = [
    ["alice@example.org"],
    ["alice@example.org", "evil@evil.example"],
    [["alice@example.org"]],
    {"0": "alice@example.org"},
    {"$ne": ""},
    [],
    {},
    None,
    True,
    0,
]
AROUND_ALICE = [
    "{}, evil@evil.example", "{},evil@evil.example", "evil@evil.example,{}", "{};evil@evil.example",
    "{} evil@evil.example",
    "{}\nevil@evil.example", "{}\r\nBcc: evil@evil.example", "{}%0a%0dcc:evil@evil.example", "<{}>", "Alice <{}>",
    '"Alice" <{}>', '"{}"', "Alice:{};", "{}(comment)", "{}\uff0cevil@evil.example", "{}\u3001evil@evil.example",
    "{}\u060cevil@evil.example", "{}\u037eevil@evil.example", "{}\u2028evil@evil.example", "{}\x00evil@evil.example",
    "{}|evil@evil.example", "['{}']", '["{}"]', "mailto:{}",
]  # fmt: skip


@pytest.fixture(autouse=True)
def only_the_address_decides(monkeypatch):
    """Every password is right for whoever is found; the limits have tests of their own."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(Passwords, "match", lambda _self, stored, _typed: stored is not None)


def ask_for_a_token(client, email):
    return client.post("/api/auth/token", json={"email": email, "password": PASSWORD})


def test_what_is_no_text_is_refused_with_the_field_named(client):
    for email in IN_JSON:
        answer = ask_for_a_token(client, email)
        assert answer.status_code == 422, email
        assert set(answer.get_json()["errors"]) == {"email"}


def test_a_list_as_a_text_lets_nobody_in(client):
    emails = [text.format("alice@example.org") for text in AROUND_ALICE] + LISTS
    assert [email for email in emails if ask_for_a_token(client, email).status_code not in (401, 422)] == []


def test_the_address_by_itself_lets_its_owner_in(client):
    assert ask_for_a_token(client, "alice@example.org").status_code == 200


def test_of_an_address_that_stands_there_twice_the_last_counts_for_everything(app, client):
    body = '{"email": "alice@example.org", "password": "wrong", "email": "bob@example.org"}'
    answer = client.post("/api/auth/token", data=body, content_type="application/json")
    actor = app.extensions["greenroom"].tokens.verify(answer.get_json()["access_token"], "r")
    assert actor.email == "bob@example.org"


def test_a_form_with_two_addresses_lets_nobody_in_under_the_second(client):
    token = TOKEN.search(client.get("/login").text)[1]
    form = {"csrf_token": token, "email": ["nobody@example.org", "alice@example.org"], "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 401
    assert client.get("/dashboard").status_code == 302
