"""What a database scope costs beside a bare SQLAlchemy session, each reading one row by its primary key.

    python benchmarks/database.py [--rounds 400] [--reads 25]

Both use the same engine. The rounds are interleaved in shuffled order and the ratio is that of the medians; what is
measured is the processor time of the thread, because everything lies in memory and a busy machine would add its own.
Goal: `session_scope()` takes at most 1.15 times as long as `Session(engine)`.
"""

import random
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from database.manager import DatabaseManager
from database.migrate import upgrade
from database.request_session_manager import RequestSessionManager
from database.scope import DatabaseScope
from database.tables import FirstRunTokenRow
from database.unified_session_manager import UnifiedSessionManager

GOAL = 1.15
NAME = "row-500"


def main() -> None:
    """Measure, print each ratio, and the goal beside the one that has a goal."""
    options = ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=400)
    options.add_argument("--reads", type=int, default=25)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        medians = measure(f"sqlite:///{folder}/bench.db", chosen.rounds, chosen.reads)
    bare = medians["Session(engine)"]
    for name, seconds in medians.items():
        goal = f"   goal {GOAL:.2f}" if name == "session_scope()" else ""
        print(f"{name:44} {seconds * 1e6:7.1f} us   ratio {seconds / bare:.2f}{goal}")


def measure(url: str, rounds: int, reads: int) -> dict[str, float]:
    """The median seconds of one scope with one read, for each way."""
    upgrade(url)
    db = DatabaseManager(url)
    plain, unified = RequestSessionManager(db), UnifiedSessionManager(db)
    with unified.get_db_session() as session:
        session.add_all(FirstRunTokenRow(token_hash=f"row-{n}", created_at=datetime.now(UTC)) for n in range(1000))
    plainest = create_engine(url)

    def bare() -> None:
        with Session(db.engine) as session:
            assert session.get(FirstRunTokenRow, NAME)

    def bare_default_engine() -> None:
        with Session(plainest) as session:
            assert session.get(FirstRunTokenRow, NAME)

    def scope() -> None:
        with plain.session_scope() as session:
            assert session.get(FirstRunTokenRow, NAME)

    def unified_block() -> None:
        with unified.get_db_session() as session:
            assert session.get(FirstRunTokenRow, NAME)

    def in_request() -> None:
        with DatabaseScope(db):
            scope()

    ways = {
        "Session(engine)": bare,
        "session_scope()": scope,
        "session_scope() in a request": in_request,
        "get_db_session() (takes SQLite's write lock)": unified_block,
        "Session() on an engine without our settings": bare_default_engine,
    }
    timings: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            timings[name].append(timed(ways[name], reads))
    db.close()
    plainest.dispose()
    return {name: statistics.median(seconds) for name, seconds in timings.items()}


def timed(way: Callable[[], None], reads: int) -> float:
    """Seconds per call."""
    began = time.thread_time()
    for _ in range(reads):
        way()
    return (time.thread_time() - began) / reads


if __name__ == "__main__":
    main()
