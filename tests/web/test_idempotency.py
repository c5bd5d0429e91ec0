"""`Idempotency-Key` on every POST of the API: done once, answered the same, whatever the route."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Response

from domain.errors import Conflict
from tests.web.conftest import NEW_INTERVIEW, PASSWORD, Program, log_in_by_cookie, serve
from tests.web.pages.conftest import TOKEN
from web.api.frame import ApiBlueprint
from web.api.schemas import AnswerSchema
from web.forms import csrf

KEY = {"Idempotency-Key": "my-key-1"}
THING = {"message_id": "m1", "content": "It rained."}
PUBLIC = "public: there is no user yet to whom a key could belong"
EXEMPT = {
    "/api/auth/token": PUBLIC,
    "/api/auth/refresh": "public, and a refresh token is good once: that is the point of it",
    "/api/account/password": "holds a password; a kept fingerprint would be a fast hash of it",
    "/api/account/email": "holds a password; a kept fingerprint would be a fast hash of it",
    "/api/account/registration": PUBLIC,
    "/api/account/registration/confirm": PUBLIC,
    "/api/account/password/reset": PUBLIC,
    "/api/account/password/reset/confirm": PUBLIC,
    "/api/account/email/confirm": PUBLIC,
    "/api/account/email/verification/confirm": PUBLIC,
    "/api/account/erasure": "once it is done, there is no user any more to whom a key could belong",
}
"""The only POSTs of the API that read no Idempotency-Key, each with its reason; `docs/api.md` names them too."""


class Trial:
    """Routes that protect themselves by nothing, and how often each did something."""

    def __init__(self):
        self.done, self.begun, self.go_on = [], threading.Event(), threading.Event()
        self.blueprint = ApiBlueprint("trial", __name__, url_prefix="/api/trial")
        self.blueprint.operation("POST", "/make", body=AnswerSchema, answers=201)(self.make)
        self.blueprint.operation("POST", "/slow", body=AnswerSchema)(self.slow)
        self.blueprint.operation("POST", "/fail", body=AnswerSchema)(self.fail)
        self.blueprint.operation("POST", "/refuse", body=AnswerSchema)(self.refuse)
        self.blueprint.operation("POST", "/repeatable", body=AnswerSchema, repeatable=True)(self.make)

    def make(self, _actor, body):
        """Make a thing."""
        self.done.append(body)
        return Response(f"thing {len(self.done)}", 201, {"Location": f"/things/{len(self.done)}", "ETag": '"1"'})

    def slow(self, _actor, body):
        """Take a while."""
        self.begun.set()
        assert self.go_on.wait(20)
        return self.make(_actor, body)

    def fail(self, _actor, body):
        """Fail the first time."""
        self.done.append(body)
        if len(self.done) == 1:
            raise RuntimeError("the first time")
        return Response("second time")

    def refuse(self, _actor, body):
        """Refuse the first time."""
        self.done.append(body)
        if len(self.done) == 1:
            raise Conflict("the first time")
        return Response("second time")


@pytest.fixture
def trial():
    return Trial()


@pytest.fixture
def program(settings, prepared, trial, monkeypatch):
    """Alice's, on an application with those routes."""
    monkeypatch.setattr(csrf, "_exempt_blueprints", set(csrf._exempt_blueprints))
    for app in serve(settings):
        csrf.exempt(trial.blueprint)
        app.register_blueprint(trial.blueprint)
        yield Program(app, prepared.users["alice"], prepared.tokens["alice"])


def test_the_same_request_again_does_nothing_and_is_answered_as_the_first(program, trial):
    first, again = (program.post("/api/trial/make", json=THING, headers=KEY) for _ in range(2))
    assert len(trial.done) == 1
    assert (again.status_code, again.data) == (first.status_code, first.data) == (201, b"thing 1")
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


def test_without_a_key_it_is_done_again_so_the_test_above_could_fail(program, trial):
    answers = {program.post("/api/trial/make", json=THING).data for _ in range(2)}
    assert answers == {b"thing 1", b"thing 2"}


