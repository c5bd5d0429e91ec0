"""A session that somebody else planted or kept is worth nothing once its owner has logged in, or out."""

import pytest

from tests.web.conftest import PASSWORD
from tests.web.pages.conftest import TOKEN

COOKIE = "greenroom"


@pytest.fixture
def log_in(app):
    """Logs in through the page, with the cookies that this browser has already."""

    def through_the_page(browser, email="alice@example.org"):
        token = TOKEN.search(browser.get("/login").text)[1]
        answer = browser.post("/login", data={"csrf_token": token, "email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return browser

    return through_the_page


def cookie_of(browser):
    return browser.get_cookie(COOKIE).value


def with_cookie(app, value):
    browser = app.test_client()
    browser.set_cookie(COOKIE, value)
    return browser


def is_logged_in(browser):
    return browser.get("/dashboard").status_code == 200


def test_a_cookie_that_was_planted_before_a_login_is_not_logged_in_afterwards(app, log_in):
    attacker = app.test_client()
    attacker.get("/login")
    planted = cookie_of(attacker)
    victim = log_in(with_cookie(app, planted))
    assert is_logged_in(victim)
    assert cookie_of(victim) != planted
    assert not is_logged_in(attacker)
    assert not is_logged_in(with_cookie(app, planted))


def test_the_token_against_forgery_of_a_planted_cookie_is_worth_nothing_after_the_login(app, log_in):
    attacker = app.test_client()
    known = TOKEN.search(attacker.get("/login").text)[1]
    victim = log_in(with_cookie(app, cookie_of(attacker)))
    assert victim.post("/logout", data={"csrf_token": known}).status_code == 400
    assert is_logged_in(victim)


def test_nothing_that_was_planted_into_a_session_survives_the_login(app, log_in):
    attacker = app.test_client()
    attacker.get("/login")
    with attacker.session_transaction() as session:
        session["planted"] = "x"
    victim = log_in(with_cookie(app, cookie_of(attacker)))
    with victim.session_transaction() as session:
        assert "planted" not in session


def test_a_login_planted_on_somebody_else_does_not_mix_with_theirs(app, log_in, prepared):
    """Who is handed another's login, logs out and in with their own name acts for themselves from then on.

    The login that was planted has ended then, for whoever planted it too.
    """
    mine = log_in(app.test_client(), "bob@example.org")
    victim = with_cookie(app, cookie_of(mine))
    victim.post("/logout", data={"csrf_token": TOKEN.search(victim.get("/account").text)[1]})
    log_in(victim, "alice@example.org")
    assert prepared.users["alice"].display_name in victim.get("/account").text
    assert not is_logged_in(mine)


def test_a_logout_takes_the_login_from_the_browser(app, log_in):
    browser = log_in(app.test_client())
    browser.post("/logout", data={"csrf_token": TOKEN.search(browser.get("/account").text)[1]})
    assert not is_logged_in(browser)
    with browser.session_transaction() as session:
        assert "_user_id" not in session


@pytest.mark.parametrize(
    "altered",
    ["", "x", ".", "..", "eyJfdXNlcl9pZCI6IjEifQ", "a.b.c", "\x7f", "é".encode().decode("latin-1"), "x" * 4_000],
    ids=ascii,
)
def test_a_cookie_that_we_did_not_sign_is_nobody(app, altered):
    browser = app.test_client()
    answer = browser.get("/dashboard", headers={"Cookie": f"{COOKIE}={altered}"})
    assert answer.status_code == 302


def test_a_cookie_whose_contents_were_changed_is_nobody(app, log_in):
    contents, moment, signature = cookie_of(log_in(app.test_client())).rsplit(".", 2)
    tails = (f"x.{moment}.{signature}", f".{moment[::-1]}.{signature}", f".{moment}.")
    for forged in (contents + tail for tail in tails):
        assert not is_logged_in(with_cookie(app, forged))
    assert is_logged_in(with_cookie(app, f"{contents}.{moment}.{signature}"))


def test_with_https_no_neighbour_can_plant_a_cookie_under_our_name(installed):
    """A subdomain could set `greenroom` for all; a browser takes `__Host-…` from this very host alone."""
    app = installed(PUBLIC_URL="https://greenroom.example.org")
    browser = app.test_client()
    answer = browser.get("/login", base_url="https://greenroom.example.org")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-greenroom=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
