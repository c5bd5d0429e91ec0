"""Two users on every route: what belongs to one is, for the other, the same as what does not exist."""

import re

import pytest

from tests.web.conftest import log_in_by_cookie
from tests.web.routes import API_BODIES, OF_AN_INTERVIEW, OPEN, OWN, methods, rules

MISSING = "00000000-0000-4000-8000-000000000000"
CHANGING = re.compile(r'nonce-[^\']+|nonce="[^"]*"|name="csrf_token"[^>]*>|content="[^"]*"|"X-CSRFToken": *"[^"]*"')


@pytest.fixture
def browser_of_bob(app, bob):
    app.config["WTF_CSRF_METHODS"] = set()
    browser = app.test_client()
    log_in_by_cookie(browser, bob.user)
    return browser


def test_every_route_is_open_or_ones_own_or_of_an_interview(app):
    listed = OPEN | OWN | OF_AN_INTERVIEW
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == listed


def test_every_route_under_an_id_is_listed_as_such(app):
    under_an_id = {rule.endpoint for rule in app.url_map.iter_rules() if "session_id" in rule.arguments}
    assert under_an_id == OF_AN_INTERVIEW


@pytest.mark.parametrize("complete", [False, True])
def test_a_foreign_interview_is_answered_as_a_missing_one(app, alice, browser_of_bob, no_forgery_check, complete):
    theirs = alice.open_interview()["session_id"]
    if complete:
        alice.post(f"/api/interviews/{theirs}/complete")
    for rule in rules(app, OF_AN_INTERVIEW):
        for method in methods(rule):
            foreign = ask(app, browser_of_bob, rule, method, theirs)
            missing = ask(app, browser_of_bob, rule, method, MISSING)
            assert foreign == missing, (rule.endpoint, method)
            assert foreign[0] == 404, (rule.endpoint, method, foreign)
    kept = alice.get(f"/api/interviews/{theirs}").get_json()
    assert (kept["title"], kept["status"]) == ("Bicycle theft", "complete" if complete else "active")


def test_the_owner_is_answered_otherwise_so_the_comparison_can_fail(app, alice, no_forgery_check):
    own = alice.open_interview()["session_id"]
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    for rule in rules(app, OF_AN_INTERVIEW):
        if "GET" in methods(rule) and rule.endpoint != "api_interviews.events":
            assert ask(app, browser, rule, "GET", own)[0] != 404, rule.endpoint


def test_nobody_reaches_anything_but_the_open_routes_without_a_login(app, client):
    for rule in rules(app, OWN | OF_AN_INTERVIEW):
        for method in methods(rule):
            status = ask(app, client, rule, method, MISSING)[0]
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


def ask(app, browser, rule, method, session_id):
    """Status, body and location of the answer, with what differs in each answer and the id itself taken out."""
    with app.test_request_context():
        path = rule_path(app, rule, session_id)
    json = API_BODIES.get(rule.endpoint)
    answer = browser.open(path, method=method, json=json) if json else browser.open(path, method=method)
    body = CHANGING.sub("", answer.get_data(as_text=True)).replace(session_id, "<id>")
    return answer.status_code, body, answer.headers.get("Location", "").replace(session_id, "<id>")


def rule_path(app, rule, session_id):
    adapter = app.url_map.bind("localhost")
    values = {name: session_id if name == "session_id" else "x" for name in rule.arguments}
    return adapter.build(rule.endpoint, values)
