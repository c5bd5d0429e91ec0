"""How the tables come to be, and what an operator finds in them."""

import json
import multiprocessing
import sqlite3
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from domain.errors import Invalid, SchemaAhead
from storage.sql import SqlSessionStorage
from storage.sql.migrate import REVISIONS
from storage.sql.schema import metadata
from storage.sql.storage import open_database
from tests.storage.sql.samples import interview


def connected(url):
    return open_database(url, pool_size=1, wait_seconds=1).engines[-1]


def prepare(url, barrier, outcomes):
    storage = SqlSessionStorage(url)
    barrier.wait()
    try:
        storage.prepare()
    except Exception as error:
        outcomes.put(repr(error))
        raise
    outcomes.put("prepared")
    storage.close()


def test_the_revisions_make_exactly_the_declared_tables(storage, url):
    engine = connected(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_release_knows_its_newest_revision():
    assert ScriptDirectory(str(REVISIONS.folder)).get_current_head() == REVISIONS.known[-1].number


def test_a_prepared_place_is_prepared_again_without_alembic(storage, monkeypatch):
    monkeypatch.setitem(sys.modules, "alembic.command", None)
    storage.prepare()
    assert storage.create(interview()).revision == 1


def test_preparing_keeps_what_is_there(storage):
    session = storage.create(interview())
    storage.prepare()
    assert storage.load(session.session_id) == session


def test_tables_of_a_newer_release_are_refused_and_left_alone(storage, url):
    engine = connected(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {REVISIONS.version_table} SET version_num = '999'"))  # noqa: S608  # a name of ours
    with pytest.raises(SchemaAhead, match="at 999"):
        storage.prepare()
    with engine.connect() as connection:
        assert connection.scalar(sa.text(f"SELECT version_num FROM {REVISIONS.version_table}")) == "999"  # noqa: S608  # as above
    engine.dispose()


def test_processes_that_prepare_at_the_same_time_all_succeed(url):
    context = multiprocessing.get_context("spawn")
    barrier, outcomes = context.Barrier(5), context.Queue()
    others = [context.Process(target=prepare, args=(url, barrier, outcomes)) for _ in range(4)]
    for other in others:
        other.start()
    barrier.wait(timeout=60)
    assert [outcomes.get(timeout=60) for _ in others] == ["prepared"] * 4
    for other in others:
        other.join(timeout=60)
        other.close()


def test_sqlite_keeps_acknowledged_writes_through_a_power_loss(tmp_path, opened):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite")
    storage.prepare()
    writer = storage._db.engines[1].raw_connection()
    assert writer.driver_connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer.driver_connection.execute("PRAGMA synchronous").fetchone() == (2,)
    writer.close()


def test_a_reading_connection_cannot_write(tmp_path, opened):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite")
    storage.prepare()
    reader = storage._db.engines[0].raw_connection()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.driver_connection.execute("DELETE FROM sessions")
    reader.close()


def test_the_payload_is_the_header_as_plain_json(tmp_path, opened):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite")
    storage.prepare()
    session = storage.create(interview(title="Ünïcode 🎉"))
    with closing(sqlite3.connect(f"{tmp_path}/sessions.sqlite")) as connection:
        payload = json.loads(connection.execute("SELECT payload FROM sessions").fetchone()[0])
    assert payload["kind"] == "interview"
    assert payload["title"] == "Ünïcode 🎉"
    assert payload["session_id"] == session.session_id


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/x", "no address", ""])
def test_an_address_that_cannot_hold_sessions_is_refused(url):
    with pytest.raises(Invalid, match="SESSION_DATABASE_URL"):
        SqlSessionStorage(url)


def test_a_refused_address_does_not_show_its_password():
    with pytest.raises(Invalid) as refused:
        SqlSessionStorage("mysql://root:hunter2@localhost/x")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_is_accepted(scheme, opened):
    storage = opened(f"{scheme}://greenroom:secret@db.example/sessions")
    assert storage._db.engines[0].url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://greenroom:secret@db.example/sessions"
    )
