"""A process that migrates one store: `python -m tests.contract.migrations.runner KIND ADDRESS MIGRATIONS [unlocked]`.

It says `ready`, migrates, and then says what it applied.
"""

import json
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path

from domain.stepping import StepMigrator
from revisions import RevisionMigrator
from storage.file.migrate import FileMigrator
from storage.mongo.lease import Lease
from tests.contract.migrations.stores import open_migrator


def unlock(migrator: StepMigrator) -> None:
    """Take away what keeps others out, and nothing else."""
    if isinstance(migrator, FileMigrator):
        migrator._locked = nullcontext
    elif isinstance(migrator, RevisionMigrator):
        migrator._connected_alone = plain_transaction(migrator._reading)
    else:
        Lease.hold = lambda _self: nullcontext()
        Lease.check = lambda _self: None


def plain_transaction(reading):
    @contextmanager
    def transaction():
        with reading() as connection:
            connection.exec_driver_sql("SELECT 1")
            yield connection
            connection.commit()

    return transaction


def main(kind: str, address: str, migrations: str, *how: str) -> None:
    migrator, close = open_migrator(kind, address, Path(migrations))
    if "unlocked" in how:
        unlock(migrator)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    applied = migrator.up()
    close()
    sys.stdout.write(json.dumps(applied) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
