"""What the process says of itself, and what it does while something it needs is away."""

import time

import pytest

from domain.errors import StorageUnavailable
from web.drain import begin_drain
from web.health import check_all


def test_a_process_that_lives_says_so_without_asking_anybody(client, services, monkeypatch):
    monkeypatch.setattr(type(services.storage), "ping", _away)
    answer = client.get("/health/live")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_a_process_that_has_all_it_needs_is_ready(client, path):
    answer = client.get(path)
    body = answer.get_json()
    assert (answer.status_code, body["status"]) == (200, "ok")
    assert set(body["checks"]) == {"database", "session_storage", "redis"}
    assert all(set(check) == {"state", "latency_ms", "message"} for check in body["checks"].values())


def test_without_its_session_storage_it_is_not_ready(client, services, monkeypatch):
    monkeypatch.setattr(type(services.storage), "ping", _away)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unavailable")
    assert answer.get_json()["checks"]["session_storage"]["state"] == "away"


def test_without_redis_it_is_degraded_but_ready(tmp_path, prepared):
    from tests.web.conftest import serve, settings_in

    for app in serve(settings_in(tmp_path / "data", REDIS_URL=f"unix://{tmp_path}/nowhere.sock")):
        app.extensions["greenroom"].prepare()
        answer = app.test_client().get("/health/ready")
        assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")


def test_while_it_drains_it_is_not_ready(app, client):
    begin_drain(app)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "draining")
    assert client.get("/health/live").status_code == 200


def test_whatever_hangs_the_answer_comes_within_a_second():
    started = time.monotonic()
    outcome = check_all({f"slow{n}": lambda: time.sleep(30) for n in range(5)} | {"quick": lambda: None})
    assert time.monotonic() - started < 5  # of thirty
    assert outcome["quick"]["state"] == "ok"
    assert outcome["slow0"] == {"state": "away", "latency_ms": None, "message": "no answer within a second"}


def test_nothing_of_an_address_or_a_secret_is_told(client, services, monkeypatch):
    monkeypatch.setattr(type(services.storage), "ping", _away)
    assert "hunter2" not in client.get("/health/ready").get_data(as_text=True)


def _away(*_args):
    raise StorageUnavailable("mongodb://root:hunter2@db.internal does not answer")
