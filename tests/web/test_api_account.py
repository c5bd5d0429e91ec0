"""One's own account by API: making it, getting back in, tokens, logins; what a program may and may not."""

import jwt
import pytest
from sqlalchemy import func, select

from database.tables import IdempotencyKeyRow
from tests.web.conftest import PASSWORD
from tests.web.letters import Letters

ANOTHER = "another horse battery staple"


@pytest.fixture
def letters(services):
    return Letters(services)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def pair(client):
    return client.post("/api/auth/token", json={"email": "alice@example.org", "password": PASSWORD}).get_json()


def test_an_account_is_made_by_the_link_that_is_mailed(client, letters):
    asked = client.post("/api/account/registration", json={"email": "CY@example.org", "display_name": "Cy"})
    assert (asked.status_code, asked.data) == (202, b"")
    body = {"secret": letters.secret(), "password": PASSWORD}
    made = client.post("/api/account/registration/confirm", json=body)
    assert (made.status_code, made.get_json()["email"]) == (201, "cy@example.org")
    assert "Set-Cookie" not in made.headers
    again = client.post("/api/account/registration/confirm", json=body)
    assert (again.status_code, again.get_json()["code"]) == (404, "link_gone")
    assert client.post("/api/auth/token", json={"email": "cy@example.org", "password": PASSWORD}).status_code == 200


def test_known_and_unknown_addresses_are_answered_alike(client, letters):
    for path, body in (("registration", {"display_name": "X"}), ("password/reset", {})):
        answers = [
            client.post(f"/api/account/{path}", json={"email": f"{who}@example.org", **body}) for who in ("alice", "no")
        ]
        assert {(answer.status_code, answer.data) for answer in answers} == {(202, b"")}
    assert sorted(mail["To"] for mail in letters.deliver()) == [
        "alice@example.org",
        "alice@example.org",
        "no@example.org",
    ]


def test_a_reset_by_api_ends_every_token(client, alice, pair, letters):
    client.post("/api/account/password/reset", json={"email": "alice@example.org"})
    body = {"secret": letters.secret(), "password": ANOTHER}
    assert client.post("/api/account/password/reset/confirm", json=body).status_code == 204
    assert alice.get("/api/account").status_code == 401
    assert client.post("/api/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401
    assert client.post("/api/auth/token", json={"email": "alice@example.org", "password": ANOTHER}).status_code == 200


def test_a_change_of_password_by_api_ends_every_token_that_of_the_request_too(client, alice):
    wrong = alice.post("/api/account/password", json={"current_password": "wrong", "new_password": ANOTHER})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["current_password"])
    body = {"current_password": PASSWORD, "new_password": ANOTHER}
    assert alice.post("/api/account/password", json=body).status_code == 204
    assert alice.get("/api/account").status_code == 401


def test_a_change_of_address_by_api_waits_for_its_link(alice, client, letters):
    body = {"email": "alice@new.example", "password": PASSWORD}
    assert alice.post("/api/account/email", json=body).status_code == 202
    assert alice.get("/api/account").get_json()["email"] == "alice@example.org"
    secret = letters.secret()
    assert client.post("/api/account/email/verification/confirm", json={"secret": secret}).status_code == 404
    assert client.post("/api/account/email/confirm", json={"secret": secret}).status_code == 204
    assert alice.get("/api/account").get_json()["email"] == "alice@new.example"


def test_nothing_remembers_a_request_that_held_a_password(alice, services):
    key = {"Idempotency-Key": "once"}
    alice.post("/api/account/email", json={"email": "new@example.org", "password": PASSWORD}, headers=key)
    alice.post("/api/account/password", json={"current_password": PASSWORD, "new_password": ANOTHER}, headers=key)
    with services.request_session_manager.session_scope() as db:
        assert db.scalar(select(func.count()).select_from(IdempotencyKeyRow)) == 0


def test_tokens_are_refreshed_once_each_and_a_used_one_ends_the_login(client, pair):
    def refresh(token):
        return client.post("/api/auth/refresh", json={"refresh_token": token})

    second = refresh(pair["refresh_token"])
    assert second.status_code == 200
    assert refresh(pair["refresh_token"]).status_code == 401
    assert refresh(second.get_json()["refresh_token"]).status_code == 401
    assert client.get("/api/account", headers=bearer(second.get_json()["access_token"])).status_code == 401


