"""One place per backend to keep sessions in, and as many handles onto it as a test opens."""

import json
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import psycopg
import pymongo

from storage.base import SessionStorage
from storage.registry import StorageConfig
from tests.contract.storage.model import Model, Place
from tests.engines.mongomock_support import MongomockServer, mongomock_storage

NOWHERE = {"folder": Path("/nowhere"), "database_url": "", "mongo_url": "", "mongo_database": ""}


class Home:
    """A place that sessions are kept in. `open` gives one more prepared handle; all are closed with it.

    `raw_headers` shows the headers as they lie there, as text. `damage` writes a value into a field of a header, past
    all that would refuse it.
    """

    def __init__(self, name, make, raw_headers, damage=None):
        self.name = name
        self.raw_headers = raw_headers
        self.damage = damage
        self._make = make
        self._opened = []

    def open(self) -> SessionStorage:
        handle = self._make()
        self._opened.append(handle)
        handle.prepare()
        return handle

    def close(self):
        for handle in self._opened:
            handle.close()


class ConfiguredHome(Home):
    """The place of a real backend; `path` and `config` are how another process finds it."""

    def __init__(self, name, path, raw_headers, damage, **config):
        self.path = path
        self.config = StorageConfig(**NOWHERE | config)
        super().__init__(name, lambda: backend_class(path).from_config(self.config), raw_headers, damage)


def backend_class(path):
    """The class behind `module:Class`."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def model_home():
    """The plain model: shared dicts."""
    place = Place()
    return Home("model", lambda: Model(place), lambda: str(place.headers))


def file_home(folder):
    """An empty folder."""

    def raw_headers():
        return "".join(path.read_text() for path in folder.rglob("header.json"))

    def damage(session_id, **fields):
        (header,) = folder.rglob(f"{session_id}/header.json")
        header.write_text(json.dumps(json.loads(header.read_text()) | fields))

    return ConfiguredHome("file", "storage.file:FileSessionStorage", raw_headers, damage, folder=folder)


def sqlite_home(folder):
    """An SQLite file of its own."""
    path = folder / "sessions.sqlite"

    def raw_headers():
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute("SELECT * FROM sessions").fetchall())

    def damage(session_id, **fields):
        with closing(sqlite3.connect(path)) as connection, connection:
            query = "SELECT payload FROM sessions WHERE session_id = ?"
            (payload,) = connection.execute(query, [session_id]).fetchone()
            change = "UPDATE sessions SET payload = ? WHERE session_id = ?"
            connection.execute(change, [json.dumps(json.loads(payload) | fields), session_id])

    url = f"sqlite:///{path}"
    return ConfiguredHome("sqlite", "storage.sql:SqlSessionStorage", raw_headers, damage, database_url=url)


def postgresql_home(url):
    """A PostgreSQL database."""

    def raw_headers():
        with psycopg.connect(url) as connection:
            return str(connection.execute("SELECT * FROM sessions").fetchall())

    def damage(session_id, **fields):
        with psycopg.connect(url) as connection:
            change = "UPDATE sessions SET payload = (payload::jsonb || %s::jsonb)::json WHERE session_id = %s"
            connection.execute(change, [json.dumps(fields), session_id])

    return ConfiguredHome("postgresql", "storage.sql:SqlSessionStorage", raw_headers, damage, database_url=url)


def mongomock_home():
    """A database of a mongomock of its own."""
    server = MongomockServer()

    def raw_headers():
        return str(list(server.store["contract"]["sessions"].find()))

    def damage(session_id, **fields):
        server.store["contract"]["sessions"].update_one({"_id": session_id}, {"$set": fields})

    return Home("mongomock", lambda: mongomock_storage(server, "contract"), raw_headers, damage)


def mongodb_home(url, database):
    """A database of a real MongoDB replica set."""

    def raw_headers():
        with pymongo.MongoClient(url) as client:
            return str(list(client[database]["sessions"].find()))

    def damage(session_id, **fields):
        with pymongo.MongoClient(url) as client:
            sessions = client[database]["sessions"]
            sessions.update_one({"_id": session_id}, {"$set": fields}, bypass_document_validation=True)

    place = {"mongo_url": url, "mongo_database": database}
    return ConfiguredHome("mongodb", "storage.mongo:MongoSessionStorage", raw_headers, damage, **place)
