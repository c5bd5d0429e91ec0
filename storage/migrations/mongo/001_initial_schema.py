"""The collections `sessions` and `session_messages` with their validators and indexes.

Written out, so that no later schema changes it. What a later release wants otherwise is a migration of its own.
"""

from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import CollectionInvalid, OperationFailure

Document = dict[str, Any]

NAMESPACE_EXISTS = 48
"""The engine's word for a collection that is there already."""

SESSIONS_VALIDATOR: Document = {
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

MESSAGES_VALIDATOR: Document = {
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
SESSIONS_INDEXES: list[Document] = [
    {"name": "user_created", "key": {"user_id": 1, "created_at": -1, "_id": -1}},
    {"name": "user_status_created", "key": {"user_id": 1, "status": 1, "created_at": -1, "_id": -1}},
    {"name": "kind_status_starts", "key": {"kind": 1, "status": 1, "starts_at": 1, "_id": 1}},
    {"name": "parent_starts", "key": {"parent_id": 1, "starts_at": 1, "_id": 1}},
    {"name": "status", "key": {"status": 1}},
    {"name": "mode", "key": {"mode": 1}},
    {"name": "hume_conversation", "key": {"hume_conversation_id": 1}, "sparse": True},
    {
        "name": "exclusive_key",
        "key": {"exclusive_key": 1},
        "unique": True,
        "partialFilterExpression": {"exclusive_key": {"$type": "string"}},
    },
    {"name": "created", "key": {"created_at": -1, "_id": -1}},
    {"name": "starts", "key": {"starts_at": 1, "_id": 1}},
]
"""The last two serve lists that name no owner: staff, jobs and scripts see everybody's sessions."""

MESSAGES_INDEXES: list[Document] = [{"name": "session_n", "key": {"_id.s": 1, "n": 1}, "unique": True}]

COLLECTIONS = {
    "sessions": (SESSIONS_VALIDATOR, SESSIONS_INDEXES),
    "session_messages": (MESSAGES_VALIDATOR, MESSAGES_INDEXES),
}
DERIVED = "session_deletions"
"""Notes about deletions that are under way; they come to be by themselves."""


def up(database: Database[Document]) -> None:
    """Make what is missing; give a collection that is there this validator."""
    for name, (validator, indexes) in COLLECTIONS.items():
        _ensure_collection(database, name, {"$jsonSchema": validator})
        database.get_collection(name).create_indexes([_model(index) for index in indexes])


def losses(database: Database[Document]) -> dict[str, int]:
    """Sessions and messages."""
    return {
        "sessions": database.get_collection("sessions").count_documents({}),
        "messages": database.get_collection("session_messages").count_documents({}),
    }


def down(database: Database[Document]) -> None:
    """Drop the collections, messages last, so that what a crash leaves over belongs to no session."""
    for name in (*COLLECTIONS, DERIVED):
        database.drop_collection(name)


def _ensure_collection(database: Database[Document], name: str, validator: Document) -> None:
    try:
        database.create_collection(name, validator=validator)
    except (CollectionInvalid, OperationFailure) as error:
        if isinstance(error, OperationFailure) and error.code != NAMESPACE_EXISTS:
            raise
        database.command("collMod", name, validator=validator)


def _model(index: Document) -> IndexModel:
    options = {name: value for name, value in index.items() if name != "key"}
    return IndexModel(list(index["key"].items()), **options)
