"""`scripts/outbox.py`, as an operator calls it."""

from functools import partial

import pytest

from bootstrap import build
from services.outbox import Effect
from services.ports import Queue
from settings import Settings
from tests.house.running import environment
from tests.scripts.calling import call


@pytest.fixture
def outbox(tmp_path):
    return partial(call, "outbox.py", tmp_path)


@pytest.fixture
def dead(tmp_path):
    """The ids of two dead letters; beside them stands a mail that was sent."""
    app = build(Settings.from_env(environment(tmp_path / "data"), dotenv=tmp_path / "no.env"))
    app.prepare()
    ids = []
    for to in ("nobody", "nobody either", "ada@example.org"):
        with app.unified_session_manager.get_db_session() as db:
            ids.append(app.outbox.add(db, Effect(kind="mail", payload={"letter": "trial", "to": to})))
    app.delivery.empty(Queue.DEFAULT)
    app.close()
    return ids[:2]


def test_dead_letters_are_listed_with_their_reason_shown_and_tried_again(outbox, dead):
    listed = outbox("list")
    assert listed.returncode == 0
    assert {line.split()[0] for line in listed.stdout.splitlines()} == set(dead)
    assert "mail trial, 1 attempts – to: 'nobody" in listed.stdout
    shown = outbox("show", dead[0])
    assert 'payload      {"letter": "trial", "to": "nobody"}' in shown.stdout
    assert outbox("retry", dead[0]).stdout.startswith(f"Will be tried again: {dead[0]}")
    assert outbox("list", "--state", "waiting").stdout.split()[0] == dead[0]
    assert outbox("retry", "--all-dead").stdout.startswith(f"Will be tried again: {dead[1]}")
    assert outbox("list").stdout == ""


def test_a_dead_letter_can_be_dropped_and_what_is_done_cannot_be_tried_again(outbox, dead):
    assert outbox("drop", dead[0]).stdout.startswith(f"Will not happen: {dead[0]}")
    refused = outbox("retry", dead[0])
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "done" in refused.stderr
    assert outbox("show", "nothing").returncode == 1


def test_help_shows_examples_and_exit_codes_and_wrong_usage_is_told(outbox):
    shown = outbox("--help")
    assert shown.returncode == 0
    assert "outbox.py retry" in shown.stdout
    assert "Exit codes" in shown.stdout
    assert outbox("retry").returncode == 2
    assert outbox("retry", "x", "--all-dead").returncode == 2
    bad = outbox("list", DATABASE_URL="mysql://ada:secret@db/x")
    assert bad.returncode == 2
    assert "secret" not in bad.stderr
