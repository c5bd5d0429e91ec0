"""The revisions of the relational tables that this release knows, and the way of an empty database to one of them."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from database.engine import open_engine
from database.migrate import current_revision, downgrade, upgrade
from database.snapshot import NOT_DATA


def newest() -> str:
    """The revision that this release works with."""
    head = _scripts().get_current_head()
    assert head is not None  # noqa: S101  # there are revisions
    return head


def is_known(revision: str) -> bool:
    """Whether this release can bring a database to it."""
    return revision in _known()


def bring_to(url: str, revision: str) -> None:
    """Bring the tables to a revision, up or down. For a database without rows: on the way down they would be lost."""
    present = current_revision(url)
    if present == revision:
        return
    move = downgrade if present is not None and revision in _before(present) else upgrade
    move(url, revision)


def columns_at(revision: str) -> dict[str, set[str]]:
    """The tables that hold data at this revision, with the names of their columns."""
    with TemporaryDirectory(prefix="greenroom-") as folder:
        url = f"sqlite:///{folder}/scratch.sqlite"
        upgrade(url, revision)
        engine = open_engine(url, pool_size=1)
        try:
            inspector = inspect(engine)
            names = set(inspector.get_table_names()) - NOT_DATA
            return {name: {column["name"] for column in inspector.get_columns(name)} for name in names}
        finally:
            engine.dispose()


def _before(revision: str) -> set[str]:
    return {script.revision for script in _scripts().iterate_revisions(revision, "base")} - {revision}


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))
