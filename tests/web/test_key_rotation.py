"""SECRET_KEY and JWT_SECRET are replaced while everybody goes on: the steps of `docs/settings.md` fail no request."""

import re
import shutil
from pathlib import Path

import pytest

from services.accounts.passwords import Passwords
from tests.web.fleet import Client, Fleet, calls_the_api, laps_pass, looks_at_pages, sends_forms
from web.limits import limiter

STEPS = ("old,new", "new,old", "new")
PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture
def fleet(tmp_path, prepared, redis_url, monkeypatch):
    """Two instances that know the old key. Hashing and the limits of logins would only slow the clients down."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(Passwords, "match", lambda _self, stored, _typed: stored is not None)
    shutil.copytree(prepared.folder, tmp_path / "data")
    found = Fleet(tmp_path / "data", redis_url, "old")
    yield found
    found.close()


def under_load(fleet, steps):
    """Take these steps while clients work, each at its ease; what failed, and how many requests there were."""
    clients = [
        Client(fleet, looks_at_pages, "alice@example.org"),
        Client(fleet, sends_forms, "bob@example.org"),
        Client(fleet, calls_the_api, "alice@example.org"),
    ]
    clients[0].log_in(remember="y")
    for client in clients:
        client.start()
    try:
        laps_pass(clients, 2)
        for keys in steps:
            fleet.restart_all(keys, meanwhile=lambda: laps_pass(clients, 2))
            # By now whatever was signed before the step was replaced.
    finally:
        for client in clients:
            client.stop()
    return [failure for client in clients for failure in client.failures], sum(client.requests for client in clients)


def test_the_documented_steps_fail_no_request(fleet):
    failures, requests = under_load(fleet, STEPS)
    assert failures == []
    assert requests > 100


def test_replacing_the_key_at_one_stroke_fails_some(fleet):
    failures, _ = under_load(fleet, ("new",))
    assert failures


def test_signing_with_the_new_key_before_everybody_knows_it_fails_some(fleet):
    """So the first step is not for nothing."""
    failures, _ = under_load(fleet, ("new,old", "new"))
    assert failures


def test_the_steps_are_those_of_the_page():
    written = re.findall(r"`SECRET_KEY=([a-z,]+)`", PAGE.read_text())
    assert tuple(written) == STEPS
