"""Bad input on every route of the API: always the documented shape, never a 5xx, never a leak."""

import pytest

from tests.web.routes import API_BODIES, methods, rules

SHAPE = {"code", "status", "message", "errors"}
BODIES = {
    "cut off": (b'{"incident_name": ', 400),
    "not JSON": (b"incident_name=x", 400),
    "not UTF-8": (b'{"incident_name": "\xff"}', 400),
    "not a number": (b'{"confidence_threshold": NaN}', 400),
    "a lone surrogate": (b'{"incident_name": "\\ud800"}', 400),
    "a number without end": (b'{"confidence_threshold": ' + b"9" * 5000 + b"}", 400),
    "nested without end": (b"[" * 100_000, 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "a text": (b'"x"', 422),
    "true": (b"true", 422),
    "an unknown field": (b'{"$where": "1"}', 422),
}
VALUES = [
    {"$ne": None},
    {"$gt": ""},
    ["x"],
    None,
    True,
    2**63,
    10**30,
    -1,
    1.5,
    "x\x00y",
    "x" * 200_000,
    "   ",
    "",
]

MAY_BE_BLANK = {"summary", "password", "access_password", "current_password", "new_password"}


@pytest.fixture
def no_login_limit(app):
    from web.limits import limiter

    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def paths(app, alice):
    """Every route of the API: (endpoint, method, path with the id of an interview of ours)."""
    session_id = alice.open_interview()["session_id"]
    names = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api_")} - {
        "api_docs_page.page"
    }
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, method, adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, session_id)))
        for rule in rules(app, names)
        for method in methods(rule)
        if rule.endpoint != "api_interviews.events"
    ]


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_cannot_be_accepted_is_refused_on_every_write(alice, paths, case):
    body, status = BODIES[case]
    for _endpoint, method, path in paths:
        if method != "GET":
            refused(alice, method, path, status, data=body, content_type="application/json")


def test_another_content_type_is_refused_on_every_write(alice, paths, no_login_limit):
    for _endpoint, method, path in paths:
        if method != "GET":
            for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"):
                refused(alice, method, path, 415, data=b'{"a": 1}', content_type=content_type)


def test_every_field_of_every_body_refuses_what_it_is_not(alice, paths, no_login_limit):
    for endpoint, method, path in paths:
        for field in API_BODIES.get(endpoint, {}):
            for value in VALUES:
                if field in MAY_BE_BLANK and value in ("", "   "):
                    continue
                answer = getattr(alice, method.lower())(path, json={**API_BODIES[endpoint], field: value})
                in_shape(answer, {422})
                assert field in answer.get_json()["errors"], (endpoint, field, value, answer.get_json())


def test_a_missing_field_is_named(alice):
    errors = alice.post("/api/interviews", json={}).get_json()["errors"]
    assert set(errors) == {"incident_name", "interviewee_name", "interviewee_role"}
    assert all(isinstance(message, str) for messages in errors.values() for message in messages)


def test_an_error_deep_in_a_body_is_named_by_its_path(alice):
    one = f"/api/interviews/{alice.open_interview()['session_id']}"
    body = {"extracted_summary": {"actors": [{"name": "A"}, {"name": 5, "$set": 1}]}}
    errors = alice.patch(one, json=body).get_json()["errors"]
    assert set(errors) == {"extracted_summary.actors.1.name", "extracted_summary.actors.1.$set"}


def test_an_empty_change_is_refused(alice):
    one = f"/api/interviews/{alice.open_interview()['session_id']}"
    refused(alice, "PATCH", one, 422, json={})


def test_an_unknown_field_in_the_query_is_refused_on_every_route(alice, paths):
    for endpoint, method, path in paths:
        body = API_BODIES.get(endpoint, {})
        answer = getattr(alice, method.lower())(f"{path}?%24where=1&frobnicate=2", json=body)
        in_shape(answer, {422})
        assert set(answer.get_json()["errors"]) >= {"$where", "frobnicate"}, path


@pytest.mark.parametrize("query", [
    "limit=0", "limit=201", "limit=-1", "limit=ten", "limit=1.0", "limit=", "limit=" + "9" * 5000, "limit=%D9%A1",
    "limit=1&limit=2", "status=gone", "status[$ne]=x", "mode=video", "since=yesterday", "since=2026-01-01T00:00:00",
    "since=0001-01-01T00:00:00%2B23:59", "until=9999-12-31T23:59:59-23:59", "cursor=abc", "cursor=%00", "cursor=",
    "cursor=" + "x" * 5000,
])  # fmt: skip
def test_a_bad_query_is_refused_with_the_field_named(alice, query):
    answer = alice.get(f"/api/interviews?{query}")
    in_shape(answer, {422})
    assert {name.removesuffix(".0") for name in answer.get_json()["errors"]} == {query.partition("=")[0]}


@pytest.mark.parametrize("session_id", ["..", "%2e%2e", "a b", "a%00b", "x" * 65, "$ne", "-a", "%C3%A9", "a%2Fb", "."])
def test_an_id_that_cannot_be_one_is_an_address_that_does_not_exist(alice, session_id):
    for tail in ("", "/messages", "/report"):
        answer = alice.get(f"/api/interviews/{session_id}{tail}")
        assert answer.status_code in (404, 308, 405)
        if answer.status_code == 404:
            in_shape(answer, {404})


def test_a_body_that_is_too_large_is_refused(app, alice):
    too_large = b" " * (app.config["MAX_CONTENT_LENGTH"] + 1)
    refused(alice, "POST", "/api/interviews", 413, data=too_large, content_type="application/json")


def test_another_method_is_refused_and_the_allowed_ones_named(alice):
    answer = alice.put("/api/interviews", json={})
    in_shape(answer, {405})
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer " + "x" * 9000, "é"]
)
def test_a_bad_authorization_is_answered_401_with_the_scheme(client, authorization):
    answer = client.get("/api/interviews", headers={"Authorization": authorization})
    in_shape(answer, {401})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("etag", ["", "*", '"', "W/", '"a", "b"', "x" * 4000, "\xff"])
def test_odd_preconditions_are_no_failure(alice, etag):
    one = f"/api/interviews/{alice.open_interview()['session_id']}"
    assert alice.get(one, headers={"If-None-Match": etag}).status_code in (200, 304)
    assert alice.post(f"{one}/pause", headers={"If-Match": etag}).status_code in (200, 412)


def test_a_failure_shows_nothing_of_the_inside_and_carries_the_id_of_the_request(app, alice, services, monkeypatch):
    def explode(*_args, **_kwargs):
        raise RuntimeError("mongodb://root:hunter2@db.internal")

    monkeypatch.setattr(type(services.interviews), "list_interviews", explode)
    answer = alice.get("/api/interviews", headers={"X-Request-ID": "my-request-7"})
    in_shape(answer, {500})
    assert "hunter2" not in answer.get_data(as_text=True)
    assert "my-request-7" in answer.get_json()["message"]
    assert answer.headers["X-Request-ID"] == "my-request-7"


def refused(program, method, path, status, **options):
    in_shape(getattr(program, method.lower())(path, **options), {status})


def in_shape(answer, statuses):
    """The one shape of every error, and a status that was expected."""
    body = answer.get_json()
    assert answer.status_code in statuses, (answer.status_code, answer.request.path, body)
    assert set(body) == SHAPE
    assert body["status"] == answer.status_code
    assert isinstance(body["errors"], dict)
    assert body["message"]
