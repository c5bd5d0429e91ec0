"""Who may do what: every route with every method, asked by everybody whom the matrix names."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import NamedTuple

import jwt
import pytest

from domain import clock
from domain.actor import Role
from domain.user import User
from services.accounts.tokens import LIFETIME_SECONDS, TokenService
from tests.web.conftest import log_in_by_cookie, make_user
from tests.web.routes import MATRIX, SOMEBODYS, WHO, methods
from tests.web.things import Things
from web.auth import GUEST_PASSES, role_required


class Caller(NamedTuple):
    """What somebody comes with: makes it afresh, because a route may end it. `link` is a guest's."""

    cookie: User | None = None
    token: Callable[[], str] | None = None
    link: Callable[[], tuple[str, str]] | None = None


@pytest.fixture
def things(app, services, alice):
    return Things(app, services, alice)


@pytest.fixture
def callers(app, settings, services, alice, things):
    """Makes the caller of each name in the matrix."""

    def token(user, now=clock.now):
        """A token for this user, whatever became of them."""
        accounts = SimpleNamespace(check_password=lambda *_: user)
        managers = services.unified_session_manager, services.request_session_manager
        return TokenService(accounts, *managers, settings.jwt_secrets, now).issue("", "").access_token

    def revoked():
        void = token(alice.user)
        services.tokens.revoke(things.actor, jwt.decode(void, options={"verify_signature": False})["jti"])
        return void

    def both(user):
        return Caller(user, lambda: token(user))

    def make(who):
        long_ago = clock.now() - timedelta(seconds=LIFETIME_SECONDS + 1)
        known = {
            "visitor": Caller,
            "expired": lambda: Caller(token=lambda: token(alice.user, lambda: long_ago)),
            "revoked": lambda: Caller(token=revoked),
            "suspended": lambda: both(services.accounts.suspend(make_user(app, "mallory").user_id)),
            "guest": lambda: Caller(link=lambda: (things.session_id, things.guest_link().link_id)),
            "owner": lambda: both(alice.user),
        }
        return known[who]() if who in known else both(make_user(app, who, frozenset({Role(who)})))

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
def test_everybody_meets_at_every_route_what_the_matrix_says(app, services, things, callers, no_forgery_check, who):
    app.config["STREAM_SECONDS"] = 0
    caller = callers(who)
    for rule, method in routes(app):
        for credentials in ways(caller, rule):
            if who == "owner" and rule.endpoint in SOMEBODYS:
                things.renew()
            met = ask(app, rule, method, things, credentials)
            assert met == MATRIX[rule.endpoint, method][who], (rule, method, credentials)
    if who != "owner":
        assert services.interviews.load(things.actor, things.session_id).title == "Bicycle theft"


@pytest.fixture
def only_for_some(app):
    """A route for two of the roles. Asked for before the first request, after which no route can be added."""
    app.add_url_rule("/only", "only", role_required(Role.ADMIN, Role.BOARD)(lambda: "welcome"))


def test_a_role_that_a_route_asks_for_would_be_seen(only_for_some, app, things, callers, no_forgery_check):
    (only,) = (rule for rule in app.url_map.iter_rules() if rule.endpoint == "only")
    asked = ("visitor", "suspended", "guest", "member", "board", "admin")
    met = {who: ask(app, only, "GET", things, callers(who)) for who in asked}
    no_login = dict.fromkeys(("visitor", "suspended", "guest"), "login")
    assert met == {**no_login, "member": "no", "board": "yes", "admin": "yes"}


def ways(caller, rule):
    """The ways in which this caller may come here: by cookie, and to the API by token too."""
    yield caller._replace(token=None)
    if caller.token is not None and rule.rule.startswith("/api/"):
        yield Caller(token=caller.token)


def ask(app, rule, method, things, caller):
    """What this caller meets there."""
    client = app.test_client()
    path, body = things.path(rule), things.body(rule.endpoint)
    if caller.cookie is not None:
        log_in_by_cookie(client, caller.cookie)
    if caller.link is not None:
        with client.session_transaction() as session:
            session[GUEST_PASSES] = dict([caller.link()])
    headers = {"Authorization": f"Bearer {caller.token()}"} if caller.token else {}
    with client.open(path, method=method, headers=headers, json=body) as answer:
        return in_words(answer, path)


def in_words(answer, path):
    """The answer in the words of the matrix."""
    assert answer.status_code < 500, answer.get_data(as_text=True)
    if answer.status_code == 302 and answer.headers["Location"] in {"/login", f"/login?next={path}"}:
        return "login"
    return {401: "login", 403: "no", 404: "404"}.get(answer.status_code, "yes")
