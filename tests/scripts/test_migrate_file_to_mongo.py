"""`scripts/migrate_file_to_mongo.py`, as an operator calls it: into the MongoDB that is set, and elsewhere."""

import os
import shutil
import sys
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pymongo
import pytest

from bootstrap.operators import target_at
from scripts import migrate_file_to_mongo
from settings import Settings
from tests.house.running import free_port
from tests.scripts.calling import call
from tests.services.legacy_import.conftest import LEGACY

pytestmark = pytest.mark.slow

SOUND = ("whole.json", "later-fields.json", "unknown-keys.json")


class Terminal(StringIO):
    """Standard input of a person."""

    def isatty(self):
        return True


@pytest.fixture
def old(tmp_path, monkeypatch):
    """An old installation of these files, which the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "old"))

    def installation(*names):
        sessions = tmp_path / "old" / ".sessions"
        sessions.mkdir(parents=True)
        for name in names:
            shutil.copy(LEGACY / name, sessions / name)
        return sessions

    return installation


@pytest.fixture
def mongo(mongodb_url, monkeypatch):
    """A database that is not there yet, set as the one of the product."""
    name = f"old_{uuid4().hex[:12]}"
    monkeypatch.setenv("MONGO_URL", mongodb_url)
    monkeypatch.setenv("MONGODB_DATABASE", name)
    with pymongo.MongoClient(mongodb_url) as client:
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the script in this process: what it returned and printed."""

    def run_script(*arguments, stdin=None):
        monkeypatch.setattr(sys, "stdin", stdin or StringIO("no one reads this"))
        capsys.readouterr()
        returncode = migrate_file_to_mongo.main([*arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(returncode=returncode, stdout=printed.out, stderr=printed.err)

    return run_script


def counts(migrated, skipped, errors):
    return f"Migrated: {migrated}\nSkipped: {skipped}\nErrors: {errors}\nTotal: {migrated + skipped + errors}\n"


def problems(result):
    """The lines about files."""
    return [line for line in result.stderr.splitlines() if ".json" in line and ": note: " not in line]


@pytest.mark.mongo
def test_everything_goes_into_the_mongodb_that_is_set_and_a_second_run_finds_it_there(old, mongo, run):
    old(*SOUND)
    first = run()
    assert (first.returncode, first.stdout, problems(first)) == (0, counts(3, 0, 0), [])
    assert {header["_id"]: header["user_id"] for header in mongo.sessions.find()} == {
        "whole": "migrated-user",
        "unknown-keys": "migrated-user",
        "later-fields": "ada",
    }
    assert mongo.session_messages.count_documents({}) == 9
    again = run()
    assert (again.returncode, again.stdout) == (0, counts(0, 3, 0))


@pytest.mark.mongo
def test_a_dry_run_makes_no_database_and_says_what_would_come_of_it(old, mongo, run):
    old(*SOUND, "corrupt.json")
    rehearsed = run("--dry-run")
    assert rehearsed.returncode == 1
    assert rehearsed.stdout == f"Nothing was written: this is what would come of it.\n{counts(3, 0, 1)}"
    assert mongo.name not in mongo.client.list_database_names()
    assert run().stdout == counts(3, 0, 1)
    assert mongo.name in mongo.client.list_database_names()
    assert run("--dry-run").stdout.endswith(counts(0, 3, 1))


@pytest.mark.parametrize("address", ["file:{}/sessions", "sqlite:///{}/sessions.sqlite"])
def test_another_storage_may_be_named_and_a_dry_run_makes_nothing_there(old, run, tmp_path, address):
    old(*SOUND)
    place = tmp_path / "elsewhere"
    place.mkdir()
    to = address.format(place)
    assert run("--to", to, "--dry-run").stdout.endswith(counts(3, 0, 0))
    assert list(place.iterdir()) == []
    assert run("ben", "--to", to, "--timezone", "Europe/Berlin").stdout == counts(3, 0, 0)
    target = target_at(Settings.from_env(), to)
    try:
        session = target.storage.load("whole", "ben")
        assert session.created_at.isoformat() == "2024-05-01T07:30:00.123000+00:00"
    finally:
        target.storage.close()


def test_each_problem_is_one_line_with_the_name_of_the_file_and_nothing_is_passed_over_in_silence(old, run, tmp_path):
    folder = old(*SOUND, "empty.json", "corrupt.json", "no id anywhere.json", "question-as-an-object.json")
    (folder / "notes.txt").write_text("by hand")
    result = run("--to", f"file:{tmp_path}/sessions")
    assert (result.returncode, result.stdout) == (1, counts(4, 0, 3))
    named = [line.partition(":")[0] for line in problems(result) if not line.startswith("notes.txt")]
    assert named == ["corrupt.json", "empty.json", "no id anywhere.json"]
    assert "notes.txt: passed by, its name does not end in .json" in result.stderr
    assert "question-as-an-object.json: note: current_question: " in result.stderr
    assert "3 of 7 files could not be taken over" in result.stderr


def test_a_name_of_any_bytes_makes_one_line_that_can_be_shown(old, run, tmp_path):
    folder = old()
    for name in (b"not-utf-8-\xff.json", b"two\nlines.json", b"other-\xff.txt"):
        (folder / os.fsdecode(name)).write_text("{")
    result = run("--to", f"file:{tmp_path}/sessions")
    assert (result.returncode, result.stdout) == (1, counts(0, 0, 2))
    for shown in ("not-utf-8-\\udcff.json: file: ", "two\\nlines.json: file: ", "other-\\udcff.txt: passed by"):
        assert len([line for line in result.stderr.splitlines() if line.startswith(shown)]) == 1


@pytest.mark.parametrize(("typed", "written"), [("y\n", True), ("\n", False), ("", False)])
def test_a_person_at_a_terminal_is_asked_once_and_nobody_else(old, run, tmp_path, typed, written):
    old(*SOUND)
    to = ["--to", f"file:{tmp_path}/sessions"]
    asked = run(*to, stdin=Terminal(typed))
    assert f"Bring 3 interviews from {tmp_path}/old/.sessions to file:{tmp_path}/sessions, for " in asked.stdout
    assert asked.returncode == (0 if written else 1)
    assert (tmp_path / "sessions").exists() == written
    sure = run(*to, "--yes", stdin=Terminal(""))
    assert (sure.returncode, "Bring" in sure.stdout) == (0, False)
    assert run(*to).returncode == 0


def test_a_folder_that_is_not_there_is_refused_in_one_line(old, run, tmp_path):
    refused = run("--to", f"file:{tmp_path}/sessions")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    assert f"{tmp_path}/old/.sessions" in refused.stderr
    assert not (tmp_path / "sessions").exists()


def test_a_mongodb_that_is_away_is_said_to_be_in_one_line_without_the_password(old, run, monkeypatch):
    old(*SOUND)
    monkeypatch.setenv("MONGO_URL", f"mongodb://ada:hunter2@127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200")
    refused = run()
    assert (refused.returncode, refused.stdout) == (1, counts(0, 0, 0))
    assert len([line for line in refused.stderr.splitlines() if line.startswith("migrate_file_to_mongo: ")]) == 1
    assert "hunter2" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_usage_is_told_apart_from_a_refusal(old, run):
    old()
    assert run("--to", "nowhere").returncode == 2
    for wrong in (["--timezone", "Mars/Base"], [""], ["x" * 201]):
        with pytest.raises(SystemExit) as refused:
            run(*wrong)
        assert refused.value.code == 2


def test_it_starts_as_a_file_from_anywhere_and_help_shows_examples(tmp_path):
    shown = call("migrate_file_to_mongo.py", tmp_path, "--help")
    assert shown.returncode == 0
    assert "python scripts/migrate_file_to_mongo.py" in shown.stdout
    assert "Exit codes" in shown.stdout
