"""Two users on every route: what belongs to one is, for the other, the same as what does not exist."""

import re

import jwt
import pytest

from tests.web.conftest import log_in_by_cookie
from tests.web.routes import OPEN, OWN, SOMEBODYS, methods, rules
from tests.web.things import Things

IDS = {"session_id", "login_id", "token_id", "link_id", "job_id", "notice_id"}
MISSING = "00000000-0000-4000-8000-000000000000"
CHANGING = re.compile(r'nonce-[^\']+|nonce="[^"]*"|name="csrf_token"[^>]*>|content="[^"]*"|"X-CSRFToken": *"[^"]*"')


@pytest.fixture
def browser_of_bob(app, bob):
    app.config["WTF_CSRF_METHODS"] = set()
    browser = app.test_client()
    log_in_by_cookie(browser, bob.user)
    return browser


def test_every_route_is_open_or_ones_own_or_somebodys(app):
    listed = OPEN | OWN | SOMEBODYS
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == listed


def test_every_route_under_an_id_is_listed_as_such(app):
    under_an_id = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments & IDS}
    assert under_an_id == SOMEBODYS


@pytest.mark.parametrize("complete", [False, True])
def test_what_is_somebody_elses_is_answered_as_what_is_missing(
    app, services, alice, bob, browser_of_bob, no_forgery_check, complete
):
    theirs, mine = Things(app, services, alice), Things(app, services, bob)
    if complete:
        alice.post(f"/api/interviews/{theirs.session_id}/complete")
    for rule in rules(app, SOMEBODYS):
        missing = dict.fromkeys(rule.arguments, MISSING)
        for foreign, nothing in substitutions(rule, theirs, mine, missing):
            for method in methods(rule):
                met = ask(browser_of_bob, theirs, rule, method, foreign)
                assert met == ask(browser_of_bob, theirs, rule, method, nothing), (rule.endpoint, method)
                assert met[0] == 404, (rule.endpoint, method, met)
    kept = alice.get(f"/api/interviews/{theirs.session_id}").get_json()
    assert (kept["title"], kept["status"]) == ("Bicycle theft", "complete" if complete else "active")


def substitutions(rule, theirs, mine, missing):
    """Ids of somebody else's beside ids of nothing: all of them, and each one under something of one's own."""
    foreign = theirs.values(rule)
    yield foreign, missing
    for name in rule.arguments - {"session_id"} if "session_id" in rule.arguments else ():
        own = {"session_id": mine.session_id}
        yield {**foreign, **own, name: foreign[name]}, {**missing, **own, name: missing[name]}


def test_the_owner_is_answered_otherwise_so_the_comparison_can_fail(app, services, alice, no_forgery_check):
    own = Things(app, services, alice)
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    for rule in rules(app, SOMEBODYS):
        if "GET" in methods(rule) and rule.endpoint != "api_interviews.events":
            assert ask(browser, own, rule, "GET", own.values(rule))[0] != 404, rule.endpoint


def test_naming_the_token_of_another_voids_it_for_nobody(alice, bob):
    token = alice.headers["Authorization"].split()[1]
    jti = jwt.decode(token, options={"verify_signature": False})["jti"]
    assert bob.post("/api/auth/revoke", json={"jti": jti}).status_code == 204
    assert alice.get("/api/account").status_code == 200
    assert alice.post("/api/auth/revoke", json={"jti": jti}).status_code == 204
    assert alice.get("/api/account").status_code == 401


def test_nobody_reaches_anything_but_the_open_routes_without_a_login(app, services, alice, client):
    visited = Things(app, services, alice)
    for rule in rules(app, OWN | SOMEBODYS):
        for method in methods(rule):
            status = ask(client, visited, rule, method, dict.fromkeys(rule.arguments, MISSING))[0]
            assert status in (302, 400, 401), (rule.endpoint, method, status)


def test_lists_show_only_what_is_ones_own(app, alice, bob, browser_of_bob):
    theirs = alice.open_interview(incident_name="The secret of the green door")["session_id"]
    assert bob.get("/api/interviews").get_json()["items"] == []
    for path in ("/dashboard", "/interviews", "/"):
        page = browser_of_bob.get(path).get_data(as_text=True)
        assert theirs not in page
        assert "green door" not in page


def test_the_cursor_of_one_user_opens_nothing_for_another(alice, bob):
    for n in range(3):
        alice.open_interview(incident_name=f"Incident {n}")
    cursor = alice.get("/api/interviews?limit=1").get_json()["next_cursor"]
    assert bob.get("/api/interviews", query_string={"limit": 1, "cursor": cursor}).status_code == 422


def ask(browser, things, rule, method, values):
    """Status, body and location of the answer, with what differs in each answer and the ids themselves taken out."""
    with browser.open(things.path(rule, values), method=method, json=things.body(rule.endpoint)) as answer:
        body = CHANGING.sub("", answer.get_data().decode(errors="replace"))
    location = answer.headers.get("Location", "")
    for value in values.values():
        body, location = body.replace(value, "<id>"), location.replace(value, "<id>")
    return answer.status_code, body, location
