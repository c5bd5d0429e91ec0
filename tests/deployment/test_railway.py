"""railway.toml and `scripts/railway_setup.sh`, the latter run for real on a real MongoDB."""

import signal
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient

import bootstrap
from settings import Settings
from tests.deployment.running import Running, answers, run
from tests.house.running import free_port

ROOT = Path(__file__).parents[2]
SCRIPT = [str(ROOT / "scripts" / "railway_setup.sh")]
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
SECRETS = {"SECRET_KEY": "s" * 40, "JWT_SECRET": "j" * 40}


def test_railway_is_told_how_to_build_to_start_to_check_and_to_start_again():
    told = tomllib.loads((ROOT / "railway.toml").read_text())
    assert told["build"] == {"builder": "DOCKERFILE", "dockerfilePath": "Dockerfile"}
    assert told["deploy"]["healthcheckPath"] == "/health"
    assert told["deploy"]["healthcheckTimeout"] == 100
    assert told["deploy"]["restartPolicyType"] == "ON_FAILURE"
    start = ROOT / told["deploy"]["startCommand"]
    assert start.stat().st_mode & 0o111, "it is started without a shell"
    assert set(told["deploy"]) == {
        "startCommand",
        "healthcheckPath",
        "healthcheckTimeout",
        "restartPolicyType",
        "restartPolicyMaxRetries",
        "drainingSeconds",
    }


def test_the_dockerfile_has_no_volume_which_railway_refuses():
    assert "\nVOLUME" not in (ROOT / "Dockerfile").read_text()


def shellcheck(path):
    return subprocess.run([str(SHELLCHECK), str(path)], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "script", [*sorted((ROOT / "scripts").rglob("*.sh")), ROOT / ".ci" / "run"], ids=lambda p: p.name
)
def test_shell_has_no_complaint_of_the_linter(script):
    assert shellcheck(script).stdout == ""


def test_a_fault_in_a_shell_script_would_be_seen(tmp_path):
    (tmp_path / "wrong.sh").write_text("#!/bin/sh\nrm $1\n")
    assert "SC2086" in shellcheck(tmp_path / "wrong.sh").stdout


@pytest.mark.parametrize("name", ["PORT", "MONGO_URL"])
def test_what_is_missing_is_named_before_anything_starts(tmp_path, name):
    given = {"PORT": "8000", "MONGO_URL": "mongodb://127.0.0.1:1", "GREENROOM_DATA_DIR": str(tmp_path / "data")}
    done = run(SCRIPT, {**given, name: ""}, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"railway_setup: {name} is not set")
    assert not (tmp_path / "data").exists()


@pytest.fixture
def railway(tmp_path, mongodb_url):
    """The environment of a service on Railway: no volume, no database, a domain, and a MongoDB."""
    name = f"railway_{uuid4().hex[:12]}"
    yield {
        **SECRETS,
        "RAILWAY_ENVIRONMENT": "production",
        "RAILWAY_PUBLIC_DOMAIN": "greenroom-production.up.railway.app",
        "GREENROOM_DATA_DIR": str(tmp_path / "ephemeral"),
        "GREENROOM_WORKERS": "1",
        "PORT": str(free_port()),
        "MONGO_URL": mongodb_url,
        "MONGODB_DATABASE": name,
    }
    with MongoClient(mongodb_url) as client:
        client.drop_database(name)


@contextmanager
def deployed(env, tmp_path):
    """A deployment that answers."""
    with Running(SCRIPT, env, tmp_path, tmp_path / f"{uuid4().hex}.log") as railway:
        assert answers(railway, f"http://127.0.0.1:{env['PORT']}"), railway.said()
        yield railway


def stopped(railway):
    """Stop it as the platform does; everything that it started has to end with it."""
    started = railway.processes()
    assert {"python", "redis-server"} <= {process.name().partition(":")[0] for process in started}
    assert railway.stop(signal.SIGTERM) == 0
    assert [process for process in started if process.is_running()] == []
    return railway.said()


@contextmanager
def application(env, tmp_path):
    app = bootstrap.build(Settings.from_env(env, dotenv=tmp_path / "no.env"))
    try:
        yield app
    finally:
        app.close()


def demo_titles(env, tmp_path):
    with application(env, tmp_path) as app:
        return {row.title for row in app.sessions("demo-user").list_sessions().items}


def renamed(session, title):
    session.title = title
    return session


@pytest.mark.slow
@pytest.mark.mongo
def test_it_serves_ends_without_a_trace_and_seeds_the_demo_at_the_first_deployment_alone(railway, tmp_path):
    volume = tmp_path / "volume"
    env = {**railway, "SEED_DEMO_DATA": "True", "RAILWAY_VOLUME_MOUNT_PATH": str(volume)}
    kept = {**env, "GREENROOM_DATA_DIR": str(volume)}
    with deployed(env, tmp_path) as running:
        said = stopped(running)
    assert "https://greenroom-production.up.railway.app" in said
    assert "WARNING" not in said
    assert not (volume / "sessions").exists(), "sessions are in MongoDB"
    with application(kept, tmp_path) as app:
        visited = app.sessions("demo-user")
        visited.save_session(renamed(visited.load_session("demo-active-001", messages=0), "A visitor was here"))
    with deployed(env, tmp_path) as running:
        stopped(running)
    assert "A visitor was here" in demo_titles(kept, tmp_path)
    seed = ["python", str(ROOT / "scripts" / "seed_database.py"), "--scenario", "demo", "--yes-really"]
    assert run(seed, kept, tmp_path).returncode == 0
    assert "A visitor was here" not in demo_titles(kept, tmp_path), "a seed at every start would undo it"


@pytest.mark.slow
@pytest.mark.mongo
def test_a_migration_that_fails_ends_it_before_anything_is_served(railway, tmp_path):
    away = {**railway, "MONGO_URL": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300", "SECRET_KEY": ""}
    done = run(SCRIPT, away, tmp_path)
    assert done.returncode != 0
    assert "MongoDB" in done.stderr
    assert "Greenroom is ready" not in done.stdout
    warned = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warned) == 2, "accounts and logins would be lost at each deployment"
