"""An installation on each relational engine, with files and SQL for sessions."""

import pytest

from tests.services.my_data.house import House


@pytest.fixture
def house(tmp_path, redis_url, database_url):
    """One on each engine in turn: SQLite with sessions in files, PostgreSQL with sessions in SQLite."""
    storage = "sql" if database_url.startswith("postgresql") else "file"
    house = House(tmp_path / "data", DATABASE_URL=database_url, SESSION_STORAGE=storage, REDIS_URL=redis_url)
    yield house
    house.close()


@pytest.fixture
def ada(house):
    return house.full("ada")
