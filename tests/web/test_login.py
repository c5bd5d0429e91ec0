"""Logins by cookie and by token: how they begin, end, and are kept from being guessed or planted."""

import shutil
import time

import pytest
import redis
from flask import Blueprint, session

from domain.actor import Role
from tests.web.conftest import PASSWORD, log_in_by_cookie, make_user, serve, settings_in
from web.auth import current_actor, log_in, log_out, role_required, safe_next
from web.limits import limiter


@pytest.fixture
def trial(settings, prepared):
    """An application with routes that log in and out, as the pages do."""
    for app in serve(settings):
        app.register_blueprint(trial_routes(prepared.users["alice"]))
        yield app


def trial_routes(user):
    routes = Blueprint("trial", __name__, url_prefix="/trial")

    @routes.get("/in")
    def come_in():
        log_in(user)
        return "in"

    @routes.get("/out")
    def go_out():
        log_out()
        return "out"

    @routes.get("/plant")
    def plant():
        session["planted"] = "x"
        return "planted"

    @routes.get("/session")
    def present_session():
        return dict(session)

    @routes.get("/who")
    def who():
        return current_actor().user_id

    @routes.get("/admin")
    @role_required(Role.ADMIN)
    def admin():
        return "welcome"

    return routes


@pytest.mark.parametrize("target", ["/", "/dashboard", "/interviews?status=paused#top", "/s/abc"])
def test_a_path_of_our_own_may_follow_a_login(target):
    assert safe_next(target, "/home") == target


@pytest.mark.parametrize("target", [
    None, "", "dashboard", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/evil.example", " /x", "javascript:alert(1)", "///evil.example", "http:/x", "/a\\b",
    "/%0d\x00", "/" + "x" * 3000, "/[", "//[",
])  # fmt: skip
def test_anything_else_may_not(target):
    assert safe_next(target, "/home") in {"/home", "/["}
    if target != "/[":
        assert safe_next(target, "/home") == "/home"


def test_a_login_begins_with_a_session_that_shares_nothing_with_the_one_before(trial):
    browser = trial.test_client()
    browser.get("/trial/plant")
    browser.get("/trial/in")
    assert "planted" not in browser.get("/trial/session").get_json()
    assert browser.get("/trial/who").status_code == 200


def test_a_logout_ends_the_login_of_this_browser(trial):
    browser = trial.test_client()
    browser.get("/trial/in")
    browser.get("/trial/out")
    assert browser.get("/trial/who").status_code == 302


def test_a_changed_password_ends_every_login_and_token_made_before(app, alice, services):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    assert browser.get("/api/interviews").status_code == 200
    services.accounts.set_password(alice.user.user_id, "another horse battery staple")
    assert browser.get("/api/interviews").status_code == 401
    assert alice.get("/api/interviews").status_code == 401


def test_a_suspended_user_is_let_in_nowhere(app, alice, services):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    services.accounts.suspend(alice.user.user_id)
    services.accounts.restore(alice.user.user_id)
    assert browser.get("/api/interviews").status_code == 401
    assert alice.get("/api/interviews").status_code == 401


def test_a_login_cookie_outlives_the_rotation_of_the_key_and_not_its_removal(tmp_path, prepared):
    old, new = "o" * 40, "n" * 40
    cookie = cookie_signed_with(tmp_path / "a", old, prepared)
    assert status_with(tmp_path / "b", f"{new},{old}", cookie) == 200
    assert status_with(tmp_path / "c", new, cookie) == 302


def cookie_signed_with(folder, key, prepared):
    shutil.copytree(prepared.folder, folder)
    for app in serve(settings_in(folder, SECRET_KEY=key)):
        browser = app.test_client()
        log_in_by_cookie(browser, prepared.users["alice"])
        for name in ("b", "c"):
            shutil.copytree(folder, folder.parent / name)
        return browser.get_cookie("greenroom").value
    return None


def status_with(folder, keys, cookie):
    for app in serve(settings_in(folder, SECRET_KEY=keys)):
        browser = app.test_client()
        browser.set_cookie("greenroom", cookie)
        return browser.get("/dashboard").status_code
    return None


def test_a_role_opens_its_routes_and_no_others(trial, prepared):
    member, admin = trial.test_client(), trial.test_client()
    log_in_by_cookie(member, prepared.users["alice"])
    log_in_by_cookie(admin, make_user(trial, "root", frozenset({Role.ADMIN, Role.MEMBER})))
    assert member.get("/trial/admin").status_code == 403
    assert admin.get("/trial/admin").data == b"welcome"
    assert trial.test_client().get("/trial/admin").status_code == 302


def test_a_visitor_is_sent_to_the_login_and_back_to_where_they_wanted_to_go(client):
    answer = client.get("/interviews?status=paused")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/interviews?status%3Dpaused"


