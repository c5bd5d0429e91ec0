"""Every way of coming in begins a session that nobody planted; what ends a login ends every copy of its cookie."""

from datetime import timedelta

import pytest
from flask import g, session
from flask_wtf.csrf import generate_csrf

from domain import clock
from domain.actor import Role
from tests.web.conftest import NEW_INTERVIEW, PASSWORD, log_in_by_cookie, serve, settings_in
from tests.web.letters import Letters
from tests.web.pages.conftest import Browser

ANOTHER = "another horse battery staple"
COOKIE = "greenroom"


def plant(browser, **more):
    """Put a session into this browser of which somebody else knows all; return the token that passes for its forms."""
    with browser.client.session_transaction() as planted:
        planted.update(csrf_token="planted", marker="planted", **more)
    app = browser.client.application
    with app.test_request_context():
        session["csrf_token"] = "planted"
        g.pop("csrf_token", None)
        return generate_csrf()


def accepts(browser, token, path):
    """Whether a form with this token counts as this browser's own."""
    return browser.client.post(path, data={"csrf_token": token}).status_code != 400


def by_login(browser, services, prepared):
    return browser.send("/login", email="alice@example.org", password=PASSWORD)


def by_registration(browser, services, prepared):
    services.registration.request(email="new@example.org", display_name="New")
    return browser.send(Letters(services).path(), password=PASSWORD)


def by_changed_password(browser, services, prepared):
    return browser.send(
        "/account/password", form_on="/account/security", current_password=PASSWORD, new_password=ANOTHER
    )


@pytest.mark.parametrize("way", [by_login, by_registration, by_changed_password])
def test_a_planted_session_is_worth_nothing_once_somebody_comes_in(visitor, services, prepared, way):
    known = {}
    if way is by_changed_password:
        known = {"_user_id": log_in_by_cookie(visitor.client, prepared.users["alice"]).login_id}
    token = plant(visitor, **known)
    assert accepts(visitor, token, "/logout" if way is not by_changed_password else "/account")
    assert way(visitor, services, prepared).status_code == 302
    with visitor.client.session_transaction() as after:
        assert "marker" not in after
        assert after.get("csrf_token") != "planted"
        assert after["_user_id"] != known.get("_user_id")
    assert visitor.get("/dashboard").status_code == 200
    assert not accepts(visitor, token, "/account")


def test_a_planted_session_is_worth_nothing_after_the_first_run(tmp_path, redis_url):
    for app in serve(settings_in(tmp_path / "fresh", REDIS_URL=redis_url)):
        services = app.extensions["greenroom"]
        services.prepare()
        browser, path = Browser(app.test_client()), f"/first-run/{services.accounts.first_run_token()}"
        token = plant(browser)
        fields = {"display_name": "First", "email": "first@example.org", "password": PASSWORD}
        assert browser.send(path, **fields).location == "/dashboard"
        with browser.client.session_transaction() as after:
            assert "marker" not in after
        assert not accepts(browser, token, "/account")


def test_a_planted_token_against_forgery_is_worth_nothing_once_a_guest_came_in(visitor, services, prepared):
    alice = services.accounts.actor_of(prepared.users["alice"], "r")
    interview = services.interviews.open(alice, **NEW_INTERVIEW).session_id
    link = services.guests.invite(alice, interview, guest_name="Gus")
    token = plant(visitor)
    assert visitor.send(f"/g/{link.token}").status_code == 302
    assert not accepts(visitor, token, f"/interviews/{interview}/answer")
    assert visitor.send(f"/interviews/{interview}/answer", form_on=f"/interviews/{interview}").status_code == 422


def test_who_logs_in_over_the_login_of_another_is_themselves_alone(visitor, services, prepared):
    planted = log_in_by_cookie(visitor.client, prepared.users["bob"])
    with visitor.client.session_transaction() as before:
        before["guest_passes"] = {"some-session": "some-link"}
    by_login_over(visitor)
    assert "alice@example.org" in visitor.text("/account/security")
    assert services.logins.find(planted.login_id), "it may be another device's too"
    with visitor.client.session_transaction() as after:
        assert "guest_passes" not in after


def by_login_over(browser):
    """The login page sends away who is in, so the form is taken from another page."""
    return browser.send("/login", form_on="/account", email="alice@example.org", password=PASSWORD)


# --- staying, and being out everywhere --------------------------------------------------------------------------------


@pytest.fixture
def remembered(visitor):
    """A browser that stays in for thirty days."""
    answer = visitor.send("/login", email="alice@example.org", password=PASSWORD, remember="y")
    assert "Expires" in answer.headers["Set-Cookie"]
    assert visitor.get("/dashboard").status_code == 200
    return visitor


@pytest.fixture
def copied(app, remembered):
    """Another browser into which the cookie of the first was copied."""
    other = app.test_client()
    other.set_cookie(COOKIE, remembered.client.get_cookie(COOKIE).value)
    assert other.get("/dashboard").status_code == 200
    return Browser(other)


def own_login(services, browser):
    with browser.client.session_transaction() as kept:
        return services.logins.find(kept["_user_id"]).login


ENDS = {
    "changed password": lambda services, actor, _login: services.accounts.change_password(
        actor.user_id, current=PASSWORD, new=ANOTHER
    ),
    "reset": lambda services, _actor, _login: reset(services),
    "suspension": lambda services, actor, _login: services.accounts.suspend(actor.user_id),
    "suspension that was taken back": lambda services, actor, _login: (
        services.accounts.suspend(actor.user_id),
        services.accounts.restore(actor.user_id),
    ),
    "other roles": lambda services, actor, _login: services.accounts.set_roles(actor.user_id, [Role.BOARD]),
    "log out everywhere": lambda services, actor, _login: services.logins.end_others(actor, "another"),
    "end of this login": lambda services, actor, login: services.logins.end(actor, login.login_id),
}


def reset(services):
    services.recovery.request("alice@example.org")
    services.recovery.confirm(Letters(services).secret(), password=ANOTHER)


@pytest.mark.parametrize("why", ENDS)
def test_a_browser_that_stayed_in_is_out_and_so_is_every_copy_of_it(services, prepared, remembered, copied, why):
    actor = services.accounts.actor_of(prepared.users["alice"], "r")
    ENDS[why](services, actor, own_login(services, remembered))
    for browser in (remembered, copied):
        assert browser.get("/dashboard").status_code == 302
        assert browser.get("/api/account").status_code == 401


def test_a_copy_of_the_cookie_is_dead_after_a_logout(remembered, copied):
    remembered.send("/logout", form_on="/account")
    assert copied.get("/dashboard").status_code == 302


def test_a_copy_of_the_cookie_is_dead_after_a_change_of_password_in_the_browser_it_was_copied_from(
    services, prepared, remembered, copied
):
    by_changed_password(remembered, services, prepared)
    assert remembered.get("/dashboard").status_code == 200
    assert copied.get("/dashboard").status_code == 302
    assert "Expires" in remembered.get("/dashboard").headers["Set-Cookie"], "who stayed in stays in"


def test_a_browser_that_was_told_to_stay_is_out_after_thirty_days_and_another_after_half_a_day(
    app, services, remembered, prepared, monkeypatch
):
    day = app.test_client()
    log_in_by_cookie(day, prepared.users["alice"])
    for hours, of_a_day, of_a_month in ((11, 200, 200), (13, 302, 200), (719, 302, 200), (721, 302, 302)):
        monkeypatch.setattr(services.logins, "_now", lambda hours=hours: clock.now() + timedelta(hours=hours))
        assert day.get("/dashboard").status_code == of_a_day
        assert remembered.get("/dashboard").status_code == of_a_month
