"""The relational side and the sessions may be one PostgreSQL database, and then keep out of each other's way."""

import pytest
import sqlalchemy as sa

import database.migrate
from storage.sql import SqlSessionStorage
from tests.contract.storage.samples import interview

pytestmark = pytest.mark.postgresql


def test_both_in_one_database_move_by_themselves(postgresql_server):
    url = postgresql_server.fresh_database()
    sessions, relational = SqlSessionStorage(url), database.migrate.migrator(url)
    sessions.prepare()
    relational.up()
    sessions.create(interview())
    relational.down("base")
    sessions.migrator().check()
    assert sessions.exists("interview-1")
    assert all(state.applied_at for state in sessions.migrator().states())
    relational.up()
    sessions.migrator().down("base", lose_data=True)
    relational.check()
    sessions.close()


def test_a_column_that_goes_counts_with_the_values_in_it(postgresql_server):
    url = postgresql_server.fresh_database()
    relational = database.migrate.migrator(url)
    relational.up("0003")
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    insert = "INSERT INTO users VALUES ('u', 'e', 'n', 'h', 'UTC', 1, '2026-01-01', NULL, {verified})"
    with engine.begin() as connection:
        connection.execute(sa.text(insert.format(verified="NULL")))
    assert relational.down() == ["0003_accounts"]
    relational.up("0003")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE users SET email_verified_at = '2026-01-02'"))
    with pytest.raises(Exception, match=r"1 values of users\.email_verified_at"):
        relational.down()
    engine.dispose()
