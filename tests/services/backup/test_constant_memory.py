"""Memory does not grow with what is kept: 5,000 sessions take what a handful takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap import build
from settings import Settings
from tests.contract.storage.samples import interview, message
from tests.house.running import environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SESSIONS = 5_000
MESSAGES = 10
TEXT = "A long and winding story. " * 40
ROOM = 24 * 1024
"""Kibibytes. What is said alone is twice as much."""
PEAK = """
import resource, sys
from scripts import {script}
assert {script}.main(sys.argv[1:]) == 0
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def filled(folder, count):
    """An installation with so many sessions; return its environment."""
    env = environment(folder, SESSION_STORAGE="sql", GREENROOM_LOG_LEVEL="error")
    app = build(Settings.from_env(env, dotenv=folder / "no.env"))
    app.prepare()
    said = [message(f"m{n}", TEXT, n=n) for n in range(1, MESSAGES + 1)]
    sessions = (interview(f"s{n:05}", "", revision=1, message_count=MESSAGES).with_messages(said) for n in range(count))
    assert app.storage.write_many(sessions) == count
    app.close()
    return env


def peak(script, env, *arguments):
    """Kibibytes that a process of its own took at most."""
    command = [sys.executable, "-c", PEAK.format(script=script), *map(str, arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def test_neither_a_backup_nor_a_restore_takes_more_memory_for_more_sessions(memory_folder):
    peaks = {}
    for count in (20, SESSIONS):
        env, place = filled(memory_folder / f"{count}", count), memory_folder / f"{count}.zip"
        new = environment(memory_folder / f"new-{count}", SESSION_STORAGE="sql", GREENROOM_LOG_LEVEL="error")
        peaks[count] = peak("backup", env, "--to", place), peak("restore", new, place)
    assert SESSIONS * MESSAGES * len(TEXT) / 1024 > 2 * ROOM
    for few, many in zip(peaks[20], peaks[SESSIONS], strict=True):
        assert many < few + ROOM, peaks
