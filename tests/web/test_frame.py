"""What every answer has: its headers, its id, its log line, and errors in one shape."""

import logging
import re
import subprocess
import sys

import pytest
import structlog

from domain import errors
from tests.web.conftest import log_in_by_cookie, serve, settings_in
from web.errors import STATUS, status_of


def every_error(kind=errors.GreenroomError):
    for inner in kind.__subclasses__():
        yield inner
        yield from every_error(inner)


def test_every_refusal_of_the_product_has_a_status():
    unplaced = [kind for kind in every_error() if not any(parent in STATUS for parent in kind.__mro__)]
    assert unplaced == []


@pytest.mark.parametrize(("error", "status"), [
    (errors.Invalid("x", 1, "y"), 422),
    (errors.SessionNotFound("x"), 404),
    (errors.SessionAccessDenied("x"), 404),
    (errors.NotAllowed("no"), 403),
    (errors.StaleSession("x", 2), 409),
    (errors.SlotTaken("k", "h"), 409),
    (errors.TooMany("wait", 7), 429),
    (errors.StorageUnavailable("away"), 503),
    (errors.CorruptSession("torn"), 500),
])  # fmt: skip
def test_a_refusal_becomes_the_status_of_its_class(error, status):
    assert status_of(error) == status


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/api/nothing", "/api/openapi.json", "/health/live", "/login"])
def test_every_answer_carries_the_headers_that_keep_a_browser_safe(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]{20,}'", policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "private, no-store"
    assert "Strict-Transport-Security" not in headers


def test_each_answer_has_a_nonce_of_its_own(client):
    policies = {client.get("/health/live").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_with_https_browsers_are_told_to_stay_with_it_and_cookies_are_secure(tmp_path, prepared):
    for app in serve(settings_in(tmp_path / "data", PUBLIC_URL="https://greenroom.example.org")):
        assert "max-age" in app.test_client().get("/health/live").headers["Strict-Transport-Security"]
        assert app.config["SESSION_COOKIE_NAME"] == "__Host-greenroom"
        assert app.config["SESSION_COOKIE_SECURE"] is True
        assert app.config["SESSION_COOKIE_HTTPONLY"] is True
        assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_an_own_asset_has_its_contents_in_its_address_and_may_be_kept_for_ever(app, client):
    with app.test_request_context():
        address = app.url_for("static", filename="js/api-docs.js")
    assert re.search(r"\?v=[0-9a-f]{12}$", address)
    for path, caching in (
        (address, "public, max-age=31536000, immutable"),
        (address.partition("?")[0], "no-cache"),
        ("/static/missing.js", "private, no-store"),
    ):
        with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == caching


def test_a_file_that_caches_may_keep_for_everybody_brings_nobodys_login(app, alice):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    with browser.get("/static/js/app.js?v=1") as answer:
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" in browser.get("/dashboard").headers, "elsewhere a login is renewed with every answer"


def test_no_page_of_the_frame_has_an_inline_script_or_style(client):
    for path in ("/api/docs", "/nothing/here"):
        page = client.get(path).get_data(as_text=True)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert not re.search(r"<style(?![^>]*nonce)|\sstyle=|\son\w+=", page)


@pytest.mark.parametrize("offered", ["", "a" * 65, "x y", "x\ty", "-x", "é", "<script>", "a/b"])
def test_an_odd_request_id_is_replaced(client, offered):
    given = client.get("/health/live", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_a_request_id_of_the_caller_is_kept(client):
    assert client.get("/health/live", headers={"X-Request-ID": "trace-1.2_3"}).headers["X-Request-ID"] == "trace-1.2_3"


@pytest.fixture
def lines(app, caplog):
    logging.getLogger().setLevel("INFO")
    caplog.set_level("INFO")

    def read():
        return [
            record.msg for record in caplog.records if isinstance(record.msg, dict) and record.msg["event"] == "request"
        ]

    return read


def test_each_request_leaves_one_line_that_tells_its_route_and_no_secret(alice, lines):
    alice.get("/api/interviews?limit=3", headers={"X-Request-ID": "seen"})
    (line,) = lines()
    assert line["route"] == "/api/interviews"
    assert (line["method"], line["status"], line["user_id"]) == ("GET", 200, alice.user.user_id)
    assert line["request_id"] == "seen"
    assert line["duration_ms"] > 0
    assert "limit" not in str(line)
    assert alice.headers["Authorization"][7:] not in str(line)


def test_a_request_begins_clean_whatever_ran_on_its_thread_before(client, lines):
    structlog.contextvars.bind_contextvars(left_over="secret of another request")
    client.get("/health/live", buffered=True)
    assert all("left_over" not in line for line in lines())
    assert structlog.contextvars.get_contextvars() == {}


def test_an_error_elsewhere_than_in_the_api_is_a_page(client):
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_page_that_fails_says_what_is_kept_and_how_to_report_it(app, alice, monkeypatch, services):
    monkeypatch.setattr(services.overview.__class__, "at_the_door", _explode, raising=False)
    monkeypatch.setattr("web.pages.public.render_template", _explode, raising=False)
    answer = app.test_client().get("/", headers={"X-Request-ID": "broken-1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "broken-1" in page
    assert "hunter2" not in page
    assert "Everything that was confirmed before is kept." in page


def test_with_the_database_away_even_somebody_logged_in_gets_a_page(app, alice, monkeypatch, services):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    monkeypatch.setattr(type(services.logins), "find", _explode)
    assert browser.get("/dashboard").status_code == 500


def _explode(*_args, **_kwargs):
    raise RuntimeError("hunter2")


def test_importing_the_application_builds_nothing_and_loads_no_engine():
    """Nor a vendor's SDK: they come when they are needed."""
    engines = {"pymongo", "sqlalchemy", "dateparser", "redis", "openai", "httpx"}
    code = f"import sys, web_app; print(sorted({engines} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_module_attribute_that_is_not_there_is_missing_as_usual():
    import web_app

    with pytest.raises(AttributeError):
        web_app.nothing  # noqa: B018


def test_the_api_page_loads_only_our_own_files(client):
    page = client.get("/api/docs").get_data(as_text=True)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert client.get("/api/openapi.json").get_json()["openapi"] == "3.1.0"
