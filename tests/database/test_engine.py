"""Addresses, pragmas, and what the engines' own errors become."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError, OperationalError, ProgrammingError

from database.engine import open_engine, parse_url
from database.manager import DatabaseManager
from database.request_session_manager import RequestSessionManager
from database.tables import Base, FirstRunTokenRow, UserRoleRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain.errors import Invalid, Unavailable


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_accepted(scheme):
    assert parse_url(f"{scheme}://ada:secret@db/greenroom").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://ada:secret@db/x", "secret", "", "postgresql+asyncpg://ada:secret@db/x"])
def test_any_other_address_is_refused_without_showing_it(url):
    with pytest.raises(Invalid, match="DATABASE_URL") as refused:
        DatabaseManager(url)
    assert "secret" not in str(refused.value)


def test_sqlite_keeps_foreign_keys_writes_ahead_and_waits(sqlite_database_url):
    engine = open_engine(sqlite_database_url)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "journal_mode")
        }
        wait = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    engine.dispose()
    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal"}
    assert wait == 10_000


def test_a_database_in_memory_is_one_database(row):
    manager = DatabaseManager("sqlite://")
    Base.metadata.create_all(manager.engine)
    with UnifiedSessionManager(manager).get_db_session() as db:
        db.add(row("kept"))
    with RequestSessionManager(manager).session_scope() as db:
        assert db.get(FirstRunTokenRow, "kept")
    manager.close()


def test_an_engine_that_is_away_says_so_without_its_address(tmp_path):
    for url in (f"sqlite:///{tmp_path}/missing/folder.db", f"postgresql://ada:secret@/x?host={tmp_path}"):
        manager = DatabaseManager(url)
        with (
            pytest.raises(Unavailable, match="does not answer") as refused,
            RequestSessionManager(manager).session_scope() as db,
        ):
            db.execute(text("SELECT 1"))
        assert "secret" not in str(refused.value)
        assert manager.figures().checked_out == 0


def test_a_full_disk_is_told_and_nothing_is_kept(sqlite_database_url, row, tmp_path):
    manager = DatabaseManager(sqlite_database_url)
    unified = UnifiedSessionManager(manager)
    with pytest.raises(Unavailable), unified.get_db_session() as db:  # noqa: PT012
        pages = db.execute(text("PRAGMA page_count")).scalar()
        db.execute(text(f"PRAGMA max_page_count = {pages}"))
        db.add_all(row(f"{number:064}") for number in range(1000))
        db.flush()
    with unified.get_db_session() as db:
        assert db.query(FirstRunTokenRow).count() == 0
    manager.close()


def test_a_fault_of_the_code_stays_what_it_is(plain):
    with pytest.raises((OperationalError, ProgrammingError)), plain.session_scope() as db:
        db.execute(text("SELECT nothing FROM nowhere"))


@pytest.mark.postgresql
def test_a_postgresql_that_was_restarted_is_used_again_without_a_word(postgresql_of_its_own):
    manager = DatabaseManager(postgresql_of_its_own.url())
    plain = RequestSessionManager(manager)
    with plain.session_scope() as db:
        db.execute(text("SELECT 1"))
    postgresql_of_its_own.stop()
    with pytest.raises(Unavailable), plain.session_scope() as db:
        db.execute(text("SELECT 1"))
    postgresql_of_its_own.start()
    with plain.session_scope() as db:
        assert db.execute(text("SELECT 1")).scalar() == 1
    manager.close()


def test_a_relationship_that_a_query_did_not_ask_for_raises_a_clear_error(unified, plain, row):
    with unified.get_db_session() as db:
        db.add(_user())
    with plain.session_scope() as db:
        user = db.get(UserRow, "u")
        with pytest.raises(InvalidRequestError, match=r"roles.*raise"):
            user.roles  # noqa: B018
    with pytest.raises(InvalidRequestError, match=r"roles.*raise"):
        user.roles  # noqa: B018


def test_every_relationship_raises_instead_of_loading_in_silence():
    relationships = [each for mapper in Base.registry.mappers for each in mapper.relationships]
    assert relationships
    assert {each.lazy for each in relationships} == {"raise"}


def test_roles_go_with_their_user(unified, plain):
    with unified.get_db_session() as db:
        db.add(_user())
    with unified.get_db_session() as db:
        db.execute(text("DELETE FROM users"))
    with plain.session_scope() as db:
        assert db.query(UserRoleRow).count() == 0


def test_times_come_back_in_utc_and_one_without_a_zone_is_refused(unified, plain, row):
    made = row("kept")
    made.created_at = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=5)))
    with unified.get_db_session() as db:
        db.add(made)
    with plain.session_scope() as db:
        assert db.get(FirstRunTokenRow, "kept").created_at.isoformat() == "2026-03-01T04:30:00+00:00"
    made = row("lost")
    made.created_at = datetime(2026, 3, 1)  # noqa: DTZ001  # the point
    with pytest.raises(Exception, match="without its zone"), unified.get_db_session() as db:
        db.add(made)


def test_sqlite_is_new_enough_for_what_is_used():
    assert sqlite3.sqlite_version_info >= (3, 35), "RETURNING"


def _user():
    return UserRow(
        user_id="u",
        email="e",
        display_name="",
        password_hash="h",
        time_zone="UTC",
        session_version=1,
        created_at=datetime.now(UTC),
        roles=[UserRoleRow(role="admin")],
    )
