"""Every session storage beside the raw driver and its object mapper, as ratios with the goal beside each.

    python -m benchmarks.storage                     everything, some minutes
    python -m benchmarks.storage --quick             fewer rounds, lists of 10,000 instead of 100,000
    python -m benchmarks.storage --only sqlite mongo

Needs the packages of benchmarks/requirements.txt and requirements-dev.txt: the engines are started from wheels, with
their commits synced to the disk. What each way does is told in benchmarks/README.md. Exit code 0 whatever is measured.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import telemetry
from benchmarks import storage_depth, storage_mongo, storage_postgresql, storage_sqlite
from benchmarks.measuring import Result
from tests.engines.mongodb import MongoServer
from tests.engines.postgresql import PostgresqlServer

FAMILIES = ("sqlite", "postgresql", "mongo", "file")


class Size(NamedTuple):
    """How much is measured."""

    rounds: int
    depth: int


FULL = Size(rounds=101, depth=100_000)
QUICK = Size(rounds=15, depth=10_000)


def main() -> None:
    """Measure what was asked for and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="fewer rounds and shorter lists")
    options.add_argument("--only", nargs="+", choices=FAMILIES, default=FAMILIES, help="these storages alone")
    chosen = options.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    telemetry.configure("warning")
    size, began = QUICK if chosen.quick else FULL, time.monotonic()
    results = [result for family in chosen.only for result in _measured(family, size)]
    met = sum(result.is_met for result in results)
    print(f"\n{met} of {len(results)} goals met, in {time.monotonic() - began:.0f} s.")


def _measured(family: str, size: Size) -> list[Result]:
    measure: dict[str, Callable[[Size], list[Result]]] = {
        "sqlite": _sqlite,
        "postgresql": _postgresql,
        "mongo": _mongo,
        "file": lambda size: storage_depth.measure_files(size.depth, size.rounds),
    }
    results = measure[family](size)
    for result in results:
        verdict = "met" if result.is_met else "MISSED"
        line = f"{result.operation:34} {result.comparison:28} {result.ratio:9.2f}   {result.goal!s:7} {verdict:7}"
        print(f"{line} {result.detail}", flush=True)
    return results


def _sqlite(size: Size) -> list[Result]:
    with TemporaryDirectory(prefix="greenroom-bench-") as folder:
        results = storage_sqlite.measure(Path(folder), size.rounds)
        return results + storage_depth.measure_sqlite(Path(folder), size.depth, size.rounds)


def _postgresql(size: Size) -> list[Result]:
    with PostgresqlServer(durable=True) as server:
        results = storage_postgresql.measure(server.fresh_database(), size.rounds)
        return results + storage_depth.measure_postgresql(server.fresh_database(), size.depth, size.rounds)


def _mongo(size: Size) -> list[Result]:
    with MongoServer() as server:
        results = storage_mongo.measure(server.url, size.rounds)
        return results + storage_depth.measure_mongo(server.url, size.depth, size.rounds)


if __name__ == "__main__":
    main()
