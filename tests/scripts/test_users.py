"""`scripts/users.py`, as an operator calls it."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from scripts import users
from tests.scripts.calling import migrated

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


@pytest.fixture
def call(tmp_path):
    """Runs the script on a migrated data folder of its own, from another folder, with these lines on standard input."""
    migrated(tmp_path)

    def run(*arguments, typed="", **environment):
        return subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "users.py"), *arguments],
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "GREENROOM_DATA_DIR": str(tmp_path / "data"), "LOG_LEVEL": "warning", **environment},
        )

    return run


def test_the_first_user_is_made_with_the_password_from_standard_input(call):
    made = call("create", "--email", "Ada@Example.org", "--role", "admin", "--name", "Ada", typed=f"{PASSWORD}\n")
    assert (made.returncode, made.stdout) == (0, 'Made ada@example.org "Ada" admin\n')
    assert PASSWORD not in made.stdout + made.stderr
    assert call("list").stdout == 'ada@example.org "Ada" admin\n'
    again = call("create", "--email", "ada@example.org", typed=f"{PASSWORD}\n")
    assert (again.returncode, again.stdout) == (1, "")
    assert "already" in again.stderr


def test_roles_and_passwords_are_changed_by_address(call):
    call("create", "--email", "ben@example.org", typed=f"{PASSWORD}\n")
    changed = call("roles", "--email", "Ben@example.org", "--role", "board", "--role", "member")
    assert (changed.returncode, changed.stdout) == (0, "Changed ben@example.org board,member\n")
    assert call("set-password", "--email", "ben@example.org", typed="another long password\n").returncode == 0
    refused = call("set-password", "--email", "ben@example.org", typed="short\n")
    assert refused.returncode == 1
    assert "password" in refused.stderr
    assert "short" not in refused.stderr
    assert call("roles", "--email", "nobody@example.org", "--role", "admin").returncode == 1


def test_a_missing_password_is_refused_without_waiting(call):
    refused = call("create", "--email", "ada@example.org")
    assert refused.returncode == 1
    assert "password" in refused.stderr


def test_help_shows_examples_and_exit_codes(call):
    shown = call("--help")
    assert shown.returncode == 0
    assert "users.py create --email" in shown.stdout
    assert "Exit codes" in shown.stdout


def test_wrong_usage_and_a_bad_setting_are_told_apart_from_a_refusal(call):
    assert call("create").returncode == 2
    assert call("create", "--email", "a@b.c", "--role", "owner").returncode == 2
    bad = call("list", DATABASE_URL="mysql://ada:secret@db/x")
    assert bad.returncode == 2
    assert bad.stderr.startswith("users: ")
    assert "secret" not in bad.stderr
    assert "Traceback" not in bad.stderr


class Terminal(StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_the_password_is_asked_twice_unseen(monkeypatch):
    answers = iter([PASSWORD, PASSWORD])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(users, "getpass", lambda _prompt: next(answers))
    assert users.read_password() == PASSWORD
    answers = iter([PASSWORD, "something else"])
    with pytest.raises(users.Invalid, match="twice"):
        users.read_password()


def test_an_interrupt_at_the_prompt_changes_nothing(call, tmp_path, monkeypatch, capsys):
    def interrupted(_prompt):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(users, "getpass", interrupted)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    assert users.main(["create", "--email", "a@example.org"]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert call("list").stdout == ""
