"""What somebody tries who means harm, or types strange things: nothing gives way, and nothing falls over."""

import shutil

import pytest

from domain.errors import LoginFailed
from tests.web.conftest import log_in_by_cookie, serve, settings_in
from tests.web.pages.conftest import TOKEN

ODD_IDS = ("a" * 65, "a.b", "$ne", "%00", "%ED%A0%80", "a%20b", "-a")


def csrf_of(browser, path="/login"):
    return TOKEN.search(browser.get(path).text)[1]


@pytest.fixture
def no_hashing(services, monkeypatch):
    """Every attempt to log in fails, at once."""

    def refuse(*_args, **_named):
        raise LoginFailed("no")

    monkeypatch.setattr(type(services.accounts), "check_password", refuse)


def api_login(client, email):
    return client.post("/api/auth/token", json={"email": email, "password": "wrong"}).status_code


def test_no_spelling_of_an_address_gives_further_attempts_at_its_account(client, no_hashing):
    in_capitals, fullwidth = "ALICE@example.org", "\uff21lice@\uff45xample.org"
    spellings = ("alice@example.org", in_capitals, fullwidth, "\u2003Alice@example.org")
    statuses = [api_login(client, spellings[n % len(spellings)]) for n in range(12)]
    assert statuses == [401] * 10 + [429] * 2


def test_a_body_that_parsers_read_differently_gives_no_further_attempts(client, no_hashing):
    body = '{"password": "wrong", "email": "alice@example.org", "email": "alice@example.org"}'
    send = {"data": body.encode(), "content_type": "application/vnd.api+json"}
    statuses = [client.post("/api/auth/token", **send).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


def test_attempts_that_aim_at_nobody_keep_no_one_else_from_changing_their_password(app, client, prepared, no_hashing):
    token = csrf_of(client)
    for _ in range(15):
        client.post("/login", data={"csrf_token": token})
    owner = app.test_client()
    log_in_by_cookie(owner, prepared.users["alice"])
    change = {"csrf_token": csrf_of(owner, "/account"), "current_password": "x", "new_password": "y"}
    assert owner.post("/account/password", data=change, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 422


@pytest.mark.parametrize("page", ["/interviews/{}", "/interviews/{}/report", "/interviews/{}/summary", "/s/{}"])
def test_an_address_with_an_odd_id_in_it_does_not_exist(app, prepared, page):
    browser = app.test_client()
    log_in_by_cookie(browser, prepared.users["alice"])
    assert {odd: browser.get(page.format(odd)).status_code for odd in ODD_IDS} == dict.fromkeys(ODD_IDS, 404)


@pytest.mark.parametrize(
    "came_from", ["http://[::1", "http://localhost//evil.example", "http://localhost@evil.example/"]
)
def test_the_theme_leads_back_to_no_address_that_is_not_ours(client, came_from):
    answer = client.post(
        "/theme", data={"theme": "dark", "csrf_token": csrf_of(client)}, headers={"Referer": came_from}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_no_cookie_travels_unencrypted_once_the_installation_is_reached_by_https(tmp_path, prepared):
    shutil.copytree(prepared.folder, tmp_path / "data")
    for app in serve(settings_in(tmp_path / "data", PUBLIC_URL="https://greenroom.example.org")):
        browser = app.test_client()
        secure = {"base_url": "https://localhost"}
        token = TOKEN.search(browser.get("/login", **secure).text)[1]
        headers = {"Referer": "https://localhost/login"}
        answer = browser.post("/theme", data={"theme": "dark", "csrf_token": token}, headers=headers, **secure)
        assert answer.status_code == 302
        assert all("; Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_form_that_stood_open_while_the_key_was_replaced_can_be_sent(tmp_path, prepared):
    old, new = "o" * 40, "n" * 40
    shutil.copytree(prepared.folder, tmp_path / "a")
    for app in serve(settings_in(tmp_path / "a", SECRET_KEY=old)):
        browser = app.test_client()
        token = csrf_of(browser)
        cookie = browser.get_cookie("greenroom").value
    answers = {keys: theme_with(tmp_path / "a", keys, cookie, token) for keys in (f"{new},{old}", new)}
    assert answers == {f"{new},{old}": 302, new: 400}


def theme_with(folder, keys, cookie, token):
    for app in serve(settings_in(folder, SECRET_KEY=keys)):
        browser = app.test_client()
        browser.set_cookie("greenroom", cookie)
        return browser.post("/theme", data={"theme": "dark", "csrf_token": token}).status_code
    return None


def test_a_token_against_forgery_is_good_in_its_own_browser_only(app, prepared):
    mine, theirs = app.test_client(), app.test_client()
    log_in_by_cookie(mine, prepared.users["alice"])
    assert mine.post("/logout", data={"csrf_token": csrf_of(theirs)}).status_code == 400
    assert mine.get("/dashboard").status_code == 200


def test_what_cannot_be_read_is_refused_in_our_own_words(alice):
    refused = alice.post("/api/interviews", data=b"{", content_type="application/json")
    assert refused.get_json()["message"] == "That request could not be read."
