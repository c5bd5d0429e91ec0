"""Stores of every kind for backups: those of the storage contract, and databases of one's own."""

import pytest

from storage.base import MovableStorage
from tests.contract.storage.conftest import (  # noqa: F401  # fixtures
    contract_postgresql_url,
    file_backend,
    mongodb_backend,
    open_home,
    postgresql_backend,
    sqlite_backend,
)
from tests.contract.storage.samples import full_sessions
from tests.services.backup import kit


@pytest.fixture
def storage_named(request):
    """Opens a prepared, empty storage of a kind."""

    def open_storage(name) -> MovableStorage:
        return open_home(request, name).open()

    return open_storage


@pytest.fixture
def database_named(request, tmp_path):
    """The address of an empty database of a kind."""

    def address(name, file="rows.sqlite"):
        if name == "sqlite":
            return f"sqlite:///{tmp_path}/{file}"
        return request.getfixturevalue("postgresql_server").fresh_database()

    return address


@pytest.fixture
def installation(storage_named, database_named, tmp_path):
    """A storage with sessions, a database with rows and a folder with files, on the engines that need no server."""
    storage = storage_named("file")
    storage.write_many(with_messages(full_sessions()))
    folder = tmp_path / "data"
    for name, text in (("mail/a.eml", "To: ada\n"), ("exports/j1.zip", "zip"), ("secrets/key.json", "{}")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return storage, kit.fill(database_named("sqlite")), folder


def with_messages(sessions):
    """The same sessions, each with two messages."""
    from tests.contract.storage.samples import full_message, message

    for session in sessions:
        said = [full_message(), message("m2")]
        for n, each in enumerate(said, start=1):
            each.n = n
        session.message_count = len(said)
        yield session.with_messages(said)


@pytest.fixture
def archive(installation, tmp_path):
    """A backup of it."""
    place = tmp_path / "backup.zip"
    kit.take(*installation, place)
    return place


@pytest.fixture
def empty_place(storage_named, database_named, tmp_path):
    """Where nothing is yet: a storage on SQLite, a database, a folder."""
    return storage_named("sqlite"), database_named("sqlite", "new.sqlite"), tmp_path / "new"
