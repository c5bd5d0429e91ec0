"""`scripts/run_migrations.py`, as an operator calls it."""

import json
from functools import partial

import psycopg
import pytest

from bootstrap import build
from scripts import run_migrations
from settings import Settings
from tests.contract.storage.samples import interview
from tests.house.running import environment
from tests.scripts.calling import call

SESSIONS = "001_initial_schema"


@pytest.fixture
def migrations(tmp_path):
    return partial(call, "run_migrations.py", tmp_path)


@pytest.fixture
def here(tmp_path, monkeypatch, capsys):
    """Runs the command in this process, which costs no start; gives its exit code and what it said."""
    for name, value in environment(tmp_path / "data", GREENROOM_LOG_LEVEL="error").items():
        monkeypatch.setenv(name, value)

    def here(*arguments):
        code = run_migrations.main([*arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return here


@pytest.fixture
def app(tmp_path):
    """The application on the same folder."""
    app = build(Settings.from_env(environment(tmp_path / "data"), dotenv=tmp_path / "no.env"))
    yield app
    app.close()


def newest(app, store="database"):
    return app.schemas.states(store)[-1][1].migration_id


def test_a_fresh_folder_is_shown_migrated_and_shown_again(migrations):
    before = migrations("status")
    assert before.returncode == 1
    assert all("pending" in line for line in before.stdout.splitlines())
    assert "make migrate" in before.stderr
    done = migrations("up")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"Applied: sessions {SESSIONS}"
    after = migrations("status")
    assert (after.returncode, after.stderr) == (0, "")
    table = [line.split() for line in after.stdout.splitlines()]
    assert [row[1] for row in table] == [line.split()[2] for line in done.stdout.splitlines()]
    assert all(row[4] == "UTC" for row in table)


def test_up_a_second_time_has_nothing_to_do(here):
    assert here("up")[0] == 0
    assert here("up") == (0, "Nothing to do: everything that was asked for is applied.\n", "")


def test_each_store_moves_alone_when_it_is_named(here, app):
    assert here("up", "--only", "sessions")[1] == f"Applied: sessions {SESSIONS}\n"
    assert here("status", "--only", "sessions")[0] == 0
    assert here("status", "--only", "database")[0] == 1
    assert here("up", "--to", "0002")[1] == "Applied: database 0001_users\nApplied: database 0002_outbox\n"
    assert here("up")[0] == 0
    app.schemas.check()


def test_down_takes_the_step_that_was_applied_last_and_says_of_which_store(here, app):
    here("up", "--only", "sessions")
    here("up", "--only", "database")
    assert here("down") == (0, f"Undone: database {newest(app)}\n", "")
    here("down", "--only", "database", "--to", "base")
    assert here("down") == (0, f"Undone: sessions {SESSIONS}\n", "")
    code, _, said = here("down")
    assert code == 1
    assert "nothing to undo" in said


def test_of_steps_applied_at_the_same_moment_the_sessions_go_first(here, app):
    here("up")
    (_, state) = app.schemas.states("database")[-1]
    record = {"migration_id": SESSIONS, "applied_at": state.applied_at.isoformat()}
    (app.settings.data_dir / "sessions" / "migrations.json").write_text(json.dumps({"migrations": [record]}))
    assert here("down")[1] == f"Undone: sessions {SESSIONS}\n"


def test_both_stores_go_back_to_nothing(here, app):
    here("up")
    assert here("down", "--to", "base")[0] == 0
    assert [state.applied for _, state in app.schemas.states()] == [False] * len(app.schemas.states())


def test_stored_data_is_deleted_only_when_that_is_said(here, app):
    here("up")
    app.storage.create(interview())
    code, said, refusal = here("down", "--only", "sessions")
    assert (code, said) == (1, "")
    assert "1 sessions" in refusal
    assert "--lose-data" in refusal
    assert app.storage.exists("interview-1")
    assert here("down", "--only", "sessions", "--lose-data")[0] == 0


def test_in_production_going_down_has_to_be_meant(here, monkeypatch):
    monkeypatch.setenv("GREENROOM_ENVIRONMENT", "production")
    assert here("up")[0] == 0
    code, said, refusal = here("down")
    assert (code, said) == (1, "")
    assert "--yes-really" in refusal
    assert here("status")[0] == 0
    assert here("down", "--yes-really")[0] == 0


def test_what_a_newer_release_left_is_shown_and_refused(here, app):
    here("up")
    path = app.settings.data_dir / "sessions" / "migrations.json"
    rows = json.loads(path.read_text())["migrations"]
    rows.append({"migration_id": "999_newer", "applied_at": "2030-01-01T00:00:00+00:00"})
    path.write_text(json.dumps({"migrations": rows}))
    code, table, said = here("status")
    assert code == 1
    assert table.splitlines()[-1].split()[:3] == ["sessions", "999_newer", "ahead"]
    assert "999_newer" in said
    for command in ("up", "down"):
        code, done, said = here(command)
        assert (code, done) == (1, "")
        assert "newer release" in said


def test_an_unknown_migration_is_refused_with_the_known_ones(here):
    code, _, said = here("up", "--to", "0042")
    assert code == 1
    assert "0001_users" in said
    assert SESSIONS in said


def test_a_record_that_cannot_be_read_is_one_clear_line(here, app):
    here("up")
    (app.settings.data_dir / "sessions" / "migrations.json").write_text("{")
    code, _, said = here("status")
    assert code == 1
    assert "migrations.json" in said
    assert len(said.splitlines()) == 1


def test_a_mongodb_that_is_away_is_one_clear_line_and_nothing_is_done(migrations):
    refused = migrations("up", SESSION_STORAGE="mongo", MONGO_URL="mongodb://ada:hunter2@127.0.0.1:1/")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1
    assert "MongoDB" in refused.stderr
    assert "hunter2" not in refused.stderr
    assert migrations("status", "--only", "database").returncode == 1


def test_help_shows_examples_and_exit_codes_and_wrong_usage_is_told(migrations):
    shown = migrations("--help")
    assert shown.returncode == 0
    assert "run_migrations.py down --only sessions --to base" in shown.stdout
    assert "Exit codes" in shown.stdout
    assert migrations("sideways").returncode == 2
    assert migrations("up", "--only", "mails").returncode == 2
    bad = migrations("up", DATABASE_URL="mysql://ada:secret@db/x")
    assert bad.returncode == 2
    assert "secret" not in bad.stderr


@pytest.mark.postgresql
def test_both_stores_on_one_postgresql(here, monkeypatch, postgresql_server):
    url = postgresql_server.fresh_database()
    for name, value in {"SESSION_STORAGE": "sql", "DATABASE_URL": url, "SESSION_DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    assert here("up")[0] == 0
    assert here("status")[0] == 0
    with psycopg.connect(url) as connection:
        for table in ("migrations", "session_migrations"):
            rows = connection.execute(f"SELECT migration_id, applied_at FROM {table}").fetchall()  # noqa: S608  # ours
            assert all(at.tzinfo is not None for _, at in rows)
    assert here("down", "--to", "base")[0] == 0


@pytest.mark.mongo
def test_the_sessions_on_mongodb(here, monkeypatch, mongodb_url, mongodb_database):
    for name, value in {"SESSION_STORAGE": "mongo", "MONGO_URL": mongodb_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MONGODB_DATABASE", mongodb_database)
    assert here("up")[1].splitlines()[-1] == f"Applied: sessions {SESSIONS}"
    assert here("status")[0] == 0
    assert here("down", "--only", "sessions")[0] == 0
    assert here("status", "--only", "sessions")[0] == 1
