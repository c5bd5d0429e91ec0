"""Every kind of store to every other through an archive, field by field."""

import pytest

from database.columns import kind_of
from database.tables import Base
from tests.contract.storage.conftest import BULK, MARKS
from tests.contract.storage.samples import full_sessions
from tests.services.backup import kit
from tests.services.backup.conftest import with_messages

DATABASES = ("sqlite", "postgresql")


def ways(*names):
    """Every one of the names with every one, itself too."""
    return [
        pytest.param(one, other, marks=[MARKS[name] for name in {one, other} if name in MARKS])
        for one in names
        for other in names
    ]


@pytest.mark.parametrize(("source", "target"), ways(*BULK))
def test_sessions_come_back_equal_from_any_storage_to_any_other(
    storage_named, database_named, tmp_path, source, target
):
    one, url, place = storage_named(source), kit.fill(database_named("sqlite")), tmp_path / "a.zip"
    one.write_many(with_messages(full_sessions()))
    before = kit.kept(one)
    manifest = kit.take(one, url, tmp_path / "data", place)
    assert (manifest.sessions, manifest.messages) == (3, 6)
    other = one if target == source else storage_named(target)
    assert (kit.kept(other) == before) is (target == source)
    kit.restore(place, other, database_named("sqlite", "new.sqlite"), tmp_path / "new", replace=target == source)
    assert kit.kept(other) == before
    assert other.load("full-live").revision == 7


@pytest.mark.parametrize(("source", "target"), ways(*DATABASES))
def test_rows_come_back_equal_from_either_database_to_either(storage_named, database_named, tmp_path, source, target):
    storage, one, place = storage_named("file"), kit.fill(database_named(source)), tmp_path / "a.zip"
    before = kit.rows_of(one)
    assert {table for table, rows in before.items() if rows} == {table for table, rows in kit.ROWS.items() if rows}
    kit.take(storage, one, tmp_path / "data", place)
    other = database_named(target, "new.sqlite")
    kit.restore(place, storage, other, tmp_path / "new")
    assert kit.rows_of(other) == before
    jobs = {row["job_id"]: row["result"] for row in before["background_jobs"]}
    assert (jobs["j2"], jobs["j3"]) == ("null", None)


def test_every_table_of_this_release_is_in_the_archive(archive):
    assert {table.shape.table for table in kit.verify(archive).tables} == set(Base.metadata.tables)


def test_a_type_of_column_that_backups_do_not_know_is_not_passed_over():
    from sqlalchemy import Column, Interval, MetaData, Table

    table = Table("t", MetaData(), Column("c", Interval()))
    with pytest.raises(TypeError, match=r"t\.c"):
        kind_of(table.columns["c"])


@pytest.mark.postgresql
def test_numbers_that_postgresql_gives_go_on_behind_those_that_came_back(database_named):
    from sqlalchemy import text

    from database.columns import ColumnKind, TableShape
    from database.engine import open_engine
    from database.loading import loading

    url = database_named("postgresql")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbered (id SERIAL PRIMARY KEY, name TEXT)"))
    shape = TableShape("numbered", {"id": ColumnKind.INTEGER, "name": ColumnKind.TEXT}, ("id",))
    with loading(url) as tables:
        tables.insert(shape, [(1, "a"), (7, "b")])
    with engine.begin() as connection:
        assert connection.scalar(text("INSERT INTO numbered (name) VALUES ('c') RETURNING id")) == 8
    engine.dispose()
