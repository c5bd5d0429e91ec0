"""The stores whose schema moves: how each is opened, filled, looked into, and given one more migration."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymongo

import database.migrate
import storage.file.migrate
import storage.mongo.migrate
import storage.sql.migrate
from domain.stepping import StepMigrator
from storage.file import FileSessionStorage
from storage.mongo import MongoSessionStorage
from storage.mongo.connection import client_factory
from storage.sql import SqlSessionStorage
from tests.contract.storage.samples import interview, message

ALEMBIC = '''"""{about}."""
from alembic import op
revision, down_revision = "{number}", "{before}"
def upgrade():
    {up}
'''
MODULE = '''"""{about}."""
def losses(place):
    return {{}}
def up(place):
    {up}
'''
DOWN = "def {name}({place}):\n    {down}\n"
LEASE_SECONDS = 1.0
WITHOUT_TRANSACTIONS = {"file", "mongodb"}


@dataclass
class Store:
    """One place of one kind. `migrations` is a folder that a test may add to."""

    kind: str
    address: str
    migrations: Path
    closing: list[Callable[[], None]]

    @property
    def keeps_sessions(self) -> bool:
        return not self.kind.startswith("database")

    @property
    def uses_alembic(self) -> bool:
        return self.kind not in WITHOUT_TRANSACTIONS

    def sessions(self):
        """The session storage on it."""
        opened = open_sessions(self.kind, self.address)
        self.closing.append(opened.close)
        return opened

    def migrator(self) -> StepMigrator:
        migrator, close = open_migrator(self.kind, self.address, self.migrations)
        self.closing.append(close)
        return migrator

    def add(self, name="more", *, up="pass", down="pass", about="What a test adds"):
        """One more migration; with `down=None` one without a way back. Return its id."""
        folder = self.migrations / "versions" if self.uses_alembic else self.migrations
        before = sorted(file.stem for file in folder.glob("[0-9]*.py"))[-1].partition("_")[0]
        number = f"{int(before) + 1:0{len(before)}}"
        template = ALEMBIC if self.uses_alembic else MODULE
        source = template.format(about=about, number=number, before=before, up=up)
        if down is not None:
            ways = ("downgrade", "") if self.uses_alembic else ("down", "place")
            source += DOWN.format(name=ways[0], place=ways[1], down=down)
        (folder / f"{number}_{name}.py").write_text(source)
        return f"{number}_{name}"

    def fill(self) -> dict[str, int]:
        """Store something; return what a way down to nothing would have to name."""
        if self.keeps_sessions:
            sessions = self.sessions()
            sessions.create(interview())
            sessions.append_message("interview-1", message())
            sql = {"rows of sessions": 1, "rows of session_messages": 1}
            return sql if self.uses_alembic else {"sessions": 1, "messages": 1}
        self.execute("INSERT INTO first_run_tokens VALUES ('kept', '2026-01-01')")
        return {"rows of first_run_tokens": 1}

    def holds_what_was_filled_in(self) -> bool:
        if self.keeps_sessions:
            return self.sessions().messages("interview-1")[0].content == message().content
        return self.execute("SELECT token_hash FROM first_run_tokens") == [("kept",)]

    def forget_records(self) -> None:
        """As a release before migrations left it."""
        if self.kind == "file":
            (Path(self.address) / "migrations.json").unlink()
        elif self.kind == "mongodb":
            with mongo(self.address) as there:
                there.migrations.drop()
        else:
            self.execute(f"DROP TABLE {self._table}")

    def record_a_newer_one(self) -> None:
        """As a newer release leaves it."""
        if self.kind == "file":
            path = Path(self.address) / "migrations.json"
            rows = json.loads(path.read_text())["migrations"]
            rows.append({"migration_id": "999_newer", "applied_at": "2030-01-01T00:00:00+00:00"})
            path.write_text(json.dumps({"migrations": rows}))
        elif self.kind == "mongodb":
            with mongo(self.address) as there:
                there.migrations.insert_one({"_id": "999_newer", "migration_id": "999_newer", "applied_at": None})
        else:
            version = "alembic_version" if not self.keeps_sessions else "session_storage_version"
            self.execute(f"UPDATE {version} SET version_num = '999'")  # noqa: S608  # a name of ours
            self.execute(f"INSERT INTO {self._table} VALUES ('999_newer', '2030-01-01')")  # noqa: S608  # a name of ours

    @property
    def _table(self) -> str:
        return "session_migrations" if self.keeps_sessions else "migrations"

    def execute(self, statement):
        """The rows of one statement of SQL."""
        if self.address.startswith("sqlite"):
            with closing(sqlite3.connect(self.address.removeprefix("sqlite:///"))) as connection, connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.address) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


@contextmanager
def mongo(address):
    """The database that an address of ours names."""
    url, _, name = address.rpartition("|")
    with pymongo.MongoClient(url, tz_aware=True) as client:
        yield client[name]


def copied(kind: str, folder: Path) -> Path:
    """The migrations of this release in a folder that may be added to."""
    here = {
        "file": storage.file.migrate.MIGRATIONS,
        "mongodb": storage.mongo.migrate.MIGRATIONS,
        "database-sqlite": database.migrate.REVISIONS.folder,
        "database-postgresql": database.migrate.REVISIONS.folder,
    }.get(kind, storage.sql.migrate.REVISIONS.folder)
    shutil.copytree(here, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def open_sessions(kind, address):
    if kind == "file":
        return FileSessionStorage(Path(address))
    if kind == "mongodb":
        url, _, name = address.rpartition("|")
        return MongoSessionStorage(client_factory(url), name)
    return SqlSessionStorage(address)


def open_migrator(kind: str, address: str, migrations: Path):
    """The migrator, and what closes what it uses."""
    if kind.startswith("database"):
        revisions = database.migrate.REVISIONS.at(migrations)
        return database.migrate.migrator(address, revisions), lambda: None
    opened = open_sessions(kind, address)
    if kind == "file":
        return storage.file.migrate.FileMigrator(opened._place, migrations), opened.close
    if kind == "mongodb":
        made = storage.mongo.migrate.MongoMigrator(opened._connection, migrations, LEASE_SECONDS)
        return made, opened.close
    revisions = storage.sql.migrate.REVISIONS.at(migrations)
    return storage.sql.migrate.migrator(opened._db, revisions), opened.close
