"""The relational side for tests: a migrated database of one's own on both engines, and no connection left behind."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.manager import DatabaseManager, living_managers
from database.migrate import upgrade
from database.tables import Base
from tests.engines.postgresql import PostgresqlServer


@pytest.fixture(autouse=True)
def no_connection_stays_checked_out() -> Iterator[None]:
    """After every test, every pool has all of its connections back."""
    yield
    assert [manager.figures().checked_out for manager in living_managers()] == [0] * len(living_managers())


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy; do not write to it."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: PostgresqlServer) -> str:
    """The address of a migrated database that tests use one after the other."""
    url = postgresql_server.fresh_database()
    upgrade(url)
    return url


@pytest.fixture
def sqlite_database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of one's own."""
    file = tmp_path / "greenroom.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_database_url(migrated_postgresql: str) -> Iterator[str]:
    """A migrated PostgreSQL database whose tables are empty."""
    yield migrated_postgresql
    with psycopg.connect(migrated_postgresql, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(Base.metadata.tables)}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of one's own, on each engine in turn."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


@pytest.fixture
def db_manager(database_url: str) -> Iterator[DatabaseManager]:
    """The engine and pool of that database."""
    manager = DatabaseManager(database_url)
    yield manager
    manager.close()
