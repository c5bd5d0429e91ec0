"""Moving sessions between storages beside the bare driver and the loops that people write instead.

    python -m benchmarks.migrations                  some ten minutes
    python -m benchmarks.migrations --quick          fewer sessions and rounds
    python -m benchmarks.migrations --only mongo

Timed is the copy alone, without the verification that follows it in a real move: the others verify nothing. Every
round writes the same sessions into a place of its own, made before. Needs the packages of requirements-dev.txt: the
engines are started from wheels, with their commits synced to the disk. Exit code 0 whatever is measured.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
import pymongo
import sqlalchemy as sa

import telemetry
from benchmarks import documents
from benchmarks.measuring import Goal, Result, Way, at_least, at_most, compare, measured
from benchmarks.orm import Orm, row_of
from benchmarks.storage_sqlite import durable_engine
from domain.interview import Interview
from services.moving import Checkpoint, Move, Patience, Reached
from storage.addresses import open_at
from storage.base import MovableStorage
from tests.engines.mongodb import MongoServer
from tests.engines.postgresql import PostgresqlServer

TARGETS = ("mongo", "sqlite", "postgresql")
A_DOZEN_ANSWERS = 24
"""Messages of each interview: a dozen questions and what was said to them."""
WARM_UPS = 2
"""How often each way is called before it is measured."""
LEAST_SHARE = 0.55
"""The throughput to reach beside a bare `insert_many`."""


class Size(NamedTuple):
    """How much is measured."""

    sessions: int
    rounds: int


FULL = Size(sessions=300, rounds=5)
QUICK = Size(sessions=100, rounds=3)


def main() -> None:
    """Measure what was asked for and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="fewer sessions and rounds")
    options.add_argument("--only", nargs="+", choices=TARGETS, default=TARGETS, help="moves to these alone")
    chosen = options.parse_args()
    telemetry.configure("error")
    size, began = QUICK if chosen.quick else FULL, time.monotonic()
    with TemporaryDirectory(prefix="greenroom-bench-") as folder, MongoServer() as server:
        bench = Bench(Path(folder), server, size)
        measure: dict[str, Callable[[], list[Result]]] = {
            "mongo": bench.to_mongo,
            "sqlite": bench.to_sqlite,
            "postgresql": bench.to_postgresql,
        }
        for target in chosen.only:
            for result in measure[target]():
                verdict = "met" if result.is_met else "MISSED"
                line = (
                    f"{result.operation:22} {result.comparison:28} {result.ratio:8.2f}   {result.goal!s:8} {verdict:7}"
                )
                print(f"{line} {result.detail}", flush=True)
    print(f"\n{size.sessions} interviews of {A_DOZEN_ANSWERS} messages, in {time.monotonic() - began:.0f} s.")


