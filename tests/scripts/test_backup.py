"""`scripts/backup.py` and `scripts/restore.py`, as an operator calls them."""

import os
import resource
import signal
import stat
import subprocess
import sys
from functools import partial

import httpx
import pytest

from bootstrap import build
from settings import Settings
from storage.addresses import open_at
from tests.contract.storage.samples import interview
from tests.house.running import RunningGreenroom, environment
from tests.scripts.calling import ROOT, call

LIMIT = 1_000_000
"""Bytes that a file may have; SQLite needs some for its own."""
EMAIL, PASSWORD = "ada@example.org", "correct horse battery staple"


@pytest.fixture
def backup(tmp_path):
    return partial(call, "backup.py", tmp_path)


@pytest.fixture
def restore(tmp_path):
    return partial(call, "restore.py", tmp_path)


@pytest.fixture
def installation(tmp_path):
    """An account and two sessions; the data folder."""
    with_account(tmp_path / "data")
    return tmp_path / "data"


def with_account(folder):
    app = build(Settings.from_env(environment(folder, GREENROOM_LOG_LEVEL="error"), dotenv=folder / "no.env"))
    app.prepare()
    app.accounts.create_user(email=EMAIL, password=PASSWORD, roles={"admin", "member"}, display_name="Ada")
    for name in ("one", "two"):
        app.storage.create(interview(name, ""))
    app.close()


def sessions_in(address):
    storage = open_at("--to", address)
    try:
        return [each.session_id for each in storage.scan()]
    finally:
        storage.close()


def test_a_backup_lies_in_the_data_folder_for_its_owner_alone_and_can_be_verified(backup, installation):
    done = backup()
    assert done.returncode == 0, done.stderr
    (place,) = (installation / "backups").iterdir()
    assert done.stdout.startswith(f"{place}: 2 sessions with 0 messages, 3 rows, 2 files, with the keys; taken 2")
    assert place.name.startswith("greenroom-2")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, place.parent)] == [0o600, 0o700]
    verified = backup("--verify", str(place))
    assert (verified.returncode, "is whole: 2 sessions" in verified.stdout) == (0, True)
    place.write_bytes(place.read_bytes()[:-100])
    verified = backup("--verify", str(place))
    assert (verified.returncode, verified.stdout) == (1, "")
    assert verified.stderr.splitlines()[-1].startswith("backup: archive: ")


def test_it_comes_back_to_places_that_are_named_beside_the_installation(backup, restore, installation, tmp_path):
    place, new = tmp_path / "a.zip", tmp_path / "look"
    assert backup("--to", str(place), "--without-keys").returncode == 0
    to = ["--database-to", f"sqlite:///{new}/rows.sqlite", "--files-to", str(new)]
    with RunningLock(installation):
        done = restore(str(place), "--sessions-to", f"file:{new}/sessions", *to)
        assert done.returncode == 0, done.stderr
        assert "Restored 2 sessions" in done.stdout
        assert "without the keys" in done.stdout
        refused = restore(str(place), "--sessions-to", f"file:{new}/other", "--files-to", str(new))
        assert "Another Greenroom runs on" in refused.stderr, "the database is that of the one that runs"
    assert sessions_in(f"file:{new}/sessions") == ["one", "two"]
    assert not (new / "secrets").exists()


class RunningLock:
    """Holds a data folder as a supervisor does."""

    def __init__(self, folder):
        self.command = (
            "from pathlib import Path; from scripts.serve import only_one; import sys\n"
            f"with only_one(Path({str(folder)!r})): print('held', flush=True); sys.stdin.read()"
        )

    def __enter__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, "-c", self.command], cwd=ROOT, **pipes)
        assert self.process.stdout.readline() == b"held\n"

    def __exit__(self, *_):
        self.process.communicate(timeout=20)


def test_a_place_that_holds_something_is_refused_and_replaced_when_asked(backup, restore, installation, tmp_path):
    place = tmp_path / "a.zip"
    backup("--to", str(place))
    refused = restore(str(place))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "2 sessions in the session storage (file)" in refused.stderr
    assert "1 users" in refused.stderr
    assert "--replace" in refused.stderr
    production = restore(str(place), "--replace", GREENROOM_ENVIRONMENT="production")
    assert (production.returncode, "--yes-really" in production.stderr) == (1, True)
    replaced = restore(str(place), "--replace", "--yes-really", GREENROOM_ENVIRONMENT="production")
    assert replaced.returncode == 0, replaced.stderr
    assert sessions_in(f"file:{installation}/sessions") == ["one", "two"]


