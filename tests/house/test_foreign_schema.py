"""No process starts on the schema of another release: each says so in one line, with the command, and ends."""

import subprocess
import sys

import pytest

from bootstrap import build
from settings import Settings
from tests.house.running import environment

pytestmark = pytest.mark.slow

PROCESSES = {
    "web": ["-m", "scripts.web_server"],
    "worker": ["-m", "jobs.worker"],
    "scheduler": ["-m", "jobs.scheduler"],
    "users": ["-m", "scripts.users", "list"],
    "outbox": ["-m", "scripts.outbox", "list"],
}


@pytest.fixture
def env(tmp_path, redis_url):
    return environment(tmp_path / "data", REDIS_URL=redis_url, GREENROOM_LOG_LEVEL="error")


@pytest.fixture
def app(env, tmp_path):
    """The application on the folder that the processes are started on."""
    app = build(Settings.from_env(env, dotenv=tmp_path / "no.env"))
    yield app
    app.close()


def refusal_of(name, env):
    """What a process said in its one line before it ended."""
    command = [sys.executable, *PROCESSES[name]]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{name}: ")
    return line


@pytest.mark.parametrize("name", PROCESSES)
def test_a_place_that_was_never_migrated_is_refused_and_stays_as_it_is(name, env, app):
    assert "make migrate" in refusal_of(name, env)
    assert [state.applied for _, state in app.schemas.states()] == [False] * len(app.schemas.states())


def test_sessions_that_are_behind_are_refused_though_the_database_is_current(env, app):
    app.schemas.up(only="database")
    assert "sessions is behind" in refusal_of("worker", env)


@pytest.mark.parametrize("name", ["web", "scheduler"])
def test_a_database_that_is_ahead_is_refused_with_the_way_back(name, env, app):
    app.prepare()
    with app.unified_session_manager.get_db_session() as db:
        db.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    line = refusal_of(name, env)
    assert "ahead of this release" in line
    assert "run_migrations.py down --only database --to" in line


def test_a_worker_of_any_server_refuses_as_well(env, app, monkeypatch):
    from domain.errors import SchemaBehind
    from web_app import create_worker_app

    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SchemaBehind):
        create_worker_app()


def test_on_a_migrated_place_the_same_commands_work(env, app):
    """The control of the tests above."""
    app.prepare()
    for name in ("users", "outbox"):
        command = [sys.executable, *PROCESSES[name]]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
