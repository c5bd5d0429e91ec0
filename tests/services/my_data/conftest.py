"""An installation on each relational engine, with files and SQL for sessions."""

from pathlib import Path

import pytest

from tests.services.my_data.house import House


@pytest.fixture
def house(tmp_path, redis_url, database_url):
    """One on each engine in turn: SQLite with sessions in files, PostgreSQL with sessions in SQLite."""
    folder = tmp_path / "data"
    if database_url.startswith("postgresql"):
        house = House(folder, DATABASE_URL=database_url, SESSION_STORAGE="sql", REDIS_URL=redis_url)
    else:
        folder.mkdir()
        Path(database_url.removeprefix("sqlite:///")).rename(folder / "greenroom.sqlite")  # where traces are looked for
        house = House(folder, REDIS_URL=redis_url)
    yield house
    house.close()


@pytest.fixture
def ada(house):
    return house.full("ada")
