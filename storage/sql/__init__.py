"""Session storage in SQL: SQLite in a file of its own, or PostgreSQL."""

from storage.sql.storage import SqlSessionStorage

__all__ = ["SqlSessionStorage"]