class Bench:
    """The same interviews in files and in MongoDB, and places enough to write them to."""

    def __init__(self, folder: Path, server: MongoServer, size: Size) -> None:
        self.folder, self.server, self.size = folder, server, size
        self._numbers = count()
        self.files = _filled(f"file:{folder}/source", size.sessions)
        self.mongo = _filled(self._mongo_address("source"), size.sessions)

    def to_mongo(self) -> list[Result]:
        """From files."""
        sessions = [session for session in self.files.scan() if isinstance(session, Interview)]
        headers, said = list(map(_header, sessions)), [_said(session) for session in sessions]

        def insert_many(place: str) -> None:
            with self._collections(place) as (of_headers, of_messages):
                of_messages.insert_many(document for talk in said for document in talk)
                of_headers.insert_many(headers)

        def count_then_insert(place: str) -> None:
            with self._collections(place) as (of_headers, of_messages):
                for header, talk in zip(headers, said, strict=True):
                    for document, collection in [(header, of_headers), *((each, of_messages) for each in talk)]:
                        if not collection.count_documents({"_id": document["_id"]}):
                            collection.insert_one(document)

        def a_session_at_a_time(place: str) -> None:
            with self._collections(place) as (of_headers, of_messages):
                for header, talk in zip(headers, said, strict=True):
                    if not of_headers.count_documents({"_id": header["_id"]}):
                        of_messages.insert_many(talk)
                        of_headers.insert_one(header)

        ways = {
            "insert_many": self._each(insert_many, self._mongo_places),
            "ours": self._each(self._copy(self.files), self._mongo_places),
            "count, insert": self._each(count_then_insert, self._mongo_places),
            "count, insert a session": self._each(a_session_at_a_time, self._mongo_places),
        }
        goals = [
            ("ours", "insert_many", at_most(round(1 / LEAST_SHARE, 2))),
            ("count, insert", "ours", at_least(10)),
            ("count, insert a session", "ours", at_least(1)),
        ]
        return compare("file to MongoDB", measured(ways, self.size.rounds), goals)

    def to_sqlite(self) -> list[Result]:
        """From MongoDB."""
        return self._beside_orm("MongoDB to SQLite", self._sqlite_places, lambda place: durable_engine(_path(place)), 8)

    def to_postgresql(self) -> list[Result]:
        """From MongoDB."""
        with PostgresqlServer(durable=True) as server:

            def places() -> Iterator[str]:
                while True:
                    yield _prepared(server.fresh_database())

            def engine(place: str) -> sa.Engine:
                return sa.create_engine(place.replace("postgresql:", "postgresql+psycopg:"))

            return self._beside_orm("MongoDB to PostgreSQL", places, engine, 6)

    def _beside_orm(
        self, name: str, places: Callable[[], Iterator[str]], engine_at: Callable[[str], sa.Engine], times: float
    ) -> list[Result]:
        def orm_places() -> Iterator[str]:
            for place in places():
                engine = engine_at(place)
                Orm(engine)
                engine.dispose()
                yield place

        def loop(place: str) -> None:
            orm = Orm(engine_at(place))
            for session in self.mongo.scan():
                assert isinstance(session, Interview)
                orm.add([row_of(session, list(session.messages))])
            orm.engine.dispose()

        ways = {"ours": self._each(self._copy(self.mongo), places), "ORM": self._each(loop, orm_places)}
        goal: Goal = at_least(times)
        return compare(name, measured(ways, self.size.rounds), [("ORM", "ours", goal)])

    def _copy(self, source: MovableStorage) -> Callable[[str], None]:
        def copy(place: str) -> None:
            checkpoint = Checkpoint(self.folder / "checkpoint.json")
            with closing(open_at("--to", place)) as target:
                Move(source, target, patience=Patience(0, print), shown=_silent).copy(checkpoint, Reached())

        return copy

    def _each(self, way: Callable[[str], None], places: Callable[[], Iterator[str]]) -> Way:
        """Every call in the next of as many places as there will be calls."""
        ready = places()
        waiting = iter([next(ready) for _ in range(self.size.rounds + WARM_UPS)])

        def run(calls: int) -> None:
            for _ in range(calls):
                way(next(waiting))

        return run

    def _mongo_places(self) -> Iterator[str]:
        for number in self._numbers:
            yield _prepared(self._mongo_address(f"target_{number}"))

    def _sqlite_places(self) -> Iterator[str]:
        for number in self._numbers:
            yield _prepared(f"sqlite:///{self.folder}/target-{number}.sqlite")

    def _mongo_address(self, database: str) -> str:
        return self.server.url.replace("/?", f"/{database}?")

    @contextmanager
    def _collections(self, place: str) -> Iterator[tuple[Any, Any]]:
        """Our very collections, with their indexes and validators, by the driver alone."""
        with pymongo.MongoClient[dict[str, Any]](place, w="majority", journal=True) as client:
            database = client.get_default_database()
            yield database["sessions"], database["session_messages"]


@contextmanager
def _silent(_label: str, _total: int | None) -> Iterator[Callable[[int], None]]:
    yield lambda _count: None


def _filled(address: str, how_many: int) -> MovableStorage:
    storage = open_at("--from", address)
    storage.prepare()
    storage.write_many(_interviews(how_many))
    return storage


def _interviews(how_many: int) -> Iterable[Interview]:
    for n in range(how_many):
        interview = documents.interview(f"interview-{n:06}").with_messages(documents.messages(A_DOZEN_ANSWERS))
        interview.message_count = A_DOZEN_ANSWERS
        yield interview


def _prepared(address: str) -> str:
    with closing(open_at("--to", address)) as storage:
        storage.prepare()
    return address


def _path(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


def _header(session: Interview) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(session, builtin_types=(datetime,))
    return {"_id": session.session_id, **built, "life": f"life of {session.session_id}"}


def _said(session: Interview) -> list[dict[str, Any]]:
    return [
        {
            "_id": {"s": session.session_id, "id": message.message_id},
            "n": message.n,
            "life": f"life of {session.session_id}",
            "role": message.role,
            "content": message.content,
            "timestamp": message.timestamp,
            "meta": message.meta,
        }
        for message in session.messages
    ]


if __name__ == "__main__":
    main()
