"""`scripts/demo_state.py`: whether a deployment is the first one for the demo."""

import bootstrap
from settings import Settings
from tests.house.running import environment
from tests.scripts.calling import call, migrated


def state(folder):
    told = call("demo_state.py", folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_the_demo_is_missing_until_it_is_seeded_and_again_when_somebody_removed_all_of_it(tmp_path):
    migrated(tmp_path)
    assert state(tmp_path) == "missing\n"
    assert call("seed_database.py", tmp_path, "--scenario", "demo").returncode == 0
    assert state(tmp_path) == "there\n"
    app = bootstrap.build(Settings.from_env(environment(tmp_path / "data"), dotenv=tmp_path / "no.env"))
    sessions = app.sessions("demo-user")
    first, *others = [row.session_id for row in sessions.list_sessions().items]
    for session_id in others:
        sessions.delete_session(session_id)
    assert state(tmp_path) == "there\n"
    sessions.delete_session(first)
    app.close()
    assert state(tmp_path) == "missing\n"