def test_one_access_token_is_voided_by_its_id_and_another_login_is_not(client, alice, pair):
    jti = jwt.decode(pair["access_token"], options={"verify_signature": False})["jti"]
    assert alice.post("/api/auth/revoke", json={"jti": jti}).status_code == 204
    assert client.get("/api/account", headers=bearer(pair["access_token"])).status_code == 401
    assert alice.get("/api/account").status_code == 200


def test_without_an_id_the_login_behind_the_request_ends_with_its_refresh_token(client, alice, pair):
    headers = bearer(pair["access_token"])
    assert client.post("/api/auth/revoke", json={}, headers=headers).status_code == 204
    assert client.get("/api/account", headers=headers).status_code == 401
    assert client.post("/api/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401
    assert alice.get("/api/account").status_code == 200


def test_nobody_voids_the_token_of_somebody_else(client, bob, pair):
    jti = jwt.decode(pair["access_token"], options={"verify_signature": False})["jti"]
    assert bob.post("/api/auth/revoke", json={"jti": jti}).status_code == 204
    assert client.get("/api/account", headers=bearer(pair["access_token"])).status_code == 200


def test_an_api_token_is_made_listed_without_its_secret_and_ended(client, alice):
    made = alice.post("/api/account/tokens", json={"name": "export", "days": 7})
    assert made.status_code == 201
    secret, token_id = made.get_json()["api_token"], made.get_json()["login_id"]
    listed = alice.get("/api/account/tokens")
    assert [each["name"] for each in listed.get_json()["items"]] == ["export"]
    assert secret not in listed.get_data(as_text=True)
    access = client.post("/api/auth/token", json={"api_token": secret}).get_json()["access_token"]
    assert alice.delete(f"/api/account/tokens/{token_id}").status_code == 204
    assert client.get("/api/account", headers=bearer(access)).status_code == 401
    assert client.post("/api/auth/token", json={"api_token": secret}).status_code == 401


def test_who_came_by_an_api_token_makes_no_other(client, alice):
    secret = alice.post("/api/account/tokens", json={"name": "export"}).get_json()["api_token"]
    access = client.post("/api/auth/token", json={"api_token": secret}).get_json()["access_token"]
    refused = client.post("/api/account/tokens", json={"name": "next"}, headers=bearer(access))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")


def test_logins_are_listed_with_the_one_behind_the_request_and_ended(client, alice, pair):
    items = alice.get("/api/account/logins").get_json()["items"]
    assert len(items) == 2
    assert [item["is_this"] for item in items].count(True) == 1
    other = next(item["login_id"] for item in items if not item["is_this"])
    assert alice.delete(f"/api/account/logins/{other}").status_code == 204
    assert client.get("/api/account", headers=bearer(pair["access_token"])).status_code == 401
    assert alice.delete(f"/api/account/logins/{other}").status_code == 404


def test_every_other_login_ends_at_once(client, alice, pair):
    assert alice.post("/api/account/logins/end-others").status_code == 204
    assert client.get("/api/account", headers=bearer(pair["access_token"])).status_code == 401
    assert alice.get("/api/account").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("registration", {"email": "a@b.c", "display_name": "A", "roles": ["admin"]}),
        ("registration", {"email": ["a@b.c"], "display_name": "A"}),
        ("registration", {"email": "none", "display_name": "A"}),
        ("password/reset", {"email": {"$ne": ""}}),
        ("password/reset/confirm", {"secret": "x"}),
        ("registration/confirm", {"secret": 5, "password": PASSWORD}),
    ],
)
def test_what_does_not_fit_is_refused(client, letters, path, body):
    answer = client.post(f"/api/account/{path}", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]
    assert letters.deliver() == []


def test_no_answer_shows_a_password_that_was_sent(client, alice):
    secret = "unique words nobody else has"
    answers = [
        client.post("/api/auth/token", json={"email": "alice@example.org", "password": secret}),
        client.post("/api/account/registration/confirm", json={"secret": "x" * 43, "password": secret}),
        alice.post("/api/account/password", json={"current_password": secret, "new_password": "short"}),
        alice.post("/api/account/email", json={"email": "x@example.org", "password": secret}),
    ]
    assert all(answer.status_code in (401, 404, 422) for answer in answers)
    assert not [answer for answer in answers if secret in answer.get_data(as_text=True)]
