"""API tokens on the page: shown once, listed, ended."""

import re

from domain.login import LoginKind

PAGE = "/account/tokens"
SECRET = re.compile(r'<code id="secret">(gra_[A-Za-z0-9_-]{43})</code>')


def make(member, **changes):
    return member.send(PAGE, **{"name": "nightly export", "days": "30", **changes})


def test_a_token_is_shown_once_and_opens_the_api(member, client):
    page = make(member)
    (secret,) = SECRET.findall(page.get_data(as_text=True))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert not SECRET.search(member.text(PAGE))
    token = client.post("/api/auth/token", json={"api_token": secret}).get_json()["access_token"]
    account = client.get("/api/account", headers={"Authorization": f"Bearer {token}"})
    assert account.get_json()["email"] == "alice@example.org"


def test_a_token_is_listed_by_its_name_and_ended(member, client):
    (secret,) = SECRET.findall(make(member).get_data(as_text=True))
    page = member.text(PAGE)
    assert "<strong>nightly export</strong>" in page
    path = re.search(r'action="(/account/tokens/[0-9a-f-]+/end)"', page)[1]
    assert member.send(path, form_on=PAGE).location == PAGE
    assert "<strong>nightly export</strong>" not in member.text(PAGE)
    assert client.post("/api/auth/token", json={"api_token": secret}).status_code == 401


def test_a_name_is_shown_escaped(member):
    assert "<script>x" not in make(member, name="<script>x").get_data(as_text=True)


def test_a_mistake_is_named(member):
    assert make(member, name=" ").status_code == 422
    assert make(member, name="x" * 101).status_code == 422
    assert make(member, days="12").status_code == 422


def test_nobody_ends_the_token_of_somebody_else(member, services, prepared):
    bob = services.accounts.actor_of(prepared.users["bob"], "r")
    login, _ = services.api_tokens.create(bob, name="bob's", days=7, by=LoginKind.BROWSER)
    assert member.send(f"/account/tokens/{login.login_id}/end", form_on=PAGE).status_code == 404
    assert services.api_tokens.list_own(bob)
