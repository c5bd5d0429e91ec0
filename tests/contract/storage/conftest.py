"""The backends of the suite. Every test that asks for `storage` or `home` runs on all of them."""

from itertools import permutations

import psycopg
import pymongo
import pytest

from tests.contract.storage.places import (
    file_home,
    model_home,
    mongodb_home,
    mongomock_home,
    postgresql_home,
    sqlite_home,
)

MARKS = {"postgresql": pytest.mark.postgresql, "mongodb": pytest.mark.mongo}
MODEL = "model"
BACKENDS = ("file", "sqlite", "postgresql", "mongomock", "mongodb")
BULK = ("file", "sqlite", "postgresql", "mongodb")
"""mongomock fails on bulk writes with the current driver."""


def params(*names):
    """The names as parameters, with the mark of the engine that each one needs."""
    return [pytest.param(name, marks=MARKS.get(name, ())) for name in names]


def pairs(*names):
    """Every one of the names with every other."""
    return [
        pytest.param(one, other, marks=[MARKS[name] for name in (one, other) if name in MARKS])
        for one, other in permutations(names, 2)
    ]


@pytest.fixture(scope="session")
def contract_postgresql_url(postgresql_server):
    """A database for this suite alone; it is emptied between tests."""
    return postgresql_server.fresh_database()


@pytest.fixture
def model_backend(request):
    """The plain model, in a place of its own."""
    return model_home()


@pytest.fixture
def file_backend(tmp_path):
    """The file storage in an empty folder."""
    return file_home(tmp_path / "files")


@pytest.fixture
def sqlite_backend(tmp_path):
    """The SQL storage on an SQLite file of its own."""
    return sqlite_home(tmp_path)


@pytest.fixture
def postgresql_backend(contract_postgresql_url):
    """The SQL storage on a real PostgreSQL, emptied before."""
    with psycopg.connect(contract_postgresql_url, autocommit=True) as connection:
        for table in ("session_messages", "sessions"):
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  # a name of our own
    return postgresql_home(contract_postgresql_url)


@pytest.fixture
def mongomock_backend():
    """The MongoDB storage on mongomock, empty."""
    return mongomock_home()


@pytest.fixture
def mongodb_backend(mongodb_url):
    """The MongoDB storage on a real replica set, emptied before."""
    with pymongo.MongoClient(mongodb_url) as client:
        for name in ("session_messages", "sessions"):
            client["contract"][name].delete_many({})
    return mongodb_home(mongodb_url, "contract")


def open_home(request, name):
    """The home of this backend, closed when the test is over."""
    home = request.getfixturevalue(f"{name}_backend")
    request.addfinalizer(home.close)
    return home


@pytest.fixture(params=params(MODEL, *BACKENDS))
def home(request):
    """The place of one backend, or of the model that stands for the contract."""
    return open_home(request, request.param)


@pytest.fixture
def storage(home):
    """One handle onto it, ready to use."""
    return home.open()


@pytest.fixture(params=params(MODEL, *BULK))
def bulk(request):
    """A handle that can also stream everything out and in."""
    return open_home(request, request.param).open()


@pytest.fixture(params=params(*BACKENDS))
def damageable(request):
    """The place of a backend in which a header can be damaged."""
    return open_home(request, request.param)


@pytest.fixture(params=params(*BULK))
def shared_home(request):
    """The place of a backend that another process can open too."""
    return open_home(request, request.param)
