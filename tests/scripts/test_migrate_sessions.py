"""`scripts/migrate_sessions.py`, as an operator calls it."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from scripts import migrate_sessions
from services.moving.copying import Copier
from tests.house.running import environment
from tests.scripts.calling import ROOT, call
from tests.services.moving.sessions import contents, spoken

ADDRESSES = ("--from", "file:data/sessions", "--to", "file:target")


@pytest.fixture
def migrate(tmp_path, monkeypatch, capsys):
    """The script's main function in a folder of its own; the tests at the end start it as a program."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments):
        capsys.readouterr()
        try:
            code = migrate_sessions.main(list(arguments))
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


class Done(NamedTuple):
    """How a run came out."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def filled(opened, tmp_path):
    """Five sessions in the folder where an installation keeps them."""
    source = opened(f"file:{tmp_path}/data/sessions")
    source.write_many(spoken(f"s-{n}", n) for n in range(5))
    return source


def everything_in(folder):
    return {path: path.stat().st_mtime_ns for path in Path(folder).rglob("*")}


def test_a_source_of_a_newer_release_is_refused_because_what_only_that_one_knows_would_stay_behind(
    migrate, filled, tmp_path
):
    records = tmp_path / "data" / "sessions" / "migrations.json"
    newer = {"migration_id": "999_of_tomorrow", "applied_at": "2030-01-01T00:00:00+00:00"}
    records.write_text(json.dumps({"migrations": [*json.loads(records.read_text())["migrations"], newer]}))
    refused = migrate(*ADDRESSES, "--delete-source")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "999_of_tomorrow" in refused.stderr
    assert not (tmp_path / "target").exists()
    assert len(contents(filled)) == 5


def test_a_move_is_told_in_figures_and_the_next_one_has_nothing_to_do(migrate, filled, opened, tmp_path):
    addresses = ("--from", "file:data/sessions", "--to", f"sqlite:///{tmp_path}/target.sqlite")
    done = migrate(*addresses)
    assert (done.returncode, done.stdout) == (0, "Migrated: 5\nSkipped: 0\nErrors: 0\nTotal: 5\n")
    assert "Copying: 5 of 5" in done.stderr
    assert "Verifying: 5 of 5" in done.stderr
    assert contents(opened(f"sqlite:///{tmp_path}/target.sqlite")) == contents(filled)
    again = migrate(*addresses, "--verify")
    assert (again.returncode, again.stdout) == (0, "Migrated: 0\nSkipped: 5\nErrors: 0\nTotal: 5\n")


def test_every_problem_has_a_line_of_its_own_and_a_code(migrate, filled, opened, tmp_path):
    target = opened(f"file:{tmp_path}/target")
    target.write_many([spoken("s-1", 1, title="other"), spoken("s-2", 9), spoken("z", 1)])
    (header,) = (tmp_path / "data").rglob("s-3/header.json")
    header.write_text("{")
    done = migrate("--from", "file:data/sessions", "--to", "file:target")
    assert done.returncode == 1
    newer, conflict, unreadable, *figures = done.stdout.splitlines()
    assert newer == "s-2: is newer at the target, left alone"
    assert conflict == "s-1: has the same revision and other content at the target; nothing was overwritten"
    assert unreadable.startswith("s-3: cannot be read at the source: ")
    assert figures == ["Migrated: 2", "Skipped: 0", "Newer: 1", "Only at the target: 1", "Errors: 2", "Total: 5"]
    assert migrate("--from", "file:data/sessions", "--to", "file:target", "--verify").returncode == 1


def test_the_source_is_emptied_only_when_asked_to(migrate, filled, opened, tmp_path):
    before = contents(filled)
    done = migrate("--from", "file:data/sessions", "--to", "file:target", "--delete-source")
    assert (done.returncode, done.stdout) == (0, "Migrated: 5\nSkipped: 0\nDeleted: 5\nErrors: 0\nTotal: 5\n")
    assert contents(filled) == {}
    assert contents(opened(f"file:{tmp_path}/target")) == before


def test_the_data_folder_is_taken_for_what_is_meant(migrate, filled, tmp_path):
    refused = migrate("--from", "file:data", "--to", "file:target")
    assert refused.returncode == 2
    assert "--from: 'file:data'" in refused.stderr
    assert "perhaps file:data/sessions" in refused.stderr
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("source", ["file:nowhere", "sqlite:///nowhere.sqlite"])
def test_a_source_that_holds_nothing_is_refused_and_not_made(migrate, tmp_path, source):
    refused = migrate("--from", source, "--to", "file:target")
    assert refused.returncode == 2
    assert "a place that holds sessions" in refused.stderr
    assert not list(tmp_path.glob("nowhere*"))
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("file:data/sessions", "file:./data/../data/sessions/"),
        ("sqlite:///a.sqlite", "sqlite:///./a.sqlite?timeout=3"),
        ("postgresql://ada:x@LOCALHOST/base", "postgres://bob@127.0.0.1:5432/base?sslmode=disable"),
        ("mongodb://one,two/base", "mongodb://ada:x@two:27017/base?replicaSet=rs0"),
    ],
)
def test_one_place_under_two_names_is_refused(migrate, one, other):
    refused = migrate("--from", one, "--to", other)
    assert refused.returncode == 2
    assert "another place than --from" in refused.stderr
    assert "ada:x" not in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--from", "file:a"),
        ("--from", "file:a", "--to", "http://b"),
        ("--from", "file:a", "--to", "file:b", "--patience", "long"),
        ("--from", "file:a", "--to", "file:b", "--patience", "-1"),
        ("--from", "file:a", "--to", "file:b", "--dry-run", "--verify"),
        ("--from", "file:a", "--to", "file:b", "--verify", "--delete-source"),
    ],
)
def test_wrong_usage_is_told(migrate, arguments):
    refused = migrate(*arguments)
    assert refused.returncode == 2
    assert refused.stderr
    assert "Traceback" not in refused.stderr


def test_help_shows_examples_and_exit_codes(migrate):
    shown = migrate("--help")
    assert shown.returncode == 0
    assert "migrate_sessions.py --from file:data/sessions --to mongodb://" in shown.stdout
    assert "130 interrupted" in shown.stdout


def test_it_starts_as_a_file_and_a_dry_run_writes_nothing_at_all(filled, tmp_path):
    before = everything_in(tmp_path)
    done = call(
        "migrate_sessions.py", tmp_path, "--from", "file:data/sessions", "--to", "file:new/sessions", "--dry-run"
    )
    assert (done.returncode, done.stdout) == (0, "Would migrate: 5\nSkipped: 0\nErrors: 0\nTotal: 5\n")
    assert everything_in(tmp_path) == before


def test_it_starts_as_a_module_too(filled, tmp_path):
    addresses = ["--from", f"file:{tmp_path}/data/sessions", "--to", f"file:{tmp_path}/target"]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.migrate_sessions", *addresses, "--dry-run"],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Would migrate: 5")


def test_an_interrupted_move_keeps_its_checkpoint_and_says_so(migrate, filled, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Copier, "write", interrupted)
    stopped = migrate("--from", "file:data/sessions", "--to", "file:target")
    assert stopped.returncode == 130
    assert stopped.stderr.endswith("migrate_sessions: interrupted\n")


@contextmanager
def killed_at_the_end(process):
    """Leave no process behind, whatever a test found."""
    with process:
        try:
            yield
        finally:
            process.kill()


def test_a_move_that_waits_for_a_server_can_be_interrupted(filled, tmp_path):
    nobody = f"postgresql://ada:geheim@/base?host={tmp_path}"
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "migrate_sessions.py"), *ADDRESSES[:3], nobody],
        cwd=tmp_path,
        env=environment(tmp_path / "data"),
        stderr=subprocess.PIPE,
        text=True,
    )
    with killed_at_the_end(process):
        said = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert said.startswith("The target is away, waiting for it: ")
    assert process.returncode == 130
    assert rest == "migrate_sessions: interrupted\n"
    assert "geheim" not in said + rest


def test_a_server_that_stays_away_is_said_with_how_to_go_on(migrate, filled, tmp_path):
    refused = migrate(*ADDRESSES[:3], f"postgresql://ada:geheim@/base?host={tmp_path}", "--patience", "0.2")
    assert refused.returncode == 1
    assert "The target was away for" in refused.stderr
    assert "run the same command again to go on" in refused.stderr
    assert "geheim" not in refused.stderr
