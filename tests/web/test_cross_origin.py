"""Other origins and the API: nobody by default, the named ones by token, nobody ever by cookie."""

import shutil
import subprocess
import sys

import pytest

from tests.web.conftest import NEW_INTERVIEW, Program, log_in_by_cookie, serve, settings_in
from tests.web.pages.conftest import TOKEN
from tests.web.routes import methods

OURS, ALSO_OURS = "https://app.example.org", "http://localhost:3000"
LOOK_ALIKES = (
    "null",
    "*",
    "https://evil.example",
    "http://app.example.org",
    "https://app.example.org.evil.example",
    "https://evil-app.example.org",
    "https://evilapp.example.org",
    "https://app.example.org:8443",
    "https://app.example.org:443",
    "https://APP.example.org",
    "HTTPS://app.example.org",
    "https://app.example.org/",
    "https://app.example.org/x",
    "https://app.example.org@evil.example",
    "https://evil@app.example.org",
    "https://appXexample.org",
    "https://app.example.org\u2024evil.example",
    "https://app.example.org https://evil.example",
    "https://app.example.org,https://evil.example",
    "https://example.org",
    "app.example.org",
    "http://localhost:30001",
    "http://localhost",
    "",
)


def shared_headers(answer):
    return {name: value for name, value in answer.headers if name.startswith("Access-Control-")}


@pytest.fixture
def sharing(tmp_path, prepared, redis_url):
    """An application that lets two origins use its API."""
    shutil.copytree(prepared.folder, tmp_path / "data")
    origins = f"{OURS},{ALSO_OURS}"
    yield from serve(settings_in(tmp_path / "data", REDIS_URL=redis_url, GREENROOM_CORS_ORIGINS=origins))


@pytest.fixture
def elsewhere(sharing, prepared):
    """Alice's program at the named application."""
    return Program(sharing, prepared.users["alice"], prepared.tokens["alice"])


def preflight(client, path="/api/interviews", origin=OURS, method="POST", headers="authorization,content-type"):
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.open(path, method="OPTIONS", headers=asked)


def test_by_default_no_answer_has_a_header_for_other_origins(app, alice):
    for rule in app.url_map.iter_rules():
        path = rule.build(dict.fromkeys(rule.arguments, "x"))[1]
        for method in [*methods(rule), "OPTIONS"]:
            with alice.app.test_client().open(path, method=method, headers={"Origin": OURS}) as answer:
                assert shared_headers(answer) == {}, (rule, method)
                assert "Origin" not in answer.headers.get("Vary", "")
    assert shared_headers(preflight(app.test_client())) == {}


def test_by_default_the_library_for_it_is_not_even_loaded(tmp_path, prepared):
    shutil.copytree(prepared.folder, tmp_path / "data")
    code = (
        "import sys, pathlib; from tests.web.conftest import settings_in; from web_app import create_app;"
        "create_app(settings_in(pathlib.Path(sys.argv[1]), GREENROOM_CORS_ORIGINS=sys.argv[2]));"
        "print('flask_cors' in sys.modules)"
    )
    for origins, loaded in (("", "False"), (OURS, "True")):
        start = [sys.executable, "-c", code, str(tmp_path / "data"), origins]
        done = subprocess.run(start, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == loaded


@pytest.mark.parametrize("origin", [OURS, ALSO_OURS])
def test_a_named_origin_may_read_answers_and_the_headers_it_needs(elsewhere, origin):
    made = elsewhere.post("/api/interviews", json=NEW_INTERVIEW, headers={"Origin": origin})
    assert made.status_code == 201
    shared = shared_headers(made)
    assert shared["Access-Control-Allow-Origin"] == origin
    exposed = set(shared["Access-Control-Expose-Headers"].split(", "))
    assert exposed == {"ETag", "Location", "Retry-After", "X-Request-ID", "Idempotency-Replayed"}
    assert "Access-Control-Allow-Credentials" not in shared
    refused = elsewhere.get("/api/interviews?limit=0", headers={"Origin": origin})
    assert shared_headers(refused)["Access-Control-Allow-Origin"] == origin, "a refusal can be read as well"


@pytest.mark.parametrize("origin", LOOK_ALIKES)
def test_an_origin_that_only_looks_alike_may_not(elsewhere, sharing, origin):
    answer = elsewhere.get("/api/interviews", headers={"Origin": origin.encode().decode("latin-1")})
    assert shared_headers(answer) == {}
    assert shared_headers(preflight(sharing.test_client(), origin=origin.encode().decode("latin-1"))) == {}


def test_every_answer_of_the_api_says_that_it_differs_by_origin_and_pages_do_not(elsewhere):
    for origin in ({}, {"Origin": OURS}, {"Origin": "https://evil.example"}):
        assert "Origin" in elsewhere.get("/api/interviews", headers=origin).headers["Vary"]
        assert "Origin" not in elsewhere.get("/login", headers=origin).headers["Vary"]


def test_a_browser_is_told_beforehand_what_it_may_send(sharing):
    answer = preflight(sharing.test_client(), headers="authorization,idempotency-key,x-csrftoken,cookie")
    shared = shared_headers(answer)
    assert answer.status_code == 200
    assert shared["Access-Control-Allow-Origin"] == OURS
    assert {"GET", "POST", "PATCH", "DELETE"} <= set(shared["Access-Control-Allow-Methods"].split(", "))
    assert shared["Access-Control-Allow-Headers"] == "authorization, idempotency-key"
    assert shared["Access-Control-Max-Age"] == "600"
    assert "Access-Control-Allow-Credentials" not in shared


@pytest.mark.parametrize("path", ["/", "/login", "/dashboard", "/health/live", "/static/js/app.js", "/apix", "/logout"])
def test_nothing_but_the_api_is_shared(sharing, path):
    with sharing.test_client().get(path, headers={"Origin": OURS}) as answer:
        assert shared_headers(answer) == {}
    assert shared_headers(preflight(sharing.test_client(), path)) == {}


def test_the_login_cookie_is_worth_nothing_from_another_origin_not_even_a_named_one(sharing, prepared):
    browser = sharing.test_client()
    log_in_by_cookie(browser, prepared.users["alice"])
    token = TOKEN.search(browser.get("/account").text)[1]
    write = {"json": NEW_INTERVIEW, "headers": {"Origin": OURS, "X-CSRFToken": token}}
    assert browser.get("/api/interviews").status_code == 200, "by itself the cookie is good"
    assert browser.get("/api/interviews", headers={"Origin": OURS}).status_code == 401
    assert browser.post("/api/interviews", **write).status_code == 401
    assert browser.get("/api/interviews").get_json()["items"] == []


def test_no_page_elsewhere_may_show_an_answer_as_a_picture_or_script_of_its_own(elsewhere):
    answer = elsewhere.get("/api/interviews", headers={"Origin": OURS})
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", "what is fetched by CORS is not held to it"
