"""The relational side: engine, tables, the unified database session, Alembic revisions."""
