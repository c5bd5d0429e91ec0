"""Every store with a schema, each in an empty place."""

from uuid import uuid4

import pymongo
import pytest

from tests.contract.migrations.stores import Store, copied

KINDS = {
    "file": (),
    "sqlite": (),
    "postgresql": pytest.mark.postgresql,
    "mongodb": pytest.mark.mongo,
    "database-sqlite": (),
    "database-postgresql": pytest.mark.postgresql,
}


@pytest.fixture
def memory_address(request, memory_folder):
    """Gives an empty place of a kind."""

    def address(kind):
        if kind == "file":
            return str(memory_folder / "sessions")
        if kind.endswith("sqlite"):
            return f"sqlite:///{memory_folder}/{kind}.sqlite"
        if kind == "mongodb":
            return request.getfixturevalue("empty_mongodb")
        return request.getfixturevalue("postgresql_server").fresh_database()

    return address


@pytest.fixture
def empty_mongodb(mongodb_url):
    """The address of an empty database, gone afterwards."""
    name = f"migrations_{uuid4().hex[:12]}"
    yield f"{mongodb_url}|{name}"
    with pymongo.MongoClient(mongodb_url) as client:
        client.drop_database(name)


@pytest.fixture(params=[pytest.param(kind, marks=marks) for kind, marks in KINDS.items()])
def store(request, memory_address, tmp_path):
    """An empty place of each kind in turn, and a copy of the migrations."""
    kind = request.param
    opened = Store(kind, memory_address(kind), copied(kind, tmp_path / "migrations"), [])
    yield opened
    for close in opened.closing:
        close()
