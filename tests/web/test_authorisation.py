"""Who may do what: every route with every method, asked by everybody whom the matrix names."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from domain import clock
from domain.actor import Role
from domain.user import User
from services.accounts.tokens import LIFETIME_SECONDS, TokenService
from tests.web.conftest import log_in_by_cookie, make_user
from tests.web.routes import API_BODIES, MATRIX, OF_AN_INTERVIEW, WHO, methods
from web.auth import role_required


class Caller(NamedTuple):
    """What somebody comes with."""

    cookie: User | None = None
    token: str | None = None


@pytest.fixture
def callers(app, settings, services, alice):
    """Makes the caller of each name in the matrix."""

    def token(user, now=clock.now):
        """A token for this user, whatever became of them."""
        accounts = SimpleNamespace(check_password=lambda *_: user)
        managers = services.unified_session_manager, services.request_session_manager
        return TokenService(accounts, *managers, settings.jwt_secrets, now).issue("", "").access_token

    def both(user):
        return Caller(user, token(user))

    def make(who):
        if who == "visitor":
            return Caller()
        if who == "expired":
            return Caller(token=token(alice.user, lambda: clock.now() - timedelta(seconds=LIFETIME_SECONDS + 1)))
        if who == "suspended":
            return both(services.accounts.suspend(make_user(app, "mallory").user_id))
        return both(alice.user if who == "owner" else make_user(app, who, frozenset({Role(who)})))

    return make


def routes(app):
    """Every rule with each of its methods."""
    return [(rule, method) for rule in app.url_map.iter_rules() for method in methods(rule)]


def unlisted(app):
    """Routes of the application that do not stand in the matrix, and rows of the matrix that are no routes."""
    return {(rule.endpoint, method) for rule, method in routes(app)} ^ set(MATRIX)


def test_every_route_and_method_stands_in_the_matrix(app):
    assert unlisted(app) == set()


def test_a_route_or_a_method_that_does_not_stand_in_it_is_found(app):
    app.add_url_rule("/new", "new", lambda: "")
    app.add_url_rule("/theme", "account.theme", methods=["DELETE"])
    assert unlisted(app) == {("new", "GET"), ("account.theme", "DELETE")}


@pytest.mark.parametrize("who", WHO)
def test_everybody_meets_at_every_route_what_the_matrix_says(app, alice, callers, no_forgery_check, who):
    app.config["STREAM_SECONDS"] = 0
    caller = callers(who)
    session_id = alice.open_interview()["session_id"]
    for rule, method in routes(app):
        for credentials in ways(caller, rule):
            if who == "owner" and rule.endpoint in OF_AN_INTERVIEW:
                session_id = alice.open_interview()["session_id"]  # the last route may have deleted it
            met = ask(app, rule, method, session_id, credentials)
            assert met == MATRIX[rule.endpoint, method][who], (rule, method, credentials)
    if who != "owner":
        assert alice.get(f"/api/interviews/{session_id}").get_json()["title"] == "Bicycle theft"


def test_a_role_that_a_route_asks_for_would_be_seen(app, callers, no_forgery_check):
    app.add_url_rule("/only", "only", role_required(Role.ADMIN, Role.BOARD)(lambda: "welcome"))
    (only,) = (rule for rule in app.url_map.iter_rules() if rule.endpoint == "only")
    met = {who: ask(app, only, "GET", "", callers(who)) for who in ("visitor", "suspended", "member", "board", "admin")}
    assert met == {"visitor": "login", "suspended": "login", "member": "no", "board": "yes", "admin": "yes"}


def ways(caller, rule):
    """The ways in which this caller may come here: by cookie, and to the API by token too."""
    yield Caller(cookie=caller.cookie)
    if caller.token is not None and rule.rule.startswith("/api/"):
        yield Caller(token=caller.token)


def ask(app, rule, method, session_id, caller):
    """What this caller meets there."""
    client = app.test_client()
    if caller.cookie is not None:
        log_in_by_cookie(client, caller.cookie)
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    body = API_BODIES.get(rule.endpoint)
    with client.open(path(app, rule, session_id), method=method, headers=headers, json=body) as answer:
        return in_words(answer)


def path(app, rule, session_id):
    """The address of this route, with this interview in it."""
    known = {"session_id": session_id, "filename": Path("css", next(Path(app.static_folder, "css").iterdir()).name)}
    values = {name: str(known.get(name, "x")) for name in rule.arguments}
    return rule.build(values)[1]


def in_words(answer):
    """The answer in the words of the matrix."""
    assert answer.status_code < 500, answer.get_data(as_text=True)
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login"):
        return "login"
    return {401: "login", 403: "no", 404: "404"}.get(answer.status_code, "yes")
