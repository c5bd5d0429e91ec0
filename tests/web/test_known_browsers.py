"""Nobody keeps an owner out by guessing: a browser in which they came in before has tries of its own."""

import pytest

from tests.web.conftest import PASSWORD
from tests.web.pages.conftest import Browser

LOGIN = "/login"


@pytest.fixture
def attacker(app):
    return Browser(app.test_client())


@pytest.fixture
def owner(app):
    """A browser in which Alice came in once, and went out again."""
    browser = Browser(app.test_client())
    assert log_in(browser, PASSWORD) == 302
    browser.send("/logout", form_on="/account")
    return browser


@pytest.fixture(autouse=True)
def cheap_refusals(services, monkeypatch):
    """Only the right password is hashed."""
    check = type(services.accounts).check_password

    def checked(self, email, password):
        return check(self, email, password if password == PASSWORD else "x" * 5_000)

    monkeypatch.setattr(type(services.accounts), "check_password", checked)


def log_in(browser, password, email="alice@example.org"):
    return browser.send(LOGIN, email=email, password=password).status_code


def guess(browser, times, email="alice@example.org"):
    return [log_in(browser, "wrong", email) for _ in range(times)]


def test_who_guesses_at_an_address_keeps_other_strangers_out_and_not_its_owner(app, attacker, owner):
    assert guess(attacker, 12) == [401] * 9 + [429] * 3, "the owner was a stranger once"
    assert log_in(Browser(app.test_client()), PASSWORD) == 429
    assert log_in(owner, PASSWORD) == 302


def test_the_owners_browser_has_no_more_tries_than_anybody_however_the_address_is_spelt(owner):
    assert guess(owner, 5) + guess(owner, 7, " ALICE@example.org") == [401] * 10 + [429] * 2


def test_a_copy_of_the_cookie_shares_its_tries(app, owner):
    copied = Browser(app.test_client())
    copied.client.set_cookie("known", owner.client.get_cookie("known").value)
    assert guess(copied, 10) == [401] * 10
    assert guess(owner, 1) == [429]


def test_a_browser_known_for_one_address_is_a_stranger_to_another(app, attacker, owner):
    assert guess(attacker, 11, "bob@example.org")[-1] == 429
    assert log_in(owner, PASSWORD, "bob@example.org") == 429


@pytest.mark.parametrize("forged", ["", "x", "WyJhIixbXV0.x", "x" * 3_000, "\u00e9"])
def test_a_cookie_that_is_not_ours_is_none(app, attacker, forged):
    assert guess(attacker, 10) == [401] * 10
    browser = Browser(app.test_client())
    browser.client.set_cookie("known", forged)
    assert log_in(browser, PASSWORD) == 429


def test_the_cookie_tells_no_address_lets_nobody_in_and_is_out_of_reach_of_scripts(app, client, attacker):
    page = attacker.send(LOGIN, email="alice@example.org", password=PASSWORD)
    (cookie,) = [each for each in page.headers.getlist("Set-Cookie") if each.startswith("known=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "alice" not in cookie
    client.set_cookie("known", attacker.client.get_cookie("known").value)
    assert client.get("/dashboard").status_code == 302
