"""Making an account on the pages."""

import re

import pytest

from tests.web.conftest import PASSWORD
from tests.web.letters import Letters

CHANGING = re.compile(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"')
NEW = {"display_name": "Cy", "email": "cy@example.org"}


@pytest.fixture
def letters(services):
    return Letters(services)


def test_whoever_follows_the_link_and_chooses_a_password_is_in(visitor, letters):
    assert "Look into your mail" in visitor.send("/register", **NEW).get_data(as_text=True)
    path = letters.path()
    assert "Welcome, Cy" in visitor.text(path)
    answer = visitor.send(path, password=PASSWORD, time_zone="Europe/Vienna")
    assert (answer.status_code, answer.location) == (302, "/dashboard")
    page = visitor.text("/account")
    assert 'value="Cy"' in page
    assert "Europe/Vienna" in page
    assert visitor.get(path).status_code == 404


def test_the_answer_does_not_tell_whether_an_address_has_an_account(visitor, letters):
    pages = [visitor.send("/register", display_name="X", email=f"{who}@example.org") for who in ("alice", "nobody")]
    texts = [page.get_data(as_text=True) for page in pages]
    assert [page.status_code for page in pages] == [200, 200]
    assert CHANGING.sub("", texts[0]).replace("alice@", "nobody@") == CHANGING.sub("", texts[1])
    assert sorted(mail["To"] for mail in letters.deliver()) == ["alice@example.org", "nobody@example.org"]


def test_a_link_that_is_none_says_so_and_leads_to_a_new_one(visitor):
    answer = visitor.get("/register/" + "x" * 43)
    assert answer.status_code == 404
    assert 'href="/register"' in answer.get_data(as_text=True)


def test_a_password_against_the_rule_is_named_at_the_field_and_the_link_stays_good(visitor, letters):
    visitor.send("/register", **NEW)
    path = letters.path()
    refused = visitor.send(path, password="short")
    assert refused.status_code == 422
    assert "10 to 1000 characters" in refused.get_data(as_text=True)
    assert visitor.send(path, password=PASSWORD).status_code == 302


@pytest.mark.parametrize("bad", [{"email": "nobody"}, {"email": "a\u200bb@example.org"}, {"display_name": ""}])
def test_a_mistake_is_named_at_its_field(visitor, letters, bad):
    assert visitor.send("/register", **{**NEW, **bad}).status_code == 422
    assert letters.deliver() == []


def test_somebody_who_is_in_needs_no_account(member):
    assert member.get("/register").location == "/dashboard"


def test_one_address_is_written_to_five_times_in_an_hour_however_it_is_spelt(visitor, letters):
    spellings = ["cy@example.org", "CY@example.org", " cy@example.org", "\uff43y@example.org", "cy@example\u3002org"]
    answers = [visitor.send("/register", display_name="Cy", email=email).status_code for email in spellings * 2]
    assert answers == [200] * 5 + [429] * 5
    assert len(letters.deliver()) == 5


def test_no_other_kind_of_body_walks_around_that_limit(visitor, letters):
    """Flask-WTF would read a form from JSON, where the limit finds no address to count."""
    page = visitor.text("/register")
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = '{"display_name": "Cy", "email": "cy@example.org", "x": NaN}'
    headers = {"X-CSRFToken": token}
    answers = [
        visitor.client.post("/register", data=body, content_type="application/json", headers=headers).status_code
        for _ in range(7)
    ]
    assert 200 not in answers
    assert letters.deliver() == []
