"""A real PostgreSQL from the pgserver wheel, on a Unix socket of a temporary folder."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.engines import cannot_run, wait_until_stopped

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user, from a copy that this user may read."""


class PostgresqlServer:
    """A PostgreSQL that a test may stop, freeze and start again; its addresses stay the same.

    Use it as a context manager: its process and its folder are gone at the end. `durable=False` leaves out fsync, which
    only a crash of the whole machine would notice.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="greenroom-pg-"))
        self.user = UNPRIVILEGED if os.geteuid() == 0 else None
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._binaries = _copied_into(self.folder) if self.user else _installed()
        if self.user:
            shutil.chown(self.folder, self.user)

    def __enter__(self) -> "PostgresqlServer":
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", self._data)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    @property
    def programs(self) -> Path:
        """Where its client programs are, such as pg_isready."""
        return self._binaries

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, for libpq and SQLAlchemy alike."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def fresh_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"db_{uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        if not self.durable:
            settings += ["-c", "fsync=off"]
        command = [str(self._binaries / "postgres"), "-D", self._data, *settings]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, stdout=subprocess.DEVNULL, stderr=log)
        self._run("pg_isready", "--quiet", "--timeout=10", "-h", str(self.folder), tries=100)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Shut it down; open connections break. SIGINT writes everything out first, SIGQUIT does not."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let every process of it stand still, as a machine that swaps or a network that drops packets would."""
        processes = [self.process.pid, *_children(self.process.pid)] if self.process else []
        _send(processes, signal.SIGSTOP)
        wait_until_stopped(processes[0])
        try:
            yield
        finally:
            _send(processes, signal.SIGCONT)

    def _run(self, program: str, *arguments: str, tries: int = 1) -> None:
        for attempt in range(tries):
            done = subprocess.run(
                [str(self._binaries / program), *arguments],
                user=self.user,
                capture_output=True,
                timeout=60,
                check=False,
            )
            if done.returncode == 0:
                return
            if attempt + 1 < tries:
                time.sleep(0.02)
        raise RuntimeError(f"{program} failed: {done.stderr.decode()}{self._log()}")

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""


def _send(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):  # a worker of PostgreSQL's own may end at any time
            os.kill(pid, number)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _installed() -> Path:
    """Where the wheel keeps its programs; importing the package itself would make folders and users."""
    spec = find_spec("pgserver")
    if spec is None or spec.origin is None:
        cannot_run("PostgreSQL", "pip install -r requirements-dev.txt (the pgserver wheel)")
        raise AssertionError
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copied_into(folder: Path) -> Path:
    folder.chmod(0o755)
    installed = _installed().parent
    libraries = installed.parents[1] / "pgserver.libs"
    shutil.copytree(installed, folder / "pgserver" / installed.name)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / "pgserver" / installed.name / "bin"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One PostgreSQL for the whole run; do not stop it, others use it."""
    with PostgresqlServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """The address of a database that the whole run shares."""
    return postgresql_server.fresh_database()


@pytest.fixture(scope="module")
def fresh_postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """The address of an empty database for the tests of one module."""
    return postgresql_server.fresh_database()


@pytest.fixture
def postgresql_of_its_own() -> Iterator[PostgresqlServer]:
    """A PostgreSQL that this one test may stop and start."""
    with PostgresqlServer() as server:
        yield server
