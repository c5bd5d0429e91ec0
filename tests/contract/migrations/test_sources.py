"""The migrations that this release brings: numbered without a gap, each saying what it is about."""

import pytest
from alembic.script import ScriptDirectory

import database.migrate
import storage.file.migrate
import storage.mongo.migrate
import storage.sql.migrate
from domain.migrating import read_migrations
from storage.migrations.modules import migrations_in

FAMILIES = {
    "database": database.migrate.REVISIONS.known,
    "sql": storage.sql.migrate.REVISIONS.known,
    "file": migrations_in(storage.file.migrate.MIGRATIONS),
    "mongo": migrations_in(storage.mongo.migrate.MIGRATIONS),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_migrations_are_numbered_without_a_gap_and_say_what_they_are_about(family):
    known = FAMILIES[family]
    assert [int(each.number) for each in known] == list(range(1, len(known) + 1))
    assert all(each.about for each in known)
    assert all(each.reversible for each in known)


@pytest.mark.parametrize("revisions", [database.migrate.REVISIONS, storage.sql.migrate.REVISIONS])
def test_the_numbers_in_the_names_are_the_revisions_of_alembic_in_one_line(revisions):
    scripts = list(ScriptDirectory(str(revisions.folder)).walk_revisions())[::-1]
    numbers = [each.number for each in revisions.known]
    assert [script.revision for script in scripts] == numbers
    assert [script.down_revision for script in scripts] == [None, *numbers[:-1]]


def test_a_migration_is_read_without_being_executed():
    (read,) = read_migrations({"007_x": '"""What it does.\n\nMore."""\nraise SystemExit\ndef up(place): ...'})
    assert (read.migration_id, read.number, read.about, read.reversible) == ("007_x", "007", "What it does", False)
