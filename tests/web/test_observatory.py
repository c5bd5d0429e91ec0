"""Every answer of the application, scored by its headers and cookies as Mozilla's HTTP Observatory does it."""

import shutil

import httpx
import pytest

from scripts.testing.observatory import ENOUGH, FOREIGN_ORIGIN, Walker, look
from scripts.testing.scoring import Answer, score
from tests.web.conftest import NEW_INTERVIEW, PASSWORD, Program, log_in_by_cookie, serve, settings_in
from tests.web.routes import methods

SITE = "https://greenroom.example.org"


@pytest.fixture
def app(tmp_path, prepared, redis_url):
    """The application as it runs behind a proxy that speaks TLS."""
    shutil.copytree(prepared.folder, tmp_path / "data")
    yield from serve(settings_in(tmp_path / "data", REDIS_URL=redis_url, PUBLIC_URL=SITE))


@pytest.fixture
def browser(app, prepared):
    """Alice's, logged in."""
    client = app.test_client()
    log_in_by_cookie(client, prepared.users["alice"], base_url=SITE)
    return client


def scored(answer, url=SITE):
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    return score(Answer(url, list(answer.headers), text, origin=FOREIGN_ORIGIN))


def complaint(answer):
    """What is wrong with this answer, None when nothing is."""
    found = scored(answer)
    return (found.points, found.penalties) if found.points < ENOUGH or found.penalties else None


def ask(client, path, method="GET", **options):
    options["headers"] = {"Origin": FOREIGN_ORIGIN, **options.pop("headers", {})}
    return client.open(path, method=method, base_url=SITE, **options)


def test_every_route_scores_enough_for_visitor_and_owner_whatever_it_answers(app, browser, prepared):
    app.config["STREAM_SECONDS"] = 0
    alice = Program(app, prepared.users["alice"], prepared.tokens["alice"])
    session_id = alice.open_interview()["session_id"]
    alice.post(f"/api/interviews/{session_id}/complete")
    wrong, statuses, asked = {}, set(), 0
    for rule in app.url_map.iter_rules():
        values = {name: session_id if name == "session_id" else "js/app.js" for name in rule.arguments}
        for method in [*methods(rule), "OPTIONS"]:
            for who, client in (("visitor", app.test_client()), ("owner", browser)):
                with ask(client, rule.build(values)[1], method) as answer:
                    asked += 1
                    statuses.add(answer.status_code)
                    if found := complaint(answer):
                        wrong[rule.endpoint, method, who] = found
    assert wrong == {}
    assert asked > 100
    assert {200, 302, 400, 401} <= statuses, "pages, redirects and refusals were among them"


@pytest.mark.parametrize(
    ("path", "status", "options"),
    [
        ("/nothing-here", 404, {}),
        ("/api/nothing-here", 404, {}),
        ("/login", 405, {"method": "DELETE"}),
        ("/api/interviews", 405, {"method": "PUT"}),
        ("/api/interviews?limit=0", 422, {}),
        ("/api/interviews", 401, {"headers": {"Authorization": "Bearer x"}}),
        ("/search?q=" + "x" * 300, 422, {}),
        ("/api/auth/token", 413, {"method": "POST", "data": b" " * 3_000_000, "content_type": "application/json"}),
        ("/fails", 500, {}),
        ("/api/fails", 500, {}),
        ("/interviews//new", 308, {}),
        ("/static/missing.css", 404, {}),
        ("/static/../settings.py", 404, {}),
        ("/static/css/base.css", 304, {"headers": {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}}),
    ],
)
def test_refusals_failures_and_redirects_score_enough_as_well(app, browser, path, status, options):
    def fail():
        raise RuntimeError("broken")

    app.add_url_rule("/fails", "fails", fail)
    app.add_url_rule("/api/fails", "api_fails", fail)
    with ask(browser, path, **options) as answer:
        assert answer.status_code == status
        assert complaint(answer) is None


