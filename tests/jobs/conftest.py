"""A real Redis, an installation of one's own, and workers as processes."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from bootstrap import build
from settings import Settings
from tests.house.running import environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def client(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def house(tmp_path, redis_url):
    """An installation on the shared Redis."""
    house = House(tmp_path / "data", redis_url)
    yield house
    house.app.close()


@pytest.fixture
def house_with_its_own_redis(tmp_path, redis_server_of_its_own):
    house = House(tmp_path / "data", redis_server_of_its_own.url)
    yield house
    house.app.close()


@pytest.fixture
def processes():
    """Starts programs of ours; all are ended afterwards."""
    running = Processes()
    yield running
    running.end()


class House:
    """The settings of an installation, its application in this process, and the mail that it sent."""

    def __init__(self, data_dir, redis_url, **more):
        self.env = environment(data_dir, REDIS_URL=redis_url, GREENROOM_LOG_LEVEL="warning", **more)
        self.app = build(Settings.from_env(self.env, dotenv=data_dir / "no.env"))
        self.app.prepare()

    @property
    def mails(self):
        """The ids of the rows whose mail arrived."""
        folder = self.app.settings.data_dir / "mail"
        return {file.stem for file in folder.glob("*.eml")}


class Processes:
    """Programs that a test starts, and what they write to their logs."""

    def __init__(self):
        self.running = []

    def start(self, module, house, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=house.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def end(self):
        for process in self.running:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.communicate()
