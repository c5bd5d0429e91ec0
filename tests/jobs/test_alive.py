"""`python -m jobs.alive`: what a container's health check learns of the worker or the scheduler beside it."""

import signal
import subprocess
import sys

import pytest

from jobs.alive import CHECKS
from jobs.signs_of_life import TICK_KEEP_SECONDS
from tests.engines import wait_until_stopped
from tests.jobs.conftest import ROOT
from tests.waiting import until

pytestmark = pytest.mark.slow


def alive(house, role):
    command = [sys.executable, "-m", "jobs.alive", role]
    return subprocess.run(command, cwd=ROOT, env=house.env, capture_output=True, text=True, timeout=30, check=False)


def started(house, processes, client, role):
    """The process, once it is seen to live."""
    process = processes.start(f"jobs.{role}", house)
    assert until(lambda: CHECKS[role](client))
    return process


@pytest.mark.parametrize(("role", "end"), [("worker", signal.SIGKILL), ("scheduler", signal.SIGTERM)])
def test_it_lives_from_its_start_to_its_end(house, processes, client, role, end):
    process = started(house, processes, client, role)
    assert alive(house, role).returncode == 0
    process.send_signal(end)
    process.wait(timeout=30)
    dead = alive(house, role)
    assert dead.returncode == 1
    assert dead.stderr == f"alive: no {role} of this machine is at work\n"


def test_a_worker_says_nothing_of_a_scheduler_and_what_hangs_is_not_taken_for_what_is_busy(house, processes, client):
    process = started(house, processes, client, "worker")
    assert not CHECKS["scheduler"](client)
    process.send_signal(signal.SIGSTOP)
    wait_until_stopped(process.pid)
    (key,) = client.keys("rq:worker:*")
    client.hset(key, mapping={"last_heartbeat": "2020-01-01T00:00:00.000000Z", "state": "idle"})
    assert not CHECKS["worker"](client)
    client.hset(key, "state", "busy")
    assert CHECKS["worker"](client)


def test_a_scheduler_that_hangs_is_noticed(house, processes, client):
    process = started(house, processes, client, "scheduler")
    process.send_signal(signal.SIGSTOP)
    wait_until_stopped(process.pid)
    (key,) = client.keys("greenroom:scheduler:*")
    assert 0 < client.ttl(key) <= TICK_KEEP_SECONDS
    client.pexpire(key, 1)  # its time runs out
    assert until(lambda: not CHECKS["scheduler"](client))


def test_without_redis_it_says_so(house):
    house.env["REDIS_URL"] = "redis://127.0.0.1:1"
    assert "Redis does not answer" in alive(house, "scheduler").stderr


def test_wrong_usage_and_a_bad_setting_are_exit_code_2(house):
    assert alive(house, "cook").returncode == 2
    house.env["PORT"] = "none"
    assert alive(house, "worker").returncode == 2
