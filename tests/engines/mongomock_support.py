"""What the product asks of a MongoDB client and mongomock 4.3 does not know, so that the quick run needs no engine.

Put in here: validators (accepted and ignored), partial unique indexes, the `keyPattern` of a duplicate, a lock that
makes each command atomic, and a lease that is always free. Not put in: retries, write concerns, crashes, bulk writes of
updates, `explain`; what needs those runs on the real MongoDB only.
"""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

import mongomock
from pymongo.errors import DuplicateKeyError

from storage.mongo import MongoSessionStorage


def mongomock_storage(server: "MongomockServer", database: str = "greenroom") -> MongoSessionStorage:
    """A prepared storage on this server; several share what they keep."""
    storage = MongoSessionStorage(lambda: Client(server), database)
    storage.prepare()
    return storage


class MongomockServer:
    """What several clients share: the documents, and a lock that makes every command atomic."""

    def __init__(self):
        self.store = mongomock.MongoClient(tz_aware=True)
        self.lock = threading.RLock()


class Client:
    """A client as far as the product uses one."""

    def __init__(self, server):
        self._server = server
        self.admin = Admin()

    def get_database(self, name, **_concerns):
        return Database(self._server, self._server.store[name])

    def close(self):
        """Nothing is open."""


class Admin:
    """Always answers."""

    def command(self, name):
        assert name == "ping"


class Database:
    """Collections without validators."""

    def __init__(self, server, database):
        self._server = server
        self._database = database

    def get_collection(self, name):
        return Lease() if name == "migration_leases" else Collection(self._server, self._database[name])

    def create_collection(self, name, **_validator):
        self._database.create_collection(name)

    def command(self, name, _collection, **_validator):
        assert name == "collMod"


class Lease:
    """Always free, and held by whoever asks: it is judged by the clock of a server, and here is none."""

    def insert_one(self, _lease):
        """It is there."""

    def update_one(self, _wanted, _change):
        return SimpleNamespace(matched_count=1)


class Found(list):
    """What was found, all at once."""

    def to_list(self):
        return [*self]


class Collection:
    """A collection whose every command is atomic."""

    def __init__(self, server, collection):
        self._server = server
        self._collection = collection

    def with_options(self, *, codec_options=None, **_concerns):
        if codec_options is None:
            return self
        return Collection(self._server, self._collection.with_options(codec_options=codec_options))

    def create_indexes(self, models):
        for model in models:
            options = {**model.document}
            self._collection.create_index(list(options.pop("key").items()), **options)

    def find(self, wanted=None, projection=None, *, sort=None, limit=0, **_options):
        with self._server.lock:
            return Found(self._collection.find(wanted, projection, sort=sort, limit=limit))

    def find_one(self, wanted, projection=None, **_options):
        with self._server.lock:
            return self._collection.find_one(wanted, projection)

    def insert_one(self, document):
        with self._server.lock, self._named_duplicates(document):
            return self._collection.insert_one(document)

    def update_one(self, wanted, change, *, upsert=False):
        with self._server.lock, self._named_duplicates():
            return self._collection.update_one(wanted, change, upsert=upsert)

    def find_one_and_update(self, wanted, change, projection=None, *, return_document):
        with self._server.lock, self._named_duplicates():
            return self._collection.find_one_and_update(wanted, change, projection, return_document=return_document)

    def delete_one(self, wanted):
        with self._server.lock:
            return self._collection.delete_one(wanted)

    def delete_many(self, wanted):
        with self._server.lock:
            return self._collection.delete_many(wanted)

    @contextmanager
    def _named_duplicates(self, document=None):
        """Say which index refused, as the real engine does."""
        known = document is not None and self._collection.find_one({"_id": document["_id"]}) is not None
        try:
            yield
        except DuplicateKeyError as error:
            pattern = {"_id": 1} if known else {"exclusive_key": 1}
            raise DuplicateKeyError(str(error), 11000, {"keyPattern": pattern}) from error
