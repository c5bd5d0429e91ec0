"""A forgotten password on the pages."""

import pytest

from tests.web.conftest import PASSWORD, log_in_by_cookie
from tests.web.letters import Letters

ANOTHER = "another horse battery staple"


@pytest.fixture
def letters(services):
    return Letters(services)


@pytest.fixture
def path(visitor, letters):
    visitor.send("/reset-password", email="Alice@example.org")
    return letters.path()


def test_whoever_follows_the_link_chooses_another_password_and_logs_in_with_it(visitor, path):
    assert "alice@example.org" in visitor.text(path)
    answer = visitor.send(path, password=ANOTHER)
    assert (answer.status_code, answer.location) == (302, "/login?next=/dashboard")
    assert visitor.get("/dashboard").status_code == 302
    assert visitor.send("/login", email="alice@example.org", password=PASSWORD).status_code == 401
    assert visitor.send("/login", email="alice@example.org", password=ANOTHER).location == "/dashboard"


def test_every_browser_that_was_in_is_out(visitor, member, alice, path):
    assert member.get("/dashboard").status_code == 200
    visitor.send(path, password=ANOTHER)
    assert member.get("/dashboard").status_code == 302
    assert alice.get("/api/account").status_code == 401


def test_the_link_is_good_once(visitor, path):
    visitor.send(path, password=ANOTHER)
    assert visitor.get(path).status_code == 404


def test_a_password_against_the_rule_is_named_and_the_link_stays_good(visitor, path):
    assert visitor.send(path, password="alice@example.org").status_code == 422
    assert visitor.send(path, password=ANOTHER).status_code == 302


def test_the_answer_is_the_same_for_an_address_that_nobody_has(visitor, letters):
    answers = [visitor.send("/reset-password", email=f"{who}@example.org") for who in ("alice", "nobody")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("is on its way" in answer.get_data(as_text=True) for answer in answers)
    assert [mail["To"] for mail in letters.deliver()] == ["alice@example.org"]


def test_a_link_for_one_thing_opens_no_other(visitor, path):
    secret = path.rpartition("/")[2]
    for other in ("register", "verify-email", "change-email", "g", "first-run"):
        assert visitor.get(f"/{other}/{secret}").status_code in (404, 410)
    assert visitor.get(path).status_code == 200


def test_the_link_is_under_the_address_that_was_configured_whatever_the_request_calls_us(app, letters):
    client = app.test_client()
    page = client.get("/reset-password", headers={"Host": "evil.example"}).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post(
        "/reset-password",
        data={"csrf_token": token, "email": "alice@example.org"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    (mail,) = letters.deliver()
    assert "http://localhost/reset-password/" in mail.get_content()
    assert "evil" not in mail.as_string()


def test_too_many_secrets_from_one_address_are_refused(visitor):
    statuses = [visitor.get(f"/reset-password/{n}").status_code for n in range(62)]
    assert statuses == [404] * 60 + [429] * 2


def test_a_login_in_between_does_not_take_part_in_the_reset(app, prepared, visitor, path):
    """A browser that is in as somebody else resets the password of whom the link is for, and of nobody else."""
    other = app.test_client()
    log_in_by_cookie(other, prepared.users["bob"])
    visitor.send(path, password=ANOTHER)
    assert other.get("/dashboard").status_code == 200
