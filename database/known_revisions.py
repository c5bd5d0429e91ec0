"""The revisions of the relational tables that this release knows, and the way of an empty database to one of them."""

from tempfile import TemporaryDirectory

from sqlalchemy import inspect

from database.engine import open_engine
from database.migrate import REVISIONS, migrator
from database.snapshot import NOT_DATA


def newest() -> str:
    """The revision that this release works with."""
    return REVISIONS.known[-1].number


def is_known(revision: str) -> bool:
    """Whether this release can bring a database to it."""
    return revision in {each.number for each in REVISIONS.known}


def bring_to(url: str, revision: str) -> None:
    """Bring the tables to a revision, up or down. Raises Conflict where rows would be lost on the way down."""
    moving = migrator(url)
    moving.up(revision)
    moving.down(revision)


def columns_at(revision: str) -> dict[str, set[str]]:
    """The tables that hold data at this revision, with the names of their columns."""
    with TemporaryDirectory(prefix="greenroom-") as folder:
        url = f"sqlite:///{folder}/scratch.sqlite"
        bring_to(url, revision)
        engine = open_engine(url, pool_size=1)
        try:
            inspector = inspect(engine)
            names = set(inspector.get_table_names()) - NOT_DATA
            return {name: {column["name"] for column in inspector.get_columns(name)} for name in names}
        finally:
            engine.dispose()
