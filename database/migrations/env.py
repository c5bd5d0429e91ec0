"""Run by Alembic. Uses the connection that `database.migrate` opened and locked, or `-x url=…` from the command line.

alembic -x url=sqlite:///data/greenroom.db revision --autogenerate -m "What the revision does"
"""

from alembic import context
from sqlalchemy import Connection

from database.engine import open_engine
from database.migrate import REVISIONS
from database.tables import Base


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        include_name=lambda name, kind, _: kind != "table" or name != REVISIONS.records.name,
        on_version_apply=REVISIONS.on_version_apply,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run_from_command_line() -> None:
    engine = open_engine(context.get_x_argument(as_dictionary=True)["url"], pool_size=1)
    with engine.connect() as connection:
        _run(connection)
    engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is None:
    _run_from_command_line()
else:
    _run(given)
