"""A storage by one address, for those who name two of them: moves, backups, restores."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from domain.addresses import without_password
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


class Place(NamedTuple):
    """What an address names, without who asks: two addresses of one place are about equal places."""

    kind: str
    hosts: frozenset[str]
    path: str

    def is_same(self, other: "Place") -> bool:
        """Whether both are one place; of a replica set, one member that both name is enough."""
        overlap = bool(self.hosts & other.hosts) or not (self.hosts or other.hosts)
        return self.kind == other.kind and self.path == other.path and overlap

    def __str__(self) -> str:
        return f"{self.kind}:{','.join(sorted(self.hosts))}/{self.path}"


def place_of(address: str) -> Place:
    """The place of an address that `open_at` took. Holds no password."""
    scheme, _, rest = address.partition(":")
    if scheme == "file":
        return Place("file", frozenset(), str(Path(rest).expanduser().resolve()))
    parts = urlsplit(address)
    if scheme == "sqlite":
        return Place("sqlite", frozenset(), str(Path(parts.path.removeprefix("/")).resolve()))
    kind, port = ("mongodb", "27017") if scheme.startswith("mongodb") else ("postgresql", "5432")
    named = parts.netloc.rpartition("@")[2] or ",".join(parse_qs(parts.query).get("host", ["localhost"]))
    return Place(kind, frozenset(_host(each, port) for each in named.lower().split(",")), parts.path.strip("/"))


def _host(named: str, port: str) -> str:
    named = named.replace("localhost", "127.0.0.1")
    return named if ":" in named or "/" in named else f"{named}:{port}"


def _mongo_database(field: str, address: str) -> str:
    database = urlsplit(address).path.strip("/")
    if not database:
        raise Invalid(
            field, without_password(address), "an address with the name of the database, mongodb://host/greenroom"
        )
    return database
