"""Two places of any backend to move between, and a move without a word or a wait."""

import psycopg
import pymongo
import pytest

from services.moving import Checkpoint, Move, Patience
from tests.services.moving.sessions import silent


@pytest.fixture(scope="session")
def moving_postgresql(postgresql_server):
    """Two databases for these tests alone; they are emptied before each."""
    return {side: postgresql_server.fresh_database() for side in ("source", "target")}


@pytest.fixture
def address(request, tmp_path):
    """The address of an empty place of a backend, for one side of a move."""

    def of(backend, side):
        if backend == "postgresql":
            return _emptied(request.getfixturevalue("moving_postgresql")[side])
        if backend == "mongodb":
            url = request.getfixturevalue("mongodb_url")
            with pymongo.MongoClient(url) as client:
                client.drop_database(f"moving_{side}")
            return url.replace("/?", f"/moving_{side}?")
        return f"file:{tmp_path}/{side}" if backend == "file" else f"sqlite:///{tmp_path}/{side}.sqlite"

    return of


def _emptied(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS session_messages, sessions, session_storage_version")
    return url


@pytest.fixture
def checkpoint(tmp_path):
    """Where the move notes how far it came."""
    return Checkpoint(tmp_path / "moves" / "one.json")


@pytest.fixture
def told():
    """What was said while something was waited for."""
    return []


@pytest.fixture
def moving(told):
    """A move between two storages."""

    def move(source, target, seconds=0.0):
        return Move(source, target, patience=Patience(seconds, told.append), shown=silent)

    return move


@pytest.fixture
def source(opened, tmp_path):
    """An SQLite storage to move from."""
    return opened(f"sqlite:///{tmp_path}/source.sqlite")


@pytest.fixture
def target(opened, tmp_path):
    """An SQLite storage to move to."""
    return opened(f"sqlite:///{tmp_path}/target.sqlite")
