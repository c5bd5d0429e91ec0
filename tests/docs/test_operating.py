"""Every command of the operator's guide is run, in the order of the page, in one shell and on real engines."""

import os
import re
import shlex
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from scripts.local_mongo import NoMongod, mongod_program
from tests.docs.checkout import ROOT, check_out
from tests.engines import cannot_run
from tests.house.running import free_port

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

GUIDE = ROOT / "docs" / "operating.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEGACY = ROOT / "tests" / "data" / "legacy"
OLD_SESSIONS = ("whole.json", "facts-without-source.json")

Ran = namedtuple("Ran", "command code said")


class Shell:
    """One bash, so that what one command sets holds for the next."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> Ran:
        """Run it and return its exit code with all that it said."""
        self._process.stdin.write(f"{{ {command}\n}} </dev/null; code=$?; echo; echo end-of-command $code\n")
        self._process.stdin.flush()
        said = []
        for line in self._process.stdout:
            if line.startswith("end-of-command "):
                return Ran(command, int(line.split()[1]), "".join(said))
            said.append(line)
        raise RuntimeError(f"the shell ended in {command}: {''.join(said)}")

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()


def commands(page: str) -> list[str]:
    """The lines of all its shell blocks."""
    return [line for block in BLOCK.findall(page) for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """What each command of the guide did."""
    try:
        mongod_program()
    except NoMongod as error:
        cannot_run("the operator's guide", str(error))
    folder = check_out(tmp_path_factory.mktemp("clone"))
    (folder / "old" / ".sessions").mkdir(parents=True)
    for name in OLD_SESSIONS:
        shutil.copy(LEGACY / name, folder / "old" / ".sessions")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    mongo = f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"
    shell = Shell(folder, {**kept, "MONGO_URL": mongo, "PORT": str(free_port())})
    try:
        yield {ran.command: ran for ran in map(shell.run, commands(GUIDE.read_text()))}
    finally:
        shell.run(".venv/bin/python -m scripts.local_mongo down")
        shell.close()


def said_by(everything, words: str) -> str:
    """All that was said by the commands with these words in them."""
    found = [ran.said for command, ran in everything.items() if words in command]
    assert found, f"the guide has no command with {words!r}"
    return "\n".join(found)


def test_every_command_of_the_guide_does_what_it_says(everything):
    """The preview of a reset is the one that has not been told to go on, and says so by its exit code."""
    refused = {ran.command: (ran.code, ran.said[-1_500:]) for ran in everything.values() if ran.code}
    assert set(refused) <= {"make reset-db"}, refused


def test_migrating_tells_of_both_stores_and_finds_them_current(everything):
    status = said_by(everything, "run_migrations.py status")
    assert "001_initial_schema" in status
    assert "pending" not in status


def test_the_move_says_what_it_would_do_and_does_it(everything):
    assert "Migrated" in said_by(everything, "moved.sqlite")
    assert "Deleted" in said_by(everything, "--delete-source")


def test_old_sessions_arrive_at_their_new_owner(everything):
    said = said_by(everything, "migrate_file_to_mongo.py ada")
    assert re.search(r"Migrated\D+[1-9]", said), said
    assert re.search(r"Errors\D+0", said), said


def test_a_backup_is_whole_and_is_restored_elsewhere(everything):
    assert "today.zip" in said_by(everything, "--verify today.zip")
    assert "Restored" in said_by(everything, "restore.py")


def test_every_script_of_an_operator_stands_in_a_guide():
    """A command that nobody is told of might as well not be there."""
    pages = "".join(page.read_text() for page in (ROOT / "docs").glob("*.md")) + (ROOT / "README.md").read_text()
    supervised = {name for name in ("embedded_redis", "web_server") if name in (ROOT / "Procfile").read_text()}
    internal = {"__init__", "command_line", "progress", "demo_state"} | supervised
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")} - internal
    assert {name for name in scripts if not re.search(rf"\b{name}\b|make {name}", pages)} == set()


def test_a_command_that_fails_is_noticed(tmp_path):
    """The negative control: exit codes come through, and one command does not hide in the next."""
    shell = Shell(tmp_path, {"PATH": os.environ["PATH"]})
    try:
        assert shell.run("false").code == 1
        assert shell.run(f"export A=1; {shlex.quote('true')}").code == 0
        assert shell.run("echo $A").said == "1\n\n"
    finally:
        shell.close()
    assert commands("x\n```sh\nmake a\n\nmake b\n```\n```\nnot this\n```\n") == ["make a", "make b"]
