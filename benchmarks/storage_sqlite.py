"""SQLite: raw sqlite3 on our very tables, our storage, and the ORM, each committing with WAL and synchronous=FULL."""

import json
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import documents
from benchmarks.measuring import Result, at_least, at_most, compare, each, measured
from benchmarks.orm import Orm, row_of
from storage.sql import SqlSessionStorage

READ = "SELECT payload, revision, message_count FROM sessions WHERE session_id = ?"
CHANGE = """
    UPDATE sessions SET title = ?1, updated_at = ?2, revision = revision + 1,
        payload = json_set(payload, '$.title', ?1, '$.turn_count', ?3, '$.updated_at', ?4)
    WHERE session_id = ?5 AND revision = ?6
"""
COUNT = "UPDATE sessions SET message_count = message_count + 1 WHERE session_id = ? RETURNING message_count"
ADD = "INSERT INTO session_messages (session_id, n, message_id, role, content, timestamp, meta) VALUES (?,?,?,?,?,?,?)"


class Raw:
    """What somebody would write by hand with the driver alone."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("PRAGMA foreign_keys=ON")
        self.revision = 1

    def load(self, session_id: str) -> tuple[Any, int, int]:
        """The header as a dict."""
        payload, revision, message_count = self.connection.execute(READ, (session_id,)).fetchone()
        return json.loads(payload), revision, message_count

    def save(self, session_id: str, number: int) -> None:
        """Change two fields if nobody did before."""
        moment = documents.created_at(number)
        values = (f"T{number}", number, number, moment.isoformat(), session_id, self.revision)
        assert self.connection.execute(CHANGE, values).rowcount == 1
        self.revision += 1

    def append(self, session_id: str) -> None:
        """Count and insert."""
        message = documents.new_message()
        self.connection.execute("BEGIN IMMEDIATE")
        ((n,),) = self.connection.execute(COUNT, (session_id,)).fetchall()
        values = (session_id, n, message.message_id, message.role, message.content, 0, "{}")
        self.connection.execute(ADD, values)
        self.connection.execute("COMMIT")


def measure(folder: Path, rounds: int) -> list[Result]:
    """The line of SQLite."""
    path = folder / "bench.sqlite"
    ours = SqlSessionStorage(f"sqlite:///{path}")
    ours.prepare()
    said = documents.messages(100)
    ours.write_many(
        documents.interview(session_id).with_messages(said) for session_id in ("read", "raw", "ours", "raw-a", "ours-a")
    )
    orm = Orm(durable_engine(path))
    orm.add([row_of(documents.interview(session_id), said) for session_id in ("read", "orm", "orm-a")])
    raw = Raw(path)
    with closing(raw.connection):
        results = _load(raw, ours, orm, rounds) + _save(raw, ours, orm, rounds) + _append(raw, ours, orm, rounds)
    orm.engine.dispose()
    ours.close()
    return results


def _load(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    ways = {
        "sqlite3": each(lambda: raw.load("read")),
        "ours": each(lambda: ours.load("read")),
        "ORM": each(lambda: orm.load("read")),
    }
    goals = [("ours", "sqlite3", at_most(1.5)), ("ORM", "ours", at_least(20))]
    return compare("SQLite header", measured(ways, rounds), goals)


def _save(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    numbers = count(1)
    session, mapped = ours.load("ours"), orm.load("orm")

    def save_ours() -> None:
        session.title = f"T{next(numbers)}"
        session.turn_count += 1  # type: ignore[attr-defined]  # an interview
        ours.save(session)

    def save_mapped() -> None:
        nonlocal mapped
        mapped.title = f"T{next(numbers)}"
        mapped.turn_count += 1
        mapped = orm.save(mapped)

    ways = {"sqlite3": each(lambda: raw.save("raw", next(numbers))), "ours": each(save_ours), "ORM": each(save_mapped)}
    goals = [("ours", "sqlite3", at_most(1.5)), ("ORM", "ours", at_least(15))]
    return compare("SQLite save", measured(ways, rounds), goals)


def _append(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    ways = {
        "sqlite3": each(lambda: raw.append("raw-a")),
        "ours": each(lambda: ours.append_message("ours-a", documents.new_message())),
        "ORM": each(lambda: orm.append("orm-a", documents.new_message())),
    }
    goals = [("ours", "sqlite3", at_most(1.5)), ("ORM", "ours", at_least(8))]
    return compare("SQLite append", measured(ways, rounds), goals)


def durable_engine(path: Path) -> sa.Engine:
    """An engine that syncs every commit to the disk."""
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _durable(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=FULL")

    return engine
