"""Where the sessions of a test live: an empty place on each storage that can be moved."""

import pytest

from tests.contract.storage.places import file_home, mongodb_home, postgresql_home, sqlite_home

OTHERS_THAN_FILES = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    pytest.param("mongodb", marks=pytest.mark.mongo),
)


def home_of(request, name):
    """The place of this storage, empty; what was opened is closed when the test is over."""
    home = _MAKERS[name](request)
    request.addfinalizer(home.close)
    storage = home.open()
    for left in list(storage.scan()):  # MongoDB's database is shared with the tests before
        storage.delete(left.session_id)
    return home


def _mongodb_home(request):
    return mongodb_home(request.getfixturevalue("mongodb_url"), request.getfixturevalue("mongodb_database"))


_MAKERS = {
    "file": lambda request: file_home(request.getfixturevalue("memory_folder") / "files"),
    "sqlite": lambda request: sqlite_home(request.getfixturevalue("memory_folder")),
    "postgresql": lambda request: postgresql_home(request.getfixturevalue("postgresql_server").fresh_database()),
    "mongodb": _mongodb_home,
}
