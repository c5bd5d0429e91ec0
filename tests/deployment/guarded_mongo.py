"""A MongoDB as the container image makes one: a root user, a keyfile, a replica set that nobody has initiated yet."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from pymongo import MongoClient

from scripts.local_mongo import mongod_program
from tests.house.running import free_port

ROOT = Path(__file__).parents[2]
MONGOSH = ROOT / "node_modules" / ".bin" / "mongosh"
START_MS = 20_000


class GuardedMongo:
    """One member with authentication. Use it as a context manager: its process and its folder are gone at the end.

    As the image's entry point does, the root user is made while the server listens without authentication and is no
    member of a set; then it starts anew, for good.
    """

    root = ("root", "root-password-of-the-test")

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="greenroom-guarded-mongo-"))
        self.port = free_port()
        self.member = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        (self.folder / "data").mkdir()

    def __enter__(self) -> "GuardedMongo":
        keyfile = self.folder / "keyfile"
        subprocess.run(["sh", str(ROOT / "scripts" / "mongo_keyfile.sh"), str(keyfile)], check=True, timeout=20)
        self._start()
        with self.client() as client:
            client.admin.command("createUser", self.root[0], pwd=self.root[1], roles=["root"])
        self._stop(signal.SIGTERM)
        self._start("--replSet", "rs0", "--keyFile", str(keyfile))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop(signal.SIGKILL)
        shutil.rmtree(self.folder)

    def client(self, *login: str) -> "MongoClient[dict[str, object]]":
        """The way to this very member, primary or not; with name and password when both are given."""
        user, password = login or (None, None)
        return MongoClient(
            "127.0.0.1",
            self.port,
            username=user,
            password=password,
            directConnection=True,
            serverSelectionTimeoutMS=START_MS,
        )

    def environment(self, database: str, password: str) -> dict[str, str]:
        """What `mongo-init.js` is told."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # Node.js may be a wheel of ours
            "HOME": str(self.folder),
            "MONGO_INITDB_ROOT_USERNAME": self.root[0],
            "MONGO_INITDB_ROOT_PASSWORD": self.root[1],
            "MONGO_MEMBER": self.member,
            "MONGODB_DATABASE": database,
            "MONGODB_USERNAME": "greenroom",
            "MONGODB_PASSWORD": password,
        }

    def url(self, database: str, password: str) -> str:
        """The address that the application is given."""
        return f"mongodb://greenroom:{password}@{self.member}/{database}?replicaSet=rs0"

    def initialise(self, database: str, password: str) -> "subprocess.CompletedProcess[str]":
        """Run `scripts/mongo-init.js` as the container does."""
        return self.shell(self.environment(database, password), "--file", str(ROOT / "scripts" / "mongo-init.js"))

    def shell(self, env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run mongosh against this member."""
        address = f"mongodb://{self.member}/?directConnection=true"
        command = [str(MONGOSH), "--norc", "--quiet", address, *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, check=False)

    def _start(self, *more: str) -> None:
        command = [str(mongod_program()), "--bind_ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--dbpath", str(self.folder / "data"), "--wiredTigerCacheSizeGB", "0.25"]
        command += ["--logpath", str(self.folder / "log"), "--logappend", "--unixSocketPrefix", str(self.folder)]
        self.process = subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with self.client() as client:
            client.admin.command("ping")

    def _stop(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None