def test_a_token_is_given_for_the_right_password_and_opens_the_api(client, alice):
    answer = client.post("/api/auth/token", json={"email": "alice@example.org", "password": PASSWORD})
    token = answer.get_json()
    assert answer.status_code == 200
    assert set(token) == {"access_token", "expires_in", "token_type", "refresh_token", "refresh_expires_in"}
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert client.get("/api/interviews", headers=headers).status_code == 200


def test_a_token_opens_no_page_because_a_page_would_ask_it_for_no_token_against_forgery(alice):
    assert alice.get("/dashboard").status_code == 302


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client):
    answers = [
        client.post("/api/auth/token", json={"email": email, "password": "not the password"})
        for email in ("alice@example.org", "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].get_json() == answers[1].get_json()


def attempts(client, times, email="alice@example.org"):
    """Statuses of so many attempts with a wrong password."""
    body = {"email": email, "password": "wrong"}
    return [client.post("/api/auth/token", json=body).status_code for _ in range(times)]


def test_too_many_attempts_at_one_account_are_refused_before_anything_is_hashed(client, services, monkeypatch):
    hashed = []
    monkeypatch.setattr(type(services.accounts), "check_password", lambda *_args: hashed.append(1) or _refuse())
    assert attempts(client, 12) == [401] * 10 + [429] * 2
    assert len(hashed) == 10
    refused = client.post("/api/auth/token", json={"email": " ALICE@example.org ", "password": "wrong"})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_too_many_attempts_from_one_address_are_refused_whomever_they_aim_at(client, services, monkeypatch):
    monkeypatch.setattr(type(services.accounts), "check_password", lambda *_args: _refuse())
    statuses = [attempts(client, 1, f"user{n}@example.org")[0] for n in range(32)]
    assert statuses == [401] * 30 + [429] * 2


def test_attempts_are_counted_together_by_all_processes(settings, client, services, monkeypatch):
    monkeypatch.setattr(type(services.accounts), "check_password", lambda *_args: _refuse())
    assert attempts(client, 10) == [401] * 10
    for other in serve(settings):
        assert attempts(other.test_client(), 1) == [429]


def test_attempts_are_still_counted_while_redis_is_away(tmp_path, prepared, monkeypatch):
    nowhere = f"unix://{tmp_path}/nowhere.sock"
    for app in serve(settings_in(tmp_path / "data", REDIS_URL=nowhere)):
        monkeypatch.setattr(type(app.extensions["greenroom"].accounts), "check_password", lambda *_args: _refuse())
        assert attempts(app.test_client(), 12) == [401] * 10 + [429] * 2


@pytest.fixture
def hanging_redis(redis_server_of_its_own, monkeypatch):
    # Whatever tests before this one let it see of a Redis that is away.
    for name in ("_storage_dead", "_Limiter__check_backend_count", "_Limiter__last_check_backend"):
        monkeypatch.setattr(limiter, name, 0)
    return redis_server_of_its_own


def log_in_and_wait(client):
    """Status of a login, and after how many seconds it came."""
    began = time.monotonic()
    answer = client.post("/api/auth/token", json={"email": "alice@example.org", "password": PASSWORD})
    return answer.status_code, time.monotonic() - began


def test_a_redis_that_hangs_delays_one_login_by_a_second_and_the_next_ones_not_at_all(
    tmp_path, prepared, hanging_redis
):
    shutil.copytree(prepared.folder, tmp_path / "data")
    for app in serve(settings_in(tmp_path / "data", REDIS_URL=hanging_redis.url)):
        assert log_in_and_wait(app.test_client())[0] == 200
        hanging_redis.hang()
        answers = [log_in_and_wait(app.test_client()) for _ in range(3)]
        assert [status for status, _ in answers] == [200] * 3
        assert 0.5 < answers[0][1] < 3.5
        assert min(seconds for _, seconds in answers[1:]) < 1  # a slow machine may ask again meanwhile


def test_attempts_are_counted_while_redis_hangs_and_together_again_once_it_goes_on(
    tmp_path, prepared, hanging_redis, monkeypatch
):
    shutil.copytree(prepared.folder, tmp_path / "data")
    hanging_redis.hang()
    for app in serve(settings_in(tmp_path / "data", REDIS_URL=hanging_redis.url)):
        monkeypatch.setattr(type(app.extensions["greenroom"].accounts), "check_password", lambda *_args: _refuse())
        assert attempts(app.test_client(), 12, "carol@example.org") == [401] * 10 + [429] * 2
        hanging_redis.go_on()
        with redis.Redis.from_url(hanging_redis.url) as counted:
            ends = time.monotonic() + 20
            while not counted.keys("*login-target*") and time.monotonic() < ends:
                attempts(app.test_client(), 1, "dave@example.org")
                time.sleep(0.2)
            assert counted.keys("*login-target*")


def _refuse():
    from domain.errors import LoginFailed

    raise LoginFailed("no")
