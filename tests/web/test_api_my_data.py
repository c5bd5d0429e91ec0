"""Exports and erasure for programs."""

import io
import zipfile

import pytest

from tests.web.conftest import PASSWORD
from tests.web.working import work

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def started(alice):
    answer = alice.post("/api/account/exports")
    assert answer.status_code == 202, answer.data
    return answer


def test_an_export_is_asked_for_watched_and_fetched(alice, started, services):
    export = started.get_json()
    assert (export["state"], export["bytes"], export["available_until"]) == ("waiting", None, None)
    assert started.headers["Location"] == f"/api/account/exports/{export['job_id']}"
    assert alice.get(f"{started.headers['Location']}/archive").status_code == 404
    work(services)
    ready = alice.get(started.headers["Location"]).get_json()
    assert (ready["state"], ready["done"], ready["error"]) == ("done", ready["total"], None)
    assert alice.get("/api/account/exports").get_json() == {"items": [ready], "next_cursor": None}
    archive = alice.get(f"{started.headers['Location']}/archive")
    assert archive.headers["Content-Type"] == "application/zip"
    assert len(archive.data) == ready["bytes"]
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        assert opened.testzip() is None
    archive.close()


def test_while_one_is_being_made_the_same_is_told(alice, started):
    assert alice.post("/api/account/exports").get_json()["job_id"] == started.get_json()["job_id"]


@pytest.mark.parametrize("rest", ["", "/archive"])
def test_somebody_elses_export_is_answered_as_a_missing_one(bob, started, services, rest):
    work(services)
    foreign = bob.get(started.headers["Location"] + rest)
    missing = bob.get(f"/api/account/exports/{NOBODYS}{rest}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.get_json() == missing.get_json()


def test_an_account_is_erased_and_its_token_ends_at_once(alice, client, services):
    alice.open_interview()
    answer = alice.post("/api/account/erasure", json={"password": PASSWORD})
    assert answer.status_code == 202
    receipt = answer.get_json()["receipt"]
    assert answer.get_json()["url"] == f"http://localhost/erasure/{receipt}"
    assert alice.get("/api/account").status_code == 401
    waiting = client.get(f"/api/erasures/{receipt}").get_json()
    assert (waiting["state"], waiting["erased"]) == ("waiting", None)
    work(services)
    gone = client.get(f"/api/erasures/{receipt}").get_json()
    assert (gone["state"], gone["step"]) == ("done", "Everything is gone")
    assert gone["erased"] == {"sessions": 1, "messages": 2, "exports": 0, "mails": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"password": "wrong"}, "password"), ({}, "password"), ({"password": "x", "sure": True}, "sure")],
)
def test_what_is_not_accepted_names_its_field_and_erases_nothing(alice, services, body, field):
    answer = alice.post("/api/account/erasure", json=body)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]
    work(services)
    assert alice.get("/api/account").status_code == 200


def test_a_receipt_that_was_never_given_shows_nothing(client):
    assert client.get("/api/erasures/nonsense").status_code == 404
