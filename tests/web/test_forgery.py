"""No write by cookie without our token: every route of the URL map, so that later ones are covered by themselves."""

import pytest
from sqlalchemy import select

from database.tables import Base
from tests.web.conftest import PASSWORD, Program, log_in_by_cookie
from tests.web.pages.conftest import TOKEN
from tests.web.routes import API_BODIES
from web.forms import WRITES, csrf

EXCEPTIONS = {
    "api_tokens.issue": "asks for e-mail and password themselves and sets no cookie, so there is nothing to forge",
    "api_tokens.refresh": "asks for a refresh token, which no cookie holds, and sets none",
    "api_account.register": "does the same for everybody, logged in or not, and only has a mail written",
    "api_account.finish_registration": "asks for the secret of a mailed link, which no cookie holds, and sets none",
    "api_account.forgotten": "does the same for everybody, logged in or not, and only has a mail written",
    "api_account.reset": "asks for the secret of a mailed link, which no cookie holds, and sets none",
    "api_account.verify_email": "asks for the secret of a mailed link, which no cookie holds, and sets none",
    "api_account.change_email": "asks for the secret of a mailed link, which no cookie holds, and sets none",
}
"""Routes that write without a token against forgery, each with its reason. Whoever adds one argues it here."""

SOME_ID = "00000000-0000-4000-8000-000000000000"

FORMS = {
    "account.create_token": {"name": "mine", "days": "90"},
    "account.register": {"display_name": "Mallory", "email": "mallory@example.org"},
    "account.forgotten": {"email": "alice@example.org"},
    "account.request_email_change": {"email": "mallory@example.org", "password": PASSWORD},
    "interviews.invite_guest": {"guest_name": "Mallory", "days": "7"},
    "account.change_password": {"current_password": PASSWORD, "new_password": "another long password"},
    "account.change_profile": {"display_name": "Mallory", "time_zone": "UTC"},
    "account.login": {"email": "alice@example.org", "password": PASSWORD},
    "account.theme": {"theme": "dark"},
    "interviews.answer": {"message_id": "m9", "content": "I did it."},
    "interviews.correct": {"title": "Mine now"},
    "interviews.create": API_BODIES["api_interviews.open_interview"] | {"confidence_threshold": "90"},
}
"""What a form of these routes would carry; the others need nothing, or are refused all the same."""


@pytest.fixture
def browser(app, alice):
    client = app.test_client()
    log_in_by_cookie(client, alice.user)
    return client


@pytest.fixture
def session_id(alice):
    return alice.open_interview()["session_id"]


def writes(app):
    """Every route that writes: (endpoint, method, rule)."""
    found = [(rule.endpoint, method, rule) for rule in app.url_map.iter_rules() for method in rule.methods & WRITES]
    return sorted(found, key=lambda each: each[:2])


def forge(client, rule, method, session_id, token=None):
    """Send what a page of another site could make this browser send, with a token or without."""
    values = {name: session_id if name == "session_id" else SOME_ID for name in rule.arguments}
    path = rule.build(values)[1]
    if path.startswith("/api/"):
        headers = {} if token is None else {"X-CSRFToken": token}
        return client.open(path, method=method, json=API_BODIES.get(rule.endpoint), headers=headers)
    fields = FORMS.get(rule.endpoint, {}) | ({} if token is None else {"csrf_token": token})
    return client.open(path, method=method, data=fields)


def everything(app, session_id):
    """All that is kept: every row of every table, and the interviews with all that was said."""
    services = app.extensions["greenroom"]
    with services.request_session_manager.session_scope() as db:
        rows = [tuple(row) for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
    owned = {user.user_id: services.sessions(user.user_id) for user in services.accounts.list_users()}
    listed = [summary for own in owned.values() for summary in own.list_sessions(kind="interview").items]
    told = [own.messages(session_id) for user_id, own in owned.items() if own_it(own, session_id)]
    return repr((sorted(map(repr, rows)), listed, told))


def own_it(own, session_id):
    return any(summary.session_id == session_id for summary in own.list_sessions(kind="interview").items)


@pytest.mark.parametrize("token", [None, "", "x", "forged"], ids=["none", "empty", "nonsense", "of-another-browser"])
def test_no_write_by_cookie_is_accepted_without_our_token_and_nothing_is_changed(app, browser, session_id, token):
    if token == "forged":
        token = TOKEN.search(app.test_client().get("/login").text)[1]
    before = everything(app, session_id)
    asked = 0
    for endpoint, method, rule in writes(app):
        if endpoint in EXCEPTIONS:
            continue
        asked += 1
        answer = forge(browser, rule, method, session_id, token)
        assert answer.status_code == 400, (endpoint, method, answer.status_code)
        if rule.rule.startswith("/api/"):
            assert answer.get_json()["code"] == "csrf_failed"
    assert everything(app, session_id) == before
    assert asked >= 20
    assert browser.get("/dashboard").status_code == 200, "not even the logout was done"


def test_the_listed_exceptions_are_routes_that_write(app):
    assert set(EXCEPTIONS) <= {endpoint for endpoint, _, _ in writes(app)}
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def test_an_exception_takes_no_login_from_the_cookie_and_gives_none(app, browser, session_id):
    for endpoint, method, rule in writes(app):
        if endpoint in EXCEPTIONS:
            visitor, member = (forge(each, rule, method, session_id) for each in (app.test_client(), browser))
            assert visitor.status_code == member.status_code, endpoint
            assert visitor.status_code in {200, 202, 401, 404}, endpoint
            assert "Set-Cookie" not in visitor.headers


def test_with_the_token_of_a_page_the_same_writes_go_through(app, alice, session_id):
    """So the refusals above are for want of the token, and for nothing else."""
    for endpoint, method, rule in writes(app):
        browser = app.test_client()
        log_in_by_cookie(browser, alice.user)
        token = TOKEN.search(browser.get("/account", follow_redirects=True).text)[1]
        answer = forge(browser, rule, method, session_id, token)
        assert answer.status_code != 400, (endpoint, method, answer.get_data(as_text=True))


def test_a_program_with_a_token_of_its_own_needs_none_against_forgery(app, alice):
    assert alice.open_interview()["session_id"]


def test_a_cookie_that_comes_along_with_a_bad_token_does_not_count(app, browser, session_id):
    path = f"/api/interviews/{session_id}/pause"
    assert browser.post(path, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_route_of_a_later_day_that_is_not_protected_would_be_found(app, browser, monkeypatch):
    monkeypatch.setattr(csrf, "_exempt_views", set(csrf._exempt_views))

    @csrf.exempt
    def careless():
        return "done"

    def careful():
        return "done"

    app.add_url_rule("/careless", "careless", careless, methods=["POST"])
    app.add_url_rule("/careful", "careful", careful, methods=["PUT"])
    found = {
        endpoint: forge(browser, rule, method, "x").status_code
        for endpoint, method, rule in writes(app)
        if endpoint in {"careless", "careful"}
    }
    assert found == {"careless": 200, "careful": 400}


def test_what_is_kept_is_compared_so_that_a_change_would_be_seen(app, alice, session_id):
    before = everything(app, session_id)
    assert everything(app, session_id) == before
    Program(app, alice.user, alice.headers["Authorization"][7:]).post(f"/api/interviews/{session_id}/pause")
    assert everything(app, session_id) != before
