"""The way to the engine: one client per process, bounded waiting, and its errors in our words."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pymongo
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    ExecutionTimeout,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.write_concern import WriteConcern

from domain.errors import Invalid, StorageUnavailable
from telemetry import logger

Document = dict[str, Any]
ClientFactory = Callable[[], "MongoClient[Document]"]

log = logger(__name__)

DURABLE = WriteConcern(w="majority", j=True)
"""Acknowledged means: in the journal of a majority. `majority` with `j: false` would wait 100 ms for the next flush."""
QUICK = WriteConcern(w=1)
AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)
NAIVE: CodecOptions[Document] = CodecOptions(tz_aware=False)

WRITE_SECONDS = 5.0
"""How long a write may take in all. Within it the driver repeats as often as it must, under one transaction number."""
LONG_SECONDS = 60.0
"""The same for what touches many documents."""
PING_SECONDS = 1.0
SELECTION_MS = 3_000
CONNECT_MS = 2_000
SOCKET_MS = 10_000

OUT_OF_DISK = frozenset({14031, 28718})
LOGIN_REFUSED = frozenset({13, 18})
TOO_LARGE = frozenset({10334, 17419, 17420})


def client_factory(url: str) -> ClientFactory:
    """What makes a client with our guarantees, whatever the options of the address say."""
    return partial(_connect, url)


def _connect(url: str) -> "MongoClient[Document]":
    try:
        return MongoClient(
            url,
            connect=False,
            appname="greenroom",
            w="majority",
            journal=True,
            retryWrites=True,
            serverSelectionTimeoutMS=SELECTION_MS,
            connectTimeoutMS=CONNECT_MS,
            socketTimeoutMS=SOCKET_MS,
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise Invalid("MONGO_URL", "…", f"the address of a MongoDB ({error})") from None


class Connection:
    """The collections of one database, over a client that every process makes for itself at first use."""

    def __init__(self, make_client: ClientFactory, database_name: str) -> None:
        self._make_client = make_client
        self._database_name = database_name
        self._places: dict[int, Place] = {}

    @property
    def here(self) -> "Place":
        """The place as this process reaches it.

        The client of a parent process is left alone, not closed: its sockets belong to the parent.
        """
        place = self._places.get(os.getpid())
        return place if place is not None else self._open()

    def _open(self) -> "Place":
        made = Place(self._make_client(), self._database_name)
        kept = self._places.setdefault(os.getpid(), made)
        if kept is not made:
            made.client.close()
        return kept

    def close(self) -> None:
        """Give back the connections of this process."""
        place = self._places.pop(os.getpid(), None)
        if place is not None:
            place.client.close()

    def ping(self) -> None:
        """Return when a primary answers within a second. Raises StorageUnavailable."""
        with engine_errors(), pymongo.timeout(PING_SECONDS):
            self.here.client.admin.command("ping")

    def finish_deletions(self) -> None:
        """Remove the messages of deleted sessions where a crash came in between."""
        place = self.here
        with engine_errors(), pymongo.timeout(LONG_SECONDS):
            for deletion in list(place.deletions.find({})):
                wanted = {"_id": deletion["session_id"], "life": deletion["_id"]}
                if place.sessions.find_one(wanted, {"_id": 1}) is None:
                    self.clear_away(deletion["_id"], deletion["session_id"])

    def clear_away(self, life: str, session_id: str) -> None:
        """Remove the messages of a session that is deleted, then the note that says so.

        What cannot be removed now is removed at the next start: the session itself is gone already.
        """
        try:
            with engine_errors():
                self.here.messages.delete_many({"_id.s": session_id, "life": life})
                self.here.deletions.delete_one({"_id": life})
        except StorageUnavailable as error:
            log.warning(
                "messages of a deleted session stay until the next start", session_id=session_id, why=str(error)
            )


class Place:
    """The collections and the client behind them, made once per process.

    `deletions` holds the lives of sessions whose messages are still being removed. The quick ones wait for the primary
    only, and serve steps that a durable write follows. `bare_sessions` reads times without their zone, which is UTC:
    a list has so many that giving each a zone would take the driver as long as all the rest.
    """

    def __init__(self, client: "MongoClient[Document]", database_name: str) -> None:
        self.client = client
        self.database: Database[Document] = client.get_database(
            database_name, codec_options=AWARE, write_concern=DURABLE
        )
        self.sessions: Collection[Document] = self.database.get_collection("sessions")
        self.messages: Collection[Document] = self.database.get_collection("session_messages")
        self.deletions: Collection[Document] = self.database.get_collection("session_deletions")
        self.migrations: Collection[Document] = self.database.get_collection("migrations")
        self.leases: Collection[Document] = self.database.get_collection("migration_leases")
        self.quick_sessions = self.sessions.with_options(write_concern=QUICK)
        self.bare_sessions = self.sessions.with_options(codec_options=NAIVE)
        self.quick_messages = self.messages.with_options(write_concern=QUICK)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Say in the product's words what the engine refused. A refusal that is a mistake of ours passes as it is."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise _away(error) from error
    except DocumentTooLarge as error:
        raise _too_large() from error
    except OperationFailure as error:
        raise _meaning(error) from error


@contextmanager
def bounded_write() -> Iterator[None]:
    """`engine_errors` for a single write, repeated by the driver until it is known how it went, or time is over."""
    with engine_errors(), pymongo.timeout(WRITE_SECONDS):
        yield


def _meaning(error: OperationFailure) -> Exception:
    if error.code in TOO_LARGE:
        return _too_large()
    if error.code in LOGIN_REFUSED:
        return StorageUnavailable(
            "The session storage (MongoDB) refuses our login; a root user needs authSource=admin in the address.",
            reason=str(error)[:500],
        )
    passing = error.has_error_label("RetryableWriteError") or error.has_error_label("TransientTransactionError")
    if passing or error.timeout or error.code in OUT_OF_DISK or "No space left" in str(error):
        return _away(error)
    return error


def _away(error: PyMongoError) -> StorageUnavailable:
    return StorageUnavailable("The session storage (MongoDB) does not answer.", reason=str(error)[:500])


def _too_large() -> Invalid:
    return Invalid("session", "…", "at most 16 MB in all")