def test_too_many_requests_score_enough_as_well(tmp_path, prepared, redis_url):
    more = {"REDIS_URL": redis_url, "PUBLIC_URL": SITE, "GREENROOM_API_LIMIT": "1 per minute"}
    for app in serve(settings_in(tmp_path / "limited", **more)):
        answers = [ask(app.test_client(), "/api/openapi.json") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert [complaint(answer) for answer in answers] == [None, None]


def test_an_answer_that_is_shared_with_a_named_origin_scores_enough(tmp_path, prepared, redis_url):
    shutil.copytree(prepared.folder, tmp_path / "data")
    more = {"REDIS_URL": redis_url, "PUBLIC_URL": SITE, "GREENROOM_CORS_ORIGINS": FOREIGN_ORIGIN}
    for app in serve(settings_in(tmp_path / "data", **more)):
        answer = ask(app.test_client(), "/api/openapi.json")
        assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN_ORIGIN
        assert complaint(answer) is None


def test_the_script_walks_from_the_door_through_the_login_to_every_page_that_is_linked(app, prepared):
    alice = Program(app, prepared.users["alice"], prepared.tokens["alice"])
    one = alice.post("/api/interviews", json=NEW_INTERVIEW).get_json()["session_id"]
    with httpx.Client(transport=httpx.WSGITransport(app=without_tls(app))) as client:
        found = list(look(Walker(client, SITE), [], ("alice@example.org", PASSWORD)))
    assert [scored for scored in found if not scored.is_good] == []
    seen = {(it.who, it.path.partition("?")[0]): it.status for it in found}
    assert seen["login", "/login (POST)"] == 302
    assert seen["visitor", "/login"] == seen["member", "/dashboard"] == seen["member", "/account"] == 200
    assert seen["member", f"/interviews/{one}"] == 200
    assert any(path.startswith("/static/vendor/") for _, path in seen)
    assert all(path.startswith("/") for _, path in seen)


def without_tls(app):
    """What a browser meets that comes without TLS: nobody; the proxy in front answers only with it."""

    def serve_tls_only(environ, start_response):
        if environ["wsgi.url_scheme"] == "http":
            raise httpx.ConnectError("refused")
        return app.wsgi_app(environ, start_response)

    return serve_tls_only


# --- negative controls: what the rules would say of an application that is careless in one thing ---------------------


def careless(app, change):
    app.after_request_funcs[None].insert(0, lambda response: change(response.headers) or response)  # runs last
    return scored(ask(app.test_client(), "/login")).points


@pytest.mark.parametrize(
    ("header", "lost"),
    [
        ("Content-Security-Policy", 35),
        ("Strict-Transport-Security", 60),
        ("Referrer-Policy", 5),
        ("X-Content-Type-Options", 5),
        ("Cross-Origin-Resource-Policy", 10),
        ("Cross-Origin-Opener-Policy", 10),
    ],
)
def test_each_header_that_is_left_out_lowers_the_score(app, header, lost):
    whole = scored(ask(app.test_client(), "/login")).points
    assert whole >= ENOUGH
    left = careless(app, lambda headers: headers.remove(header))
    assert left < whole
    assert whole - left >= lost


@pytest.mark.parametrize(
    "cookie",
    [
        "greenroom=x; Path=/; HttpOnly; SameSite=Lax",
        "greenroom=x; Path=/; Secure; SameSite=Lax",
        "greenroom=x; Path=/; Secure; HttpOnly",
        "theme=x; Path=/",
        "sessionid=x; Secure; SameSite=Lax",
        "csrftoken=x; Secure",
        "a=b; SameSite=None",
        "a=b; Secure; SameSite=Maybe",
    ],
)
def test_each_careless_cookie_lowers_the_score(app, cookie):
    whole = scored(ask(app.test_client(), "/login")).points
    assert careless(app, lambda headers: headers.add("Set-Cookie", cookie)) < whole


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("default-src 'none'", 10),
        ("default-src 'none'; script-src 'self' 'nonce-x'; style-src 'self'", 10),
        ("default-src 'self'", 5),
        ("default-src 'none'; style-src 'unsafe-inline'", 0),
        ("default-src 'none'; img-src http:", -10),
        ("default-src 'none'; script-src 'unsafe-eval'", -10),
        ("default-src 'none'; script-src 'unsafe-inline'", -20),
        ("default-src 'none'; script-src data:", -20),
        ("default-src 'none'; script-src https:", -20),
        ("default-src 'none'; object-src *", -20),
        ("img-src 'self'", -20),
        ("default-src 'none'; connect-src http://x.example", -20),
        ("default-src 'none'; default-src 'self'", -25),
        ("default-src 'none', default-src 'self'", -25),
        ("default-src 'none'; script-src 'strict-dynamic'", -25),
        ("x", -25),
        ("", -25),
    ],
)
def test_a_policy_gets_the_points_that_are_published_for_it(policy, points):
    found = score(Answer(SITE, [("Content-Security-Policy", policy)])).findings
    assert {finding.rule: finding.points for finding in found}["content-security-policy"] == points


