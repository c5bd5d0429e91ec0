"""A prepared storage on a real replica set, in a database of this module alone."""

import pytest
from pymongo import MongoClient

from storage.mongo import MongoSessionStorage
from storage.mongo.connection import client_factory


@pytest.fixture
def database(mongodb_url, mongodb_database):
    """The database behind the storage, emptied before."""
    with MongoClient(mongodb_url, tz_aware=True) as client:
        client.drop_database(mongodb_database)
        yield client[mongodb_database]


@pytest.fixture
def storage(mongodb_url, database):
    """The storage, prepared."""
    opened = MongoSessionStorage(client_factory(mongodb_url), database.name)
    opened.prepare()
    yield opened
    opened.close()
