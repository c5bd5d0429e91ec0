"""Migrations: they agree with the models, go up and down, and never run twice at once."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from database.engine import open_engine
from database.migrate import REVISIONS, migrator, upgrade
from database.tables import Base

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "database" / "migrations"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request, tmp_path):
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return request.getfixturevalue("postgresql_server").fresh_database()


@pytest.fixture
def engine(empty_url):
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def difference(engine):
    options = {"compare_type": True, "compare_server_default": True, "include_name": is_no_record}
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def is_no_record(name, kind, _):
    return kind != "table" or name != REVISIONS.records.name


def current_revision(engine):
    with engine.connect() as connection:
        return REVISIONS.version(connection)


def copied_revisions(tmp_path, name, source):
    """The first revision, and one more of a test's own after it."""
    copy = tmp_path / "migrations"
    (copy / "versions").mkdir(parents=True)
    for file in ("env.py", "script.py.mako", "versions/0001_users.py"):
        (copy / file).write_text((MIGRATIONS / file).read_text())
    (copy / "versions" / name).write_text(source)
    return REVISIONS.at(copy)


def test_the_migrated_tables_are_those_of_the_models(empty_url, engine):
    assert difference(engine) != [], "an empty database differs, so the comparison sees something"
    upgrade(empty_url)
    assert difference(engine) == []


def test_up_down_and_up_again(empty_url, engine):
    upgrade(empty_url)
    assert current_revision(engine) == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    migrator(empty_url).down("base")
    assert current_revision(engine) is None
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "migrations"]
    upgrade(empty_url)
    assert difference(engine) == []


def test_a_second_upgrade_changes_nothing(empty_url, engine):
    upgrade(empty_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO first_run_tokens VALUES ('kept', '2026-01-01')"))
    upgrade(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT token_hash FROM first_run_tokens")).scalars().all() == ["kept"]


def test_runners_that_start_at_once_do_the_work_once(empty_url, engine):
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(_upgrade_in_a_process, empty_url) for _ in range(4)]:
            assert done.result() == (0, "")
    assert difference(engine) == []


def test_no_runner_works_while_another_does(empty_url, monkeypatch):
    inside, together, second = [], [], threading.Event()

    def meet(*_):
        inside.append(1)
        together.append(len(inside))
        if len(inside) == 2:
            second.set()
        second.wait(0.5)
        inside.pop()

    monkeypatch.setattr(command, "upgrade", meet)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrator(empty_url).up, "0001") for _ in range(2)]:
            done.result()
    assert together == [1, 1]


@pytest.mark.parametrize("broken", ["raise RuntimeError('broken')", "op.execute('no such statement')"])
def test_a_migration_that_fails_leaves_everything_as_it_was(empty_url, engine, tmp_path, broken):
    revisions = copied_revisions(
        tmp_path,
        "9999_broken.py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '9999', '0001'\n"
        f"def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    {broken}\n",
    )
    migrator(empty_url, revisions).up("0001")
    with pytest.raises(Exception, match=r"broken|no such|syntax error"):
        migrator(empty_url, revisions).up()
    assert current_revision(engine) == "0001"
    assert "half" not in inspect(engine).get_table_names()


def test_on_sqlite_a_table_may_be_rebuilt_without_losing_what_refers_to_it(tmp_path):
    revisions = copied_revisions(
        tmp_path,
        "9999_rebuilds.py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '9999', '0001'\n"
        "def upgrade():\n    with op.batch_alter_table('users', recreate='always') as users:\n"
        "        users.alter_column('display_name', type_=sa.String(300))\n",
    )
    url = f"sqlite:///{tmp_path}/full.db"
    migrator(url, revisions).up("0001")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES ('u', 'e', 'n', 'h', 'UTC', 1, '2026-01-01', NULL)"))
        connection.execute(text("INSERT INTO user_roles VALUES ('u', 'admin')"))
    migrator(url, revisions).up()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT role FROM user_roles")).scalars().all() == ["admin"]
    engine.dispose()


def _upgrade_in_a_process(url):
    code = f"from database.migrate import upgrade; upgrade({url!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stderr
