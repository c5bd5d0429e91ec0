"""The two engines that every test here runs on, each in an empty place."""

import pytest

from storage.sql import SqlSessionStorage


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/folder/sessions.sqlite"
    return request.getfixturevalue("postgresql_server").fresh_database()


@pytest.fixture
def opened():
    """Opens storages that are closed at the end of the test."""
    storages = []

    def open_storage(url, storage=SqlSessionStorage, **options):
        storages.append(storage(url, **options))
        return storages[-1]

    yield open_storage
    for storage in storages:
        storage.close()


@pytest.fixture
def storage(url, opened):
    """A prepared storage in an empty place."""
    storage = opened(url)
    storage.prepare()
    return storage