def test_help_shows_examples_and_exit_codes_and_wrong_usage_is_told(backup, restore):
    for script, example in ((backup, "backup.py --verify FILE"), (restore, "restore.py FILE --replace")):
        shown = script("--help")
        assert shown.returncode == 0
        assert example in shown.stdout
        assert "Exit codes" in shown.stdout
        assert script("--what").returncode == 2
    bad = restore("a.zip", "--sessions-to", "mysql://ada:secret@db/x")
    assert (bad.returncode, "--sessions-to" in bad.stderr, "secret" in bad.stderr) == (2, True, False)
    missing = restore("nothing.zip")
    assert (missing.returncode, "nothing.zip cannot be read" in missing.stderr) == (1, True)


def test_a_full_disk_is_one_clear_line_and_nothing_half_written_stays(installation, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (installation / "mail").mkdir()
    (installation / "mail" / "large.eml").write_bytes(os.urandom(10 * LIMIT))
    command = [sys.executable, str(ROOT / "scripts" / "backup.py"), "--to"]
    env = environment(installation, GREENROOM_LOG_LEVEL="error")
    done = subprocess.run(
        [*command, str(full / "a.zip")],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
    )
    assert done.returncode == 1
    assert "a.zip cannot be written: File too large." in done.stderr
    assert "Traceback" not in done.stderr
    assert list(full.iterdir()) == []


def test_killed_in_the_middle_it_leaves_no_archive_and_the_next_one_tidies_up(backup, installation, tmp_path):
    folder = tmp_path / "safe"
    folder.mkdir()
    env = environment(installation, GREENROOM_LOG_LEVEL="error")
    program = (
        "import os, signal, sys; from scripts import backup; from services.backup import Backup\n"
        "Backup._add_files = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"backup.main(['--to', {str(folder / 'a.zip')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    (draft,) = folder.iterdir()
    assert draft.name.startswith(".a.zip.")
    with RunningDraft(folder) as other:
        assert backup("--to", str(folder / "a.zip")).returncode == 0
        assert sorted(path.name for path in folder.iterdir()) == sorted(["a.zip", other]), "one that is written stays"


class RunningDraft:
    """A backup of another process that is under way."""

    def __init__(self, folder):
        self.folder = folder
        self.command = (
            "import sys; from pathlib import Path; from services.whole_files import whole_file\n"
            f"with whole_file(Path({str(folder / 'b.zip')!r})): print('held', flush=True); sys.stdin.read()"
        )

    def __enter__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, "-c", self.command], cwd=ROOT, **pipes)
        assert self.process.stdout.readline() == b"held\n"
        return next(path.name for path in self.folder.glob(".b.zip.*"))

    def __exit__(self, *_):
        self.process.communicate(timeout=20)


def test_interrupted_it_says_so_and_leaves_nothing(installation, tmp_path):
    folder = tmp_path / "safe"
    folder.mkdir()
    env = environment(installation, GREENROOM_LOG_LEVEL="error")
    program = (
        "import os, signal, sys; from scripts import backup; from services.backup import Backup\n"
        "Backup._add_files = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        f"sys.exit(backup.main(['--to', {str(folder / 'a.zip')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (130, "backup: interrupted")
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_taken_while_the_application_runs_and_restored_it_lets_the_same_people_see_the_same(backup, restore, tmp_path):
    with_account(tmp_path / "data")
    place = tmp_path / "a.zip"
    with RunningGreenroom(tmp_path / "data") as greenroom:
        with logged_in(greenroom.url) as client:
            new = {"incident_name": "Bicycle", "interviewee_name": "Sam", "interviewee_role": "witness"}
            made = client.post("/api/interviews", json=new).json()["session_id"]
            answer = {"message_id": "m1", "content": "It was stolen from the yard on Thursday."}
            assert client.post(f"/api/interviews/{made}/answer", json=answer).status_code == 200
            before = client.get(f"/api/interviews/{made}").json()
            taken = backup("--to", str(place))
            assert taken.returncode == 0, taken.stderr
            assert client.get(f"/api/interviews/{made}").status_code == 200
        refused = restore(str(place), "--replace")
        assert (refused.returncode, "Another Greenroom runs on" in refused.stderr) == (1, True)
    other = tmp_path / "elsewhere"
    other.mkdir()
    restored = call("restore.py", other, str(place), SESSION_STORAGE="sql")
    assert restored.returncode == 0, restored.stderr
    with RunningGreenroom(other / "data", SESSION_STORAGE="sql") as greenroom, logged_in(greenroom.url) as client:
        assert greenroom.first_run_url is None
        assert client.get(f"/api/interviews/{made}").json() == before


def logged_in(url):
    """A client that came in with the password."""
    login = {"email": EMAIL, "password": PASSWORD}
    token = httpx.post(f"{url}/api/auth/token", json=login, timeout=60).json()["access_token"]
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
