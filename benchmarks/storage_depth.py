"""Pages deep down in a long list, on every backend, and the list of files beside a scan of the files."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from heapq import nlargest
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pymongo

from benchmarks import documents
from benchmarks.measuring import Result, at_least, at_most, compare, each, measured
from domain.kinds import HEADER
from domain.session import SUMMARY_FIELDS
from storage.base import SessionStorage
from storage.cursor import Cursor
from storage.file import FileSessionStorage
from storage.file.header import written
from storage.file.layout import Layout
from storage.mongo import MongoSessionStorage
from storage.query import SessionQuery
from storage.registry import StorageConfig
from storage.sql import SqlSessionStorage

FIRST_PAGE = SessionQuery(user_id=documents.OWNER, limit=50)
BEYOND = 100
"""How many sessions lie behind the deep page."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
OF_OWNER = "FROM sessions WHERE user_id = '" + documents.OWNER + "' ORDER BY created_at DESC, session_id DESC"


def measure_sqlite(folder: Path, depth: int, rounds: int) -> list[Result]:
    """Pages of SQLite beside OFFSET by the driver."""
    path = folder / "deep.sqlite"
    with closing(SqlSessionStorage(f"sqlite:///{path}")) as ours, closing(sqlite3.connect(path)) as raw:
        _fill(ours, depth)
        text = f"SELECT {', '.join(SUMMARY_FIELDS)} {OF_OWNER} LIMIT 51 OFFSET {depth}"
        return _pages("SQLite", ours, lambda: raw.execute(text).fetchall(), depth, rounds)


def measure_postgresql(url: str, depth: int, rounds: int) -> list[Result]:
    """Pages of PostgreSQL beside OFFSET by the driver."""
    with closing(SqlSessionStorage(url)) as ours, psycopg.connect(url, autocommit=True) as raw:
        _fill(ours, depth)
        raw.execute("VACUUM ANALYZE")
        text = f"SELECT {', '.join(SUMMARY_FIELDS)} {OF_OWNER} LIMIT 51 OFFSET {depth}"
        return _pages("PostgreSQL", ours, lambda: raw.execute(text).fetchall(), depth, rounds)


def measure_mongo(url: str, depth: int, rounds: int) -> list[Result]:
    """Pages of MongoDB beside `skip` by the driver."""
    config = StorageConfig(folder=Path("/nowhere"), database_url="", mongo_url=url, mongo_database="deep")
    shown = {"_id": 0, **dict.fromkeys(SUMMARY_FIELDS, 1)}
    order = [("created_at", pymongo.DESCENDING), ("_id", pymongo.DESCENDING)]
    with closing(MongoSessionStorage.from_config(config)) as ours, pymongo.MongoClient(url) as client:
        _fill(ours, depth)
        found = client["deep"]["sessions"]

        def skip() -> object:
            return list(found.find({"user_id": documents.OWNER}, shown).sort(order).skip(depth).limit(51))

        return _pages("MongoDB", ours, skip, depth, rounds)


def measure_files(depth: int, rounds: int) -> list[Result]:
    """Pages of the file storage beside OFFSET in its index, and its first page beside a scan of all headers."""
    with _fast_folder() as folder:
        layout = _files(folder, depth)
        with closing(FileSessionStorage(folder)) as ours:
            ours.prepare()
            text = f"SELECT summary {OF_OWNER} LIMIT 51 OFFSET {depth}"
            with closing(sqlite3.connect(layout.index)) as raw:
                pages = _pages("file", ours, lambda: raw.execute(text).fetchall(), depth, rounds)
            ways = {"ours": each(lambda: ours.find(FIRST_PAGE)), "a scan": each(lambda: _scan(layout))}
            scan = compare(f"file list at {depth:,} sessions", measured(ways, 3), [("a scan", "ours", at_least(1000))])
    return [*pages, *scan]


def _pages(
    backend: str, ours: SessionStorage, by_offset: Callable[[], object], depth: int, rounds: int
) -> list[Result]:
    last_shown = Cursor(documents.created_at(BEYOND), documents.small_id(BEYOND))
    deep = SessionQuery(user_id=documents.OWNER, limit=50, cursor=last_shown.text(FIRST_PAGE))
    assert ours.find(deep).items[0].session_id == documents.small_id(BEYOND - 1)
    ways = {
        "page one": each(lambda: ours.find(FIRST_PAGE)),
        "deep page": each(lambda: ours.find(deep)),
        "offset": each(by_offset),
    }
    goals = [("deep page", "page one", at_most(1.1)), ("offset", "deep page", at_least(50))]
    return compare(f"{backend}: page at depth {depth:,}", measured(ways, rounds), goals)


def _fill(ours: SqlSessionStorage | MongoSessionStorage, depth: int) -> None:
    ours.prepare()
    ours.write_many(documents.small_interviews(depth + BEYOND))


def _files(folder: Path, depth: int) -> Layout:
    """Header files as the storage writes them, without waiting for the disk; their index is made at the next start."""
    with closing(FileSessionStorage(folder)) as ours:
        ours.prepare()
    layout = Layout(folder)
    for session in documents.small_interviews(depth + BEYOND):
        layout.session(session.session_id).mkdir()
        layout.header(session.session_id).write_bytes(written(session))
    layout.index.unlink()
    return layout


def _scan(layout: Layout) -> object:
    """The newest of an owner, found by reading every header."""
    headers = (HEADER.decode(layout.header(session_id).read_bytes()) for session_id in layout.session_ids())
    mine = (header for header in headers if header.user_id == documents.OWNER)
    return nlargest(51, mine, key=lambda header: (header.created_at, header.session_id))


@contextmanager
def _fast_folder() -> Iterator[Path]:
    """A folder in memory where there is such a place, because a hundred thousand small files take long to make."""
    with TemporaryDirectory(prefix="greenroom-bench-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "sessions"
