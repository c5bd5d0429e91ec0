"""The session storages by name. A new backend is a module beside this one and an entry here."""

from pathlib import Path

import msgspec

from domain.registry import Registry
from storage.base import SessionStorage


class StorageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where each backend finds its place; a backend reads only what it needs."""

    folder: Path
    database_url: str
    mongo_url: str
    mongo_database: str


STORAGES: Registry[SessionStorage] = Registry(
    "SESSION_STORAGE",
    SessionStorage,  # type: ignore[type-abstract]  # mypy has no spelling for "an abstract class as a value"
    {
        "file": "storage.file:FileSessionStorage",
        "sql": "storage.sql:SqlSessionStorage",
        "mongo": "storage.mongo:MongoSessionStorage",
    },
)


def open_storage(name: str, config: StorageConfig) -> SessionStorage:
    """Open the storage of this name. Raises Invalid for an unknown one, StorageUnavailable when it cannot be opened."""
    return STORAGES.find(name).from_config(config)
