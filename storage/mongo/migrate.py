"""Moves the collections by the numbered migrations in `storage/migrations/mongo`.

What was applied stands in the collection `migrations`; who is at it, in `migration_leases`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pymongo

from domain.migrating import Migration
from domain.stepping import Applied, StepMigrator, Steps
from storage.migrations.modules import ModuleSteps, migrations_in
from storage.mongo.connection import WRITE_SECONDS, Connection, Place, engine_errors
from storage.mongo.lease import LEASE_SECONDS, Lease

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "mongo"
STEPS_SECONDS = 3_600.0
"""How long all steps of one call may take in all."""


class MongoMigrator(StepMigrator):
    """Moves one database; others are kept out by a lease."""

    store = "sessions"

    def __init__(
        self, connection: Connection, migrations: Path = MIGRATIONS, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self.known = migrations_in(migrations)
        self._migrations = migrations
        self._connection = connection
        self._lease_seconds = lease_seconds

    def _applied(self) -> Applied:
        with engine_errors(), pymongo.timeout(WRITE_SECONDS):
            return read_records(self._connection.here)

    @contextmanager
    def _alone(self) -> Iterator[Steps]:
        place = self._connection.here
        with engine_errors(), pymongo.timeout(WRITE_SECONDS):
            place.client.admin.command("ping")
        lease = Lease(place.leases, "migrations", self._lease_seconds)
        with engine_errors(), pymongo.timeout(STEPS_SECONDS), lease.hold():
            yield MongoSteps(self._migrations, place, lease)


class MongoSteps(ModuleSteps):
    """Steps under a lease, which each one makes sure of."""

    def __init__(self, migrations: Path, place: Place, lease: Lease) -> None:
        super().__init__(migrations, place.database)
        self._records = place.migrations
        self._here = place
        self._lease = lease

    def applied(self) -> Applied:
        """What the records say."""
        return read_records(self._here)

    def apply(self, migration: Migration) -> None:
        """As every step, under a lease that is still held."""
        self._lease.check()
        super().apply(migration)

    def undo(self, migration: Migration) -> None:
        """The same."""
        self._lease.check()
        super().undo(migration)

    def record(self, migration_id: str, applied_at: datetime) -> None:
        """Write its document."""
        self._lease.check()
        written = {"migration_id": migration_id, "applied_at": applied_at}
        self._records.update_one({"_id": migration_id}, {"$set": written}, upsert=True)

    def forget(self, migration_id: str) -> None:
        """Remove its document."""
        self._records.delete_one({"_id": migration_id})


def read_records(place: Place) -> dict[str, datetime]:
    """When each migration was applied."""
    return {found["migration_id"]: found["applied_at"] for found in place.migrations.find({})}
