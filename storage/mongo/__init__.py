"""Sessions in MongoDB: headers in `sessions`, one document a message in `session_messages`."""

from storage.mongo.storage import MongoSessionStorage

__all__ = ["MongoSessionStorage"]
