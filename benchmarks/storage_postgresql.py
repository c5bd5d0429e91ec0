"""PostgreSQL: raw psycopg on our very tables, our storage, and the ORM; every commit is synced by the server."""

from itertools import count
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row

from benchmarks import documents
from benchmarks.measuring import Result, at_least, at_most, compare, each, measured
from benchmarks.orm import Orm, row_of
from storage.query import SessionQuery
from storage.sql import SqlSessionStorage

READ = "SELECT payload, revision, message_count FROM sessions WHERE session_id = %s"
LIST = """
    SELECT session_id, kind, user_id, title, status, starts_at, parent_id, mode, created_at, updated_at, archived_at,
        revision, message_count
    FROM sessions WHERE user_id = %s ORDER BY created_at DESC, session_id DESC LIMIT %s
"""
CHANGE = """
    UPDATE sessions SET title = %(title)s, updated_at = %(now)s, revision = revision + 1,
        payload = (payload::jsonb || %(changes)s::jsonb)::json
    WHERE session_id = %(session_id)s AND revision = %(revision)s
"""
APPEND = """
    WITH counted AS (
        UPDATE sessions SET message_count = message_count + 1 WHERE session_id = %s RETURNING message_count
    )
    INSERT INTO session_messages (session_id, n, message_id, role, content, timestamp, meta)
    SELECT %s, message_count, %s, %s, %s, 0, '{}' FROM counted RETURNING n
"""


class Raw:
    """What somebody would write by hand with the driver alone."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.revision = 1

    def load(self, session_id: str) -> tuple[Any, ...] | None:
        """The header as a dict."""
        return self.connection.execute(READ, (session_id,)).fetchone()

    def page(self, user_id: str, limit: int) -> list[dict[str, Any]]:
        """The newest of a user as dicts."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(LIST, (user_id, limit)).fetchall()

    def save(self, session_id: str, number: int) -> None:
        """Change two fields if nobody did before."""
        changes = {"title": f"T{number}", "turn_count": number, "updated_at": documents.created_at(number)}
        values = {"title": f"T{number}", "now": number, "session_id": session_id, "revision": self.revision}
        done = self.connection.execute(CHANGE, {**values, "changes": msgspec.json.encode(changes).decode()})
        assert done.rowcount == 1
        self.revision += 1

    def append(self, session_id: str) -> None:
        """Count and insert in one statement."""
        message = documents.new_message()
        values = (session_id, session_id, message.message_id, message.role, message.content)
        assert self.connection.execute(APPEND, values).fetchall()


def measure(url: str, rounds: int) -> list[Result]:
    """The line of PostgreSQL."""
    ours = SqlSessionStorage(url)
    ours.prepare()
    said = documents.messages(100)
    ours.write_many(
        documents.interview(session_id).with_messages(said) for session_id in ("read", "raw", "ours", "raw-a", "ours-a")
    )
    ours.write_many(documents.interview(f"list-{n}") for n in range(60))
    orm = Orm(sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    orm.add([row_of(documents.interview(session_id), said) for session_id in ("read", "orm", "orm-a")])
    orm.add([row_of(documents.interview(f"list-{n}"), []) for n in range(60)])
    raw = Raw(url)
    with raw.connection:
        raw.connection.execute("VACUUM ANALYZE")
        results = _load(raw, ours, orm, rounds) + _list(raw, ours, orm, rounds)
        results += _save(raw, ours, orm, rounds) + _append(raw, ours, orm, rounds)
    orm.engine.dispose()
    ours.close()
    return results


def _load(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    ways = {
        "psycopg": each(lambda: raw.load("read")),
        "ours": each(lambda: ours.load("read")),
        "ORM": each(lambda: orm.load("read")),
    }
    goals = [("ours", "psycopg", at_most(1.15)), ("ORM", "ours", at_least(4))]
    return compare("PostgreSQL load", measured(ways, rounds), goals)


def _list(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    query = SessionQuery(user_id=documents.OWNER, limit=50)
    ways = {
        "psycopg": each(lambda: raw.page(documents.OWNER, 51)),
        "ours": each(lambda: ours.find(query)),
        "ORM": each(lambda: orm.page(documents.OWNER, 51)),
    }
    goals = [("ours", "psycopg", at_most(1.15)), ("ORM", "ours", at_least(8))]
    return compare("PostgreSQL list", measured(ways, rounds), goals)


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

    ways = {"psycopg": each(lambda: raw.save("raw", next(numbers))), "ours": each(save_ours), "ORM": each(save_mapped)}
    goals = [("ours", "psycopg", at_most(1.15)), ("ORM", "ours", at_least(3))]
    return compare("PostgreSQL save", measured(ways, rounds), goals)


def _append(raw: Raw, ours: SqlSessionStorage, orm: Orm, rounds: int) -> list[Result]:
    ways = {
        "psycopg": each(lambda: raw.append("raw-a")),
        "ours": each(lambda: ours.append_message("ours-a", documents.new_message())),
        "ORM": each(lambda: orm.append("orm-a", documents.new_message())),
    }
    goals = [("ours", "psycopg", at_most(1.15)), ("ORM", "ours", at_least(4))]
    return compare("PostgreSQL append", measured(ways, rounds), goals)