def test_what_says_that_it_is_repeatable_reads_no_key(program, trial):
    assert {program.post("/api/trial/repeatable", json=THING, headers=KEY).data for _ in range(2)} == {
        b"thing 1",
        b"thing 2",
    }


@pytest.mark.parametrize("path", ["/api/trial/fail", "/api/trial/refuse"])
def test_a_failure_or_a_refusal_frees_the_key(program, trial, path):
    first, again = (program.post(path, json=THING, headers=KEY) for _ in range(2))
    assert first.status_code in (409, 500)
    assert (again.status_code, again.data) == (200, b"second time")


def test_a_body_that_is_refused_frees_the_key_for_the_right_one(program, trial):
    assert program.post("/api/trial/make", json={"colour": "red"}, headers=KEY).status_code == 422
    assert program.post("/api/trial/make", json=THING, headers=KEY).status_code == 201


def test_while_the_first_runs_the_second_is_told_to_come_back(program, trial):
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(program.post, "/api/trial/slow", json=THING, headers=KEY)
        assert trial.begun.wait(20)
        second = program.post("/api/trial/slow", json=THING, headers=KEY)
        trial.go_on.set()
        assert first.result().status_code == 201
    assert (second.status_code, second.get_json()["code"]) == (409, "idempotency_key_in_use")
    assert int(second.headers["Retry-After"]) > 0
    assert program.post("/api/trial/slow", json=THING, headers=KEY).data == b"thing 1"
    assert len(trial.done) == 1


def test_of_many_at_once_exactly_one_runs(program, trial):
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(program.post, "/api/trial/make", json=THING, headers=KEY) for _ in range(6)]
        statuses = {done.result().status_code for done in sent}
    assert len(trial.done) == 1
    assert statuses <= {201, 409}


def test_the_same_key_on_another_route_is_refused(program, trial):
    program.post("/api/trial/make", json=THING, headers=KEY)
    refused = program.post("/api/trial/slow", json=THING, headers=KEY)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "idempotency_key_reused")


def test_an_action_under_a_key_is_not_done_again_after_it_was_undone(alice):
    one = f"/api/interviews/{alice.open_interview()['session_id']}"
    paused = alice.post(f"{one}/pause", headers=KEY)
    alice.post(f"{one}/resume")
    again = alice.post(f"{one}/pause", headers=KEY)
    assert again.get_json() == paused.get_json()
    assert again.headers["ETag"] == paused.headers["ETag"]
    assert alice.get(one).get_json()["status"] == "active"


def test_a_browser_may_use_keys_too_and_shares_them_with_the_programs_of_its_user(app, alice):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    token = TOKEN.search(browser.get("/account").text)[1]
    made = browser.post("/api/interviews", json=NEW_INTERVIEW, headers={**KEY, "X-CSRFToken": token})
    again = alice.post("/api/interviews", json=NEW_INTERVIEW, headers=KEY)
    assert again.get_json() == made.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_login_is_not_answered_from_memory(client):
    login = {"email": "alice@example.org", "password": PASSWORD}
    tokens = {client.post("/api/auth/token", json=login, headers=KEY).get_json()["access_token"] for _ in range(2)}
    assert len(tokens) == 2


def reads_a_key(operation):
    return any(parameter.get("name") == "Idempotency-Key" for parameter in operation.get("parameters", []))


def test_every_post_of_the_api_reads_a_key_but_the_listed_ones_and_nothing_else_does(client):
    paths = client.get("/api/openapi.json").get_json()["paths"]
    found = {
        (path, method): reads_a_key(way)
        for path, ways in paths.items()
        for method, way in ways.items()
        if method != "parameters"
    }
    assert {path for (path, method), reads in found.items() if method == "post" and not reads} == set(EXEMPT)
    assert {method for (_, method), reads in found.items() if reads} == {"post"}
