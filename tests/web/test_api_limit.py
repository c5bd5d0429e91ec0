"""How much one user, or one address, may ask of the API: beyond it 429, and when to come back."""

import shutil

import pytest

from tests.web.conftest import PASSWORD, Program, log_in_by_cookie, serve, settings_in
from tests.web.test_bad_input import in_shape

ALLOWED = 5


@pytest.fixture
def limited(tmp_path, prepared, redis_url):
    """An application that answers so many requests to the API a minute."""
    yield from limited_app(tmp_path, prepared, redis_url)


def limited_app(folder, prepared, redis_url):
    shutil.copytree(prepared.folder, folder / "limited")
    yield from serve(settings_in(folder / "limited", REDIS_URL=redis_url, GREENROOM_API_LIMIT=f"{ALLOWED} per minute"))


def statuses(ask, times=ALLOWED + 2):
    return [ask().status_code for _ in range(times)]


def test_beyond_the_limit_a_user_is_told_when_to_come_back(limited, prepared):
    alice = Program(limited, prepared.users["alice"], prepared.tokens["alice"])
    assert statuses(lambda: alice.get("/api/interviews")) == [200] * ALLOWED + [429] * 2
    refused = alice.get("/api/interviews")
    in_shape(refused, {429})
    assert refused.get_json()["code"] == "too_many"
    assert "log in" not in refused.get_json()["message"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_each_user_has_a_limit_of_their_own_whatever_they_come_with(limited, prepared):
    alice, bob = (Program(limited, prepared.users[name], prepared.tokens[name]) for name in ("alice", "bob"))
    browser = limited.test_client()
    log_in_by_cookie(browser, prepared.users["alice"])
    assert statuses(lambda: alice.get("/api/interviews"), ALLOWED) == [200] * ALLOWED
    assert browser.get("/api/interviews").status_code == 429
    assert bob.get("/api/interviews").status_code == 200


def test_visitors_and_bad_tokens_are_counted_by_their_address(limited, prepared):
    client = limited.test_client()
    forged = {"Authorization": "Bearer a.b.c"}
    assert statuses(lambda: client.get("/api/interviews", headers=forged)) == [401] * ALLOWED + [429] * 2
    assert client.get("/api/openapi.json").status_code == 429
    assert client.get("/api/openapi.json", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


def test_pages_health_and_static_files_are_not_counted(limited):
    client = limited.test_client()
    statuses(lambda: client.get("/api/openapi.json"))
    assert {client.get(path).status_code for path in ("/", "/login", "/health/live", "/health/ready")} == {200}
    with client.get("/static/js/app.js") as answer:
        assert answer.status_code == 200


def test_an_open_stream_counts_once_however_much_it_tells(limited, prepared):
    limited.config["STREAM_SECONDS"] = 0.0
    alice = Program(limited, prepared.users["alice"], prepared.tokens["alice"])
    one = alice.open_interview()["session_id"]
    for n in range(3):
        limited.extensions["greenroom"].interviews.answer(
            limited.extensions["greenroom"].accounts.actor_of(alice.user, ""), one, message_id=f"m{n}", content="Yes."
        )
    assert alice.get(f"/api/interviews/{one}/events").data.count(b"event: message") > ALLOWED
    assert statuses(lambda: alice.get("/api/interviews"), ALLOWED - 1) == [200] * (ALLOWED - 2) + [429]


def test_requests_are_counted_together_by_all_processes(limited, prepared, tmp_path, redis_url):
    alice = Program(limited, prepared.users["alice"], prepared.tokens["alice"])
    statuses(lambda: alice.get("/api/interviews"), ALLOWED)
    for other in limited_app(tmp_path / "other", prepared, redis_url):
        elsewhere = Program(other, prepared.users["alice"], prepared.tokens["alice"])
        assert elsewhere.get("/api/interviews").status_code == 429
        assert Program(other, prepared.users["bob"], prepared.tokens["bob"]).get("/api/interviews").status_code == 200


def test_requests_are_still_counted_while_redis_is_away(tmp_path, prepared):
    for app in limited_app(tmp_path, prepared, f"unix://{tmp_path}/nowhere.sock"):
        client = app.test_client()
        assert statuses(lambda client=client: client.get("/api/openapi.json")) == [200] * ALLOWED + [429] * 2


def test_a_login_within_the_limit_still_works(limited):
    login = {"email": "alice@example.org", "password": PASSWORD}
    assert limited.test_client().post("/api/auth/token", json=login).status_code == 200
