"""The shape of the place: collections, validators, indexes. Brought about by `prepare`, whatever was there before."""

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import CollectionInvalid, OperationFailure

from storage.mongo.connection import LONG_SECONDS, WRITE_SECONDS, Connection, Document, engine_errors

NAMESPACE_EXISTS = 48
"""The engine's word for a collection that another process made in this very moment."""

SESSION_SCHEMA: Document = {
    "bsonType": "object",
    "required": [
        "session_id",
        "user_id",
        "kind",
        "status",
        "created_at",
        "updated_at",
        "revision",
        "message_count",
        "life",
    ],
    "properties": {
        "_id": {"bsonType": "string"},
        "session_id": {"bsonType": "string"},
        "user_id": {"bsonType": "string"},
        "kind": {"bsonType": "string"},
        "status": {"bsonType": "string"},
        "title": {"bsonType": "string"},
        "created_at": {"bsonType": "date"},
        "updated_at": {"bsonType": "date"},
        "starts_at": {"bsonType": ["date", "null"]},
        "archived_at": {"bsonType": ["date", "null"]},
        "exclusive_key": {"bsonType": ["string", "null"]},
        "parent_id": {"bsonType": ["string", "null"]},
        "revision": {"bsonType": ["int", "long"], "minimum": 1},
        "message_count": {"bsonType": ["int", "long"], "minimum": 0},
        "life": {"bsonType": "string"},
        "history": {"bsonType": "array"},
        "extra": {"bsonType": "object"},
    },
}
"""What a header must be for this release to read it. Fields of a newer release are welcome."""

MESSAGE_SCHEMA: Document = {
    "bsonType": "object",
    "required": ["_id", "n", "life", "role", "content", "timestamp"],
    "properties": {
        "_id": {
            "bsonType": "object",
            "required": ["s", "id"],
            "properties": {"s": {"bsonType": "string"}, "id": {"bsonType": "string"}},
        },
        "n": {"bsonType": ["int", "long"], "minimum": 1},
        "life": {"bsonType": "string"},
        "role": {"bsonType": "string"},
        "content": {"bsonType": "string"},
        "timestamp": {"bsonType": "date"},
        "meta": {"bsonType": "object"},
    },
}

# A page is ordered by a time and then by `_id`; an index that ends before `_id` would make the engine sort in memory.
SESSION_INDEXES = [
    IndexModel([("user_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="user_created"),
    IndexModel(
        [("user_id", ASCENDING), ("status", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)],
        name="user_status_created",
    ),
    IndexModel(
        [("kind", ASCENDING), ("status", ASCENDING), ("starts_at", ASCENDING), ("_id", ASCENDING)],
        name="kind_status_starts",
    ),
    IndexModel([("parent_id", ASCENDING), ("starts_at", ASCENDING), ("_id", ASCENDING)], name="parent_starts"),
    IndexModel([("status", ASCENDING)], name="status"),
    IndexModel([("mode", ASCENDING)], name="mode"),
    IndexModel([("hume_conversation_id", ASCENDING)], name="hume_conversation", sparse=True),
    IndexModel(
        [("exclusive_key", ASCENDING)],
        name="exclusive_key",
        unique=True,
        partialFilterExpression={"exclusive_key": {"$type": "string"}},
    ),
    IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="created"),
    IndexModel([("starts_at", ASCENDING), ("_id", ASCENDING)], name="starts"),
]
"""The last two serve lists that name no owner: staff, jobs and scripts see everybody's sessions."""

MESSAGE_INDEXES = [IndexModel([("_id.s", ASCENDING), ("n", ASCENDING)], name="session_n", unique=True)]


def prepare(connection: Connection) -> None:
    """Bring collections, validators and indexes about, and finish deletions that a crash interrupted.

    Idempotent, also for several processes at once. Raises StorageUnavailable within seconds when the engine is away.
    """
    place = connection.here
    with engine_errors(), pymongo.timeout(WRITE_SECONDS):
        place.client.admin.command("ping")
    with engine_errors(), pymongo.timeout(LONG_SECONDS):
        _ensure_collection(place.database, "sessions", SESSION_SCHEMA)
        _ensure_collection(place.database, "session_messages", MESSAGE_SCHEMA)
        place.sessions.create_indexes(SESSION_INDEXES)
        place.messages.create_indexes(MESSAGE_INDEXES)
    finish_deletions(connection)


def finish_deletions(connection: Connection) -> None:
    """Remove the messages of deleted sessions where a crash came in between."""
    place = connection.here
    with engine_errors(), pymongo.timeout(LONG_SECONDS):
        for deletion in list(place.deletions.find({})):
            if place.sessions.find_one({"_id": deletion["session_id"], "life": deletion["_id"]}, {"_id": 1}) is None:
                connection.clear_away(deletion["_id"], deletion["session_id"])


def _ensure_collection(database: Database[Document], name: str, schema: Document) -> None:
    validator = {"$jsonSchema": schema}
    try:
        database.create_collection(name, validator=validator)
    except (CollectionInvalid, OperationFailure) as error:
        if isinstance(error, OperationFailure) and error.code != NAMESPACE_EXISTS:
            raise
        database.command("collMod", name, validator=validator)
