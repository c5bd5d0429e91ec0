"""Runners that meet: real processes, one of them in the middle of a step that takes its time, or killed there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.migrations.stores import LEASE_SECONDS
from tests.waiting import SOON, until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
WATCHED = {"mongodb": 2.0 * LEASE_SECONDS}
"""How long is watched that a second one does not come in: twice the time after which a lease would run out."""

SLOW = "from pathlib import Path; from tests.contract.migrations.test_racing import step; step(Path({folder!r}))"


def step(folder):
    """What the slow migration does: note that it began, wait until it is let through, note that it ended."""
    with (folder / "log").open("a") as log:
        log.write("began\n")
        log.flush()
        assert until((folder / "gate").exists)
        log.write("ended\n")


class Race:
    """A store whose next step is slow, and processes that want to take it."""

    def __init__(self, store, folder):
        self.store, self.folder = store, folder
        store.migrator().up()
        self.slow = store.add("slow", up=SLOW.format(folder=str(folder)))
        self.running = []

    def start(self, *how):
        command = [sys.executable, "-m", "tests.contract.migrations.runner"]
        command += [self.store.kind, self.store.address, str(self.store.migrations), *how]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.running.append(process)
        return process

    def log(self):
        log = self.folder / "log"
        return log.read_text().split() if log.exists() else []

    def open_gate(self):
        (self.folder / "gate").touch()

    def answer(self, process):
        said, errors = process.communicate(timeout=SOON)
        assert process.returncode == 0, errors
        return json.loads(said.splitlines()[-1])

    def end(self):
        for process in self.running:
            process.kill()
            process.communicate()


@pytest.fixture
def race(store, tmp_path):
    race = Race(store, tmp_path)
    yield race
    race.end()


def start_together(race, *how):
    """Two runners that are about to migrate, one of them in the middle of the step."""
    runners = [race.start(*how) for _ in range(2)]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n", runner.stderr.read()
    assert until(lambda: "began" in race.log())
    return runners


def test_of_runners_that_start_at_once_one_does_the_work_and_the_other_waits_and_finds_it_done(race):
    runners = start_together(race)
    assert not until(lambda: race.log() != ["began"], seconds=WATCHED.get(race.store.kind, 0.5))
    assert [runner.poll() for runner in runners] == [None, None]
    race.open_gate()
    assert sorted(race.answer(runner) for runner in runners) == [[], [race.slow]]
    assert race.log() == ["began", "ended"]
    race.store.migrator().check()


def test_without_the_lock_they_would_collide(race):
    """The control of the test above."""
    start_together(race, "unlocked")
    assert until(lambda: race.log() == ["began", "began"])


def test_a_runner_that_is_killed_in_the_middle_is_followed_by_one_that_completes(race):
    killed = race.start()
    assert until(lambda: "began" in race.log()), killed.stderr.read()
    killed.kill()
    killed.wait()
    states = race.store.migrator().states()
    assert [state.applied for state in states] == [*[True] * (len(states) - 1), False]
    race.open_gate()
    assert race.answer(race.start()) == [race.slow]
    race.store.migrator().check()
