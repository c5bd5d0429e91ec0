"""`scripts/rebuild_index.py`, as an operator calls it."""

from functools import partial

import pytest

from bootstrap import build
from services.session_manager import SessionManager
from settings import Settings
from storage.query import SessionQuery
from tests.house.running import environment
from tests.scripts.calling import call, migrated

TALK = {"incident_name": "Quarrel", "interviewee_name": "Mira", "interviewee_role": "witness"}


@pytest.fixture
def rebuild(tmp_path):
    return partial(call, "rebuild_index.py", tmp_path)


@pytest.fixture
def app(tmp_path):
    app = build(Settings.from_env(environment(tmp_path / "data"), dotenv=tmp_path / "no.env"))
    app.prepare()
    yield app
    app.close()


def test_a_session_that_was_laid_there_by_hand_is_listed_afterwards(app, rebuild, tmp_path):
    manager = SessionManager(app.storage)
    kept, copied = (manager.create_session(**TALK, user_id="ada").session_id for _ in range(2))
    header = next((tmp_path / "data/sessions").glob(f"*/{copied}/header.json"))
    beside, text = header.parent, header.read_text()
    manager.delete_session(copied)
    beside.mkdir()
    header.write_text(text)
    assert [found.session_id for found in app.storage.find(SessionQuery()).items] == [kept]
    done = rebuild()
    assert (done.returncode, done.stdout) == (0, "The index lists 2 sessions.\n")
    assert {found.session_id for found in app.storage.find(SessionQuery()).items} == {kept, copied}


def test_where_no_index_is_kept_there_is_nothing_to_do(app, rebuild, tmp_path):
    migrated(tmp_path, SESSION_STORAGE="sql")
    done = rebuild(SESSION_STORAGE="sql")
    assert (done.returncode, done.stdout) == (0, "Nothing to rebuild: this storage keeps no index.\n")


def test_help_shows_an_example_and_exit_codes(rebuild):
    shown = rebuild("--help").stdout
    assert "python scripts/rebuild_index.py" in shown
    assert "Exit codes" in shown
