"""What lets me in: the page, and what it ends."""

import pytest

from domain.login import Origin
from tests.web.conftest import PASSWORD, log_in_by_cookie
from tests.web.letters import Letters
from tests.web.pages.conftest import Browser

PAGE = "/account/security"
ANOTHER = "another horse battery staple"
FIREFOX = Origin("192.0.2.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")


@pytest.fixture
def letters(services):
    return Letters(services)


@pytest.fixture
def elsewhere(app, prepared):
    """Another browser of Alice's."""
    client = app.test_client()
    log_in_by_cookie(client, prepared.users["alice"])
    return Browser(client)


def test_my_logins_are_listed_and_each_can_be_ended(services, prepared, member):
    login = services.logins.begin(prepared.users["alice"], FIREFOX)
    page = member.text(PAGE)
    assert "Firefox on Windows" in page
    assert "192.0.2.7" in page
    assert member.send(f"/account/logins/{login.login_id}/end", form_on=PAGE).location == PAGE
    assert services.logins.find(login.login_id) is None
    assert "Firefox on Windows" not in member.text(PAGE)


def test_ending_the_login_of_this_browser_logs_it_out(member):
    mine = member.text(PAGE).partition('action="/account/logins/')[2].partition("/end")[0]
    assert member.send(f"/account/logins/{mine}/end", form_on=PAGE).location == "/"
    assert member.get(PAGE).status_code == 302


def test_nobody_ends_the_login_of_somebody_else(services, prepared, member):
    login = services.logins.begin(prepared.users["bob"], FIREFOX)
    assert member.send(f"/account/logins/{login.login_id}/end", form_on=PAGE).status_code == 404
    assert services.logins.find(login.login_id)


def test_logging_out_everywhere_else_leaves_this_browser_in(member, elsewhere, alice):
    assert member.send("/account/logins/end-others", form_on=PAGE).location == PAGE
    assert member.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302
    assert alice.get("/api/account").status_code == 401


def test_an_address_is_verified_by_the_link_that_is_mailed(member, letters):
    assert "Not verified" in member.text(PAGE)
    member.send("/account/email/verification", form_on=PAGE)
    path = letters.path()
    assert "Is this your address?" in member.text(path)
    assert "Not verified" in member.text(PAGE), "a program that looks into mails follows links too"
    assert member.send(path).location == PAGE
    assert "Not verified" not in member.text(PAGE)
    assert member.send(path, form_on=PAGE).status_code == 404


def test_an_address_is_changed_by_the_link_that_is_mailed_to_the_new_one(member, visitor, letters):
    fields = {"email": "alice@new.example", "password": PASSWORD}
    assert member.send("/account/email", form_on=PAGE, **fields).location == PAGE
    path = letters.path()
    assert "alice@example.org" in member.text(PAGE)
    assert visitor.send(path).location == f"/login?next={PAGE}"
    assert "alice@new.example" in member.text(PAGE)
    assert [mail["To"] for mail in letters.deliver()] == ["alice@example.org"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "new@example.org", "password": "not the password"}, "password"),
        ({"email": "alice@EXAMPLE.org", "password": PASSWORD}, "email"),
        ({"email": "none", "password": PASSWORD}, "email"),
    ],
)
def test_a_mistake_in_a_change_of_address_is_named_and_nothing_is_mailed(member, letters, fields, field):
    answer = member.send("/account/email", form_on=PAGE, **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True) or "Please enter" in answer.get_data(as_text=True)
    assert letters.deliver() == []


def test_a_second_logout_from_another_tab_is_a_logout_too(app, services, member, prepared, monkeypatch):
    """The login ends between the moment in which it was found and the one in which it is to end."""
    end = services.logins.end

    def ended_by_the_other_tab(actor, login_id, *kinds):
        end(actor, login_id)
        end(actor, login_id, *kinds)

    monkeypatch.setattr(type(services.logins), "end", lambda _self, *given: ended_by_the_other_tab(*given))
    assert member.send("/logout", form_on=PAGE).location == "/"
    with member.client.session_transaction() as session:
        assert "_user_id" not in session
