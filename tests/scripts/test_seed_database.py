"""`scripts/seed_database.py` and `scripts/reset_database.py`, as an operator calls them."""

import re
import sys
from io import StringIO
from types import SimpleNamespace

import pytest

import bootstrap
import telemetry
from scripts import reset_database, seed_database
from settings import Settings
from tests.scripts.calling import call

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery"
MADE = "Made 5, changed 0, left as it was 0, removed 0."
LEFT = "Made 0, changed 0, left as it was 5, removed 0."
AFRESH = "Made 5, changed 0, left as it was 0, removed 5."


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The data folder of the installation that the scripts work on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    yield tmp_path / "data"
    telemetry.configure("info")


@pytest.fixture
def app(folder):
    """The application that runs on it, beside the scripts."""
    app = bootstrap.build(Settings.from_env())
    app.prepare()
    yield app
    app.close()


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Runs a script in this process: what it returned and printed."""

    def run_script(script, *arguments, typed="", **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        capsys.readouterr()
        returncode = script.main([*arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(returncode=returncode, stdout=printed.out, stderr=printed.err)

    return run_script


def snapshot(folder):
    """Every file but the logs of databases, with what is in it."""
    left_out = (".sqlite-wal", ".sqlite-shm", ".lock")
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(left_out))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_scenario_is_seeded_once_and_its_password_printed_once(run, app):
    first = run(seed_database, "--scenario", "test")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.endswith(f"{MADE}\n")
    password = re.search(r"^Made the account test@example.org \(admin, member\), password (\S+)$", first.stdout, re.M)[
        1
    ]
    assert "made            test-session-001     active     Bicycle taken from the yard" in first.stdout
    user = app.accounts.check_password("test@example.org", password)
    assert user.user_id == "test-user"
    second = run(seed_database, "--scenario", "test")
    assert (second.returncode, second.stdout.splitlines()[-1]) == (0, LEFT)
    assert password not in second.stdout
    afresh = run(seed_database, "--scenario", "test", "--clean")
    assert (afresh.returncode, afresh.stdout.splitlines()[-1]) == (0, AFRESH)


def test_a_password_may_come_from_standard_input_and_is_never_shown(run, app):
    refused = run(seed_database, "--scenario", "test", "--password-stdin", typed="short\n")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "10 to 1000 characters" in refused.stderr
    made = run(seed_database, "--scenario", "test", "--password-stdin", typed=f"{PASSWORD}\n")
    assert made.returncode == 0
    assert PASSWORD not in made.stdout + made.stderr
    assert app.accounts.check_password("test@example.org", PASSWORD).user_id == "test-user"


def test_who_has_the_address_already_gets_the_sessions_and_is_told_of(run, app):
    person = app.accounts.create_user(email="test@example.org", password=PASSWORD, roles={"admin"})
    seeded = run(seed_database, "--scenario", "test")
    assert seeded.stdout.startswith(f"test@example.org has an account already, {person.user_id}: ")
    assert "password" not in seeded.stdout
    assert app.sessions(person.user_id).load_session("test-session-001").user_id == person.user_id


@pytest.mark.parametrize(
    ("script", "arguments"), [(seed_database, ["--scenario", "test"]), (reset_database, ["--confirm"])]
)
def test_a_production_environment_is_refused_in_one_line_unless_it_is_meant(run, app, script, arguments):
    refused = run(script, *arguments, GREENROOM_ENVIRONMENT="production")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    assert "--yes-really" in refused.stderr
    assert not app.accounts.has_users()
    meant = run(script, *arguments, "--yes-really", GREENROOM_ENVIRONMENT="production")
    assert meant.returncode == 0


def test_a_reset_says_first_what_would_go_and_then_leaves_the_keys_alone(run, app, folder):
    run(seed_database, "--scenario", "test")
    before = snapshot(folder)
    preview = run(reset_database)
    assert preview.returncode == 2
    assert preview.stdout.splitlines() == [
        "Would remove 5 sessions",
        "Would remove 1 in the table users",
        "Would remove 2 in the table user_roles",
        "Nothing was changed. Say --confirm to remove it; it cannot be undone.",
    ]
    assert snapshot(folder) == before
    done = run(reset_database, "--confirm")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "Removed 5 sessions",
        "Removed 1 in the table users",
        "Removed 2 in the table user_roles",
    ]
    assert not app.accounts.has_users()
    assert list(app.sessions(None).storage.scan()) == []
    secrets = [name for name in before if name.startswith("secrets/")]
    assert secrets
    after = snapshot(folder)
    assert {name: after.get(name) for name in secrets} == {name: before[name] for name in secrets}
    assert app.accounts.first_run_token() is not None


def test_help_shows_examples_and_exit_codes(tmp_path):
    for script in ("seed_database.py", "reset_database.py"):
        shown = call(script, tmp_path, "--help")
        assert shown.returncode == 0
        assert f"python scripts/{script}" in shown.stdout
        assert "Exit codes" in shown.stdout
    assert call("seed_database.py", tmp_path, "--scenario", "opera").returncode == 2