@pytest.mark.parametrize(
    ("given", "rule", "points"),
    [
        ({"Strict-Transport-Security": "max-age=15552000"}, "strict-transport-security", 0),
        ({"Strict-Transport-Security": "max-age=60"}, "strict-transport-security", -10),
        ({"Strict-Transport-Security": "includeSubDomains"}, "strict-transport-security", -20),
        ({"Referrer-Policy": "no-referrer, unsafe-url"}, "referrer-policy", -5),
        ({"Referrer-Policy": "unsafe-url, same-origin"}, "referrer-policy", 5),
        ({"Referrer-Policy": "sometimes"}, "referrer-policy", -5),
        ({"X-Frame-Options": "DENY"}, "x-frame-options", 5),
        ({"X-Frame-Options": "ALLOW-FROM https://x"}, "x-frame-options", 0),
        ({}, "x-frame-options", -20),
        ({"Cross-Origin-Resource-Policy": "cross-origin"}, "cross-origin-resource-policy", 0),
        ({"Cross-Origin-Resource-Policy": "nobody"}, "cross-origin-resource-policy", -5),
        ({"Cross-Origin-Embedder-Policy": "require-corp"}, "cross-origin-embedder-policy", 10),
        ({"Access-Control-Allow-Origin": "*"}, "cross-origin-resource-sharing", 0),
        (
            {"Access-Control-Allow-Origin": FOREIGN_ORIGIN, "Access-Control-Allow-Credentials": "true"},
            "cross-origin-resource-sharing",
            -50,
        ),
    ],
)
def test_a_header_gets_the_points_that_are_published_for_it(given, rule, points):
    found = score(Answer(SITE, list(given.items()), origin=FOREIGN_ORIGIN)).findings
    assert {finding.rule: finding.points for finding in found}[rule] == points


@pytest.mark.parametrize(
    ("script", "points"),
    [
        ("", 0),
        ("<script>x</script>", 0),
        ('<script src="/own.js"></script>', 0),
        ('<script src="/own.js" integrity="sha256-x"></script>', 5),
        (f'<script src="{SITE}/own.js"></script>', 0),
        ('<script src="https://x.example/a.js" integrity="sha256-x"></script>', 5),
        ('<script src="https://x.example/a.js"></script>', -5),
        ('<script src="//x.example/a.js" integrity="sha256-x"></script>', -20),
        ('<script src="http://x.example/a.js"></script>', -50),
    ],
)
def test_a_script_gets_the_points_that_are_published_for_it(script, points):
    found = score(Answer(SITE, [("Content-Type", "text/html")], script)).findings
    assert {finding.rule: finding.points for finding in found}["subresource-integrity"] == points


@pytest.mark.parametrize(
    ("route", "points"),
    [
        (None, 0),
        ([f"http://{SITE[8:]}/", f"{SITE}/"], 0),
        ([f"http://{SITE[8:]}/"], -20),
        ([f"http://{SITE[8:]}/", "http://www.example.org/", f"{SITE}/"], -10),
        ([f"http://{SITE[8:]}/", "https://www.example.org/"], -5),
        ([f"http://{SITE[8:]}/", f"{SITE}/", "http://www.example.org/"], -20),
    ],
)
def test_a_way_to_tls_gets_the_points_that_are_published_for_it(route, points):
    found = score(Answer(SITE, [], plain_route=route)).findings
    assert {finding.rule: finding.points for finding in found}["redirection"] == points


def test_a_route_of_a_later_day_that_is_careless_would_be_found(app, browser):
    app.add_url_rule("/later", "later", lambda: "<script src='http://cdn.example/x.js'></script>")
    assert complaint(ask(browser, "/later")) is not None
