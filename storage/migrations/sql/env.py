"""How Alembic runs the revisions of the session tables: on a connection and in a transaction that the caller holds."""

from alembic import context

from storage.sql.migrate import REVISIONS
from storage.sql.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=REVISIONS.version_table,
    on_version_apply=REVISIONS.on_version_apply,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
