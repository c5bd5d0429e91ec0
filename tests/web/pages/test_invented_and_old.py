"""Interviews that were seeded, or taken over from an old installation, on the pages that people see."""

from datetime import UTC
from pathlib import Path

import pytest

from services.legacy_import import Defaults, LegacyFiles, LegacyImport
from services.seeding import SCENARIOS
from tests.web.conftest import log_in_by_cookie
from tests.web.pages.conftest import Browser

LEGACY = Path(__file__).parents[2] / "data" / "legacy"
PAGES = ("", "/summary", "/report")


def pages_of(browser, sessions):
    """The status of every page of these sessions."""
    return {
        (session.session_id, page): browser.get(f"/interviews/{session.session_id}{page}?all").status_code
        for session in sessions
        for page in PAGES
    }


@pytest.fixture
def seeded(app, services):
    """Who owns the scenario `test`, logged in, and its sessions."""
    owner = services.seeding.ensure_owner(SCENARIOS["test"]).user
    sessions = [each.session for each in services.seeding.seed(SCENARIOS["test"], owner)]
    client = app.test_client()
    log_in_by_cookie(client, owner)
    return Browser(client), sessions


def test_the_owner_of_a_scenario_sees_each_of_its_sessions(seeded):
    browser, sessions = seeded
    listed = browser.text("/interviews")
    for session in sessions:
        assert session.session_id in listed
    found = pages_of(browser, sessions)
    expected = {
        (session.session_id, page): 409 if page == "/report" and session.status != "complete" else 200
        for session in sessions
        for page in PAGES
    }
    assert found == expected
    assert "Do you think I am blind?" in browser.text("/interviews/test-session-002/report")


def test_the_owner_of_old_interviews_sees_each_of_them(member, services, prepared, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / ".sessions").symlink_to(LEGACY)
    alice = prepared.users["alice"].user_id
    results = list(
        LegacyImport(LegacyFiles(tmp_path / "old"), services.storage, Defaults(user_id=alice, zone=UTC)).run()
    )
    assert {result.outcome for result in results} == {"migrated", "error"}
    sessions = services.sessions(alice).list_sessions(limit=200).items
    assert len(sessions) >= 20
    found = pages_of(member, sessions)
    assert {path: status for path, status in found.items() if status != 200 and path[1] != "/report"} == {}
    assert {status for (_, page), status in found.items() if page == "/report"} == {409}
