"""What is acknowledged survives `kill -9`, on every backend; and the harness catches storages that do not keep it."""

from pathlib import Path

import pytest

from storage.registry import StorageConfig
from tests.reliability.killing import STORAGES, kill_writers
from tests.reliability.rounds import Plan

pytestmark = pytest.mark.slow

NOWHERE = {"folder": Path("/nowhere"), "database_url": "", "mongo_url": "", "mongo_database": ""}
KILLS_OF_A_CONTROL = 2_000
"""More than a broken storage was ever seen to survive; it is stopped at the first thing lost."""


@pytest.fixture
def file_place(tmp_path):
    """A folder of its own."""
    return {"folder": tmp_path / "sessions"}


@pytest.fixture
def sqlite_place(tmp_path):
    """A database file of its own."""
    return {"database_url": f"sqlite:///{tmp_path / 'sessions.sqlite'}"}


@pytest.fixture
def postgresql_place(postgresql_server):
    """An empty database of a real PostgreSQL."""
    return {"database_url": postgresql_server.fresh_database()}


@pytest.fixture
def mongodb_place(mongodb_url, mongodb_database):
    """An empty database of a real replica set."""
    return {"mongo_url": mongodb_url, "mongo_database": mongodb_database}


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(
    "backend",
    [
        "file",
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("mongodb", marks=pytest.mark.mongo),
    ],
)
def test_nothing_acknowledged_is_lost_or_torn_when_writers_are_killed(request, backend, kills, seed):
    config = StorageConfig(**NOWHERE | request.getfixturevalue(f"{backend}_place"))
    report = kill_writers(Plan(storage=STORAGES[backend], config=config, kills=kills, seed=seed))
    print(f"{backend}, seed {seed}: {report}")  # noqa: T201  # shown when it fails, and with -s
    assert report.violations == []
    assert report.kills >= kills
    assert report.acknowledged > kills / 4, "the writers were killed before they wrote anything worth losing"
    assert report.in_flight, "no kill hit a write"


@pytest.mark.parametrize(
    ("crippled", "symptoms"),
    [
        ("InPlaceStorage", ("torn", "lost")),
        ("CarelessStorage", ("lost", "strange")),  # as many revisions as additions: one that is missing shows twice
        ("ForgetfulStorage", ("lost",)),
    ],
)
def test_a_storage_that_breaks_the_promise_is_caught(tmp_path, crippled, symptoms, seed):
    config = StorageConfig(**NOWHERE | {"folder": tmp_path / "sessions"})
    storage = f"tests.reliability.crippled:{crippled}"
    report = kill_writers(Plan(storage=storage, config=config, kills=KILLS_OF_A_CONTROL, seed=seed))
    assert any(violation.startswith(symptoms) for violation in report.violations), report
