"""Many kills on every storage: `python -m tests.reliability.soak [--kills 10000] [--storages file,sqlite] [--seed N]`.

Prints a line for each storage; ends with 1 when something acknowledged was lost or torn.
"""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.registry import StorageConfig
from tests.engines.mongodb import MongoServer
from tests.engines.postgresql import PostgresqlServer
from tests.reliability.killing import STORAGES, kill_writers
from tests.reliability.rounds import Plan


@contextmanager
def place_for(name: str) -> Iterator[StorageConfig]:
    """A place for this storage that is gone afterwards; engines are started for it."""
    with tempfile.TemporaryDirectory(prefix="greenroom-soak-") as folder:
        if name == "postgresql":
            with PostgresqlServer(durable=True) as server:
                yield _config(folder, database_url=server.fresh_database())
        elif name == "mongodb":
            with MongoServer() as mongo:
                yield _config(folder, mongo_url=mongo.url)
        else:
            yield _config(folder, database_url=f"sqlite:///{folder}/sessions.sqlite")


def _config(folder: str, *, database_url: str = "", mongo_url: str = "") -> StorageConfig:
    return StorageConfig(
        folder=Path(folder) / "sessions", database_url=database_url, mongo_url=mongo_url, mongo_database="soak"
    )


def main() -> int:
    """Kill, report, and tell by the exit code whether everything was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000, help="how many writers are killed on each storage")
    parser.add_argument("--storages", default=",".join(STORAGES), help="which ones, separated by commas")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="repeats the choices of a run")
    asked = parser.parse_args()
    lost = False
    for name in asked.storages.split(","):
        if name not in STORAGES:
            parser.error(f"{name} is no storage; there are {', '.join(STORAGES)}")
        with place_for(name) as config:
            report = kill_writers(Plan(storage=STORAGES[name], config=config, kills=asked.kills, seed=asked.seed))
        sys.stdout.write(
            f"{name}: {report.kills} kills in {report.seconds} s (seed {asked.seed}), {report.acknowledged} writes "
            f"acknowledged, {report.in_flight} cut short; lost or torn: {len(report.violations)}\n"
        )
        for violation in report.violations:
            sys.stdout.write(f"  {violation}\n")
        lost = lost or bool(report.violations)
    return int(lost)


if __name__ == "__main__":
    sys.exit(main())
