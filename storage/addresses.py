"""A storage by one address, for those who name two of them: moves, backups, restores."""

from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import Invalid
from storage.base import MovableStorage
from storage.registry import StorageConfig, open_storage

ALLOWED = "file:PATH, sqlite:///PATH, postgresql://…/database or mongodb://…/database"
SCHEMES = {
    "file": "file",
    "sqlite": "sql",
    "postgres": "sql",
    "postgresql": "sql",
    "postgresql+psycopg": "sql",
    "mongodb": "mongo",
    "mongodb+srv": "mongo",
}


def open_at(field: str, address: str) -> MovableStorage:
    """The storage at an address; `field` is what the person who gave it calls it.

    Nothing is connected or made yet. Raises Invalid, without showing a password, for an address that names no storage.
    """
    scheme, colon, rest = address.partition(":")
    name = SCHEMES.get(scheme) if colon else None
    if name is None or not rest.strip("/"):
        raise Invalid(field, without_password(address), ALLOWED)
    config = StorageConfig(
        folder=Path(rest).expanduser() if name == "file" else Path(),
        database_url=address,
        mongo_url=address,
        mongo_database=_mongo_database(field, address) if name == "mongo" else "",
    )
    storage = open_storage(name, config)
    if not isinstance(storage, MovableStorage):
        raise Invalid(field, without_password(address), ALLOWED)
    return storage


def without_password(address: str) -> str:
    """The address as it may be shown."""
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else address


def _mongo_database(field: str, address: str) -> str:
    database = urlsplit(address).path.strip("/")
    if not database:
        raise Invalid(
            field, without_password(address), "an address with the name of the database, mongodb://host/greenroom"
        )
    return database
