"""What one block promises, whichever manager opened it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError

from database.errors import BlockError, DoomedTransaction
from database.manager import DatabaseManager
from database.request_session_manager import RequestSessionManager
from database.scope import DatabaseScope
from database.tables import FirstRunTokenRow
from database.unified_session_manager import UnifiedSessionManager
from database.unit import current_unit
from domain.actor import Actor
from domain.errors import Busy


@pytest.fixture(params=["unified", "plain"])
def opens(request, unified, plain):
    """Opens a block of each kind in turn."""
    return {"unified": unified.get_db_session, "plain": plain.session_scope}[request.param]


def test_a_block_that_ends_cleanly_commits_and_gives_the_connection_back(opens, row, kept, db_manager):
    with opens() as db:
        db.add(row("kept"))
    assert db_manager.figures().checked_out == 0
    assert current_unit() is None
    assert kept() == {"kept"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_block_that_any_exception_leaves_rolls_back_and_gives_the_connection_back(
    opens, row, kept, db_manager, error
):
    with pytest.raises(error), opens() as db:  # noqa: PT012
        db.add(row("lost"))
        db.flush()
        raise error
    assert db_manager.figures().checked_out == 0
    assert db_manager.figures().scopes_rolled_back == 1
    assert current_unit() is None
    assert kept() == set()


def test_a_return_out_of_a_block_commits(opens, row, kept):
    def write():
        with opens() as db:
            db.add(row("kept"))
            return "done"

    assert write() == "done"
    assert kept() == {"kept"}


def test_commit_rollback_and_close_belong_to_the_block(opens, row, kept):
    with opens() as db:
        db.add(row("kept"))
        for forbidden in (db.commit, db.rollback, db.close):
            with pytest.raises(BlockError, match="block"):
                forbidden()
    assert kept() == {"kept"}


def test_a_block_is_entered_once(opens):
    block = opens()
    with block:
        pass
    with pytest.raises(BlockError, match="once"), block:
        pass


def test_a_session_is_of_no_use_outside_of_its_block(opens, row):
    with opens() as db:
        pass
    with pytest.raises(InvalidRequestError, match="begin"):
        db.execute(text("SELECT 1"))
    with pytest.raises(InvalidRequestError, match="begin"):
        db.add(row("lost"))


def test_the_actor_is_attached_and_each_nested_block_may_name_another(unified, plain):
    ada, ben = Actor(user_id="ada"), Actor(user_id="ben")
    with unified.get_db_session(ada) as db:
        assert db.actor is ada
        with unified.get_db_session() as inner, plain.session_scope():
            assert inner.actor is ada
        with unified.get_db_session(ben):
            assert db.actor is ben
        assert db.actor is ada
    with plain.session_scope() as db:
        assert db.actor is None


def test_a_job_that_owns_its_scope_has_one_session_and_leaves_no_actor_behind(unified, plain, db_manager):
    with DatabaseScope(db_manager):
        with unified.get_db_session(Actor(user_id="ada")) as first:
            pass
        with plain.session_scope() as second:
            assert second is first
            assert second.actor is None
    with plain.session_scope() as third:
        assert third is not first


def test_a_plain_scope_takes_no_connection_before_its_first_statement(plain, db_manager):
    with plain.session_scope() as db:
        assert db_manager.figures().checked_out == 0
        db.execute(text("SELECT 1"))
        assert db_manager.figures().checked_out == 1


def test_a_later_block_of_the_same_scope_reads_what_others_wrote_meanwhile(plain, unified, row, db_manager):
    with unified.get_db_session() as db:
        db.add(row("kept"))

    def move():
        with unified.get_db_session() as db:
            db.get(FirstRunTokenRow, "kept").created_at = row("x").created_at.replace(year=2030)

    with DatabaseScope(db_manager):
        with plain.session_scope() as db:
            before = db.get(FirstRunTokenRow, "kept")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(move).result()
        with plain.session_scope() as db:
            assert db.get(FirstRunTokenRow, "kept").created_at.year == 2030
    assert before.created_at.year == 2026


def test_two_applications_in_one_thread_never_join_each_other(unified, row, kept, tmp_path, migrated_sqlite):
    (tmp_path / "other.db").write_bytes(migrated_sqlite.read_bytes())
    other_db = DatabaseManager(f"sqlite:///{tmp_path}/other.db")
    other = UnifiedSessionManager(other_db)
    with pytest.raises(ValueError, match="no"), unified.get_db_session() as db:  # noqa: PT012
        with other.get_db_session() as foreign:
            assert foreign is not db
            foreign.add(row("there"))
            with unified.get_db_session() as joined:
                assert joined is db
        raise ValueError("no")
    assert kept() == set()
    with RequestSessionManager(other_db).session_scope() as foreign:
        assert foreign.get(FirstRunTokenRow, "there")
    other_db.close()


def test_writers_never_lose_each_others_updates(unified, row, plain):
    with unified.get_db_session() as db:
        db.add(row("count"))

    def add_a_year():
        with unified.get_db_session() as db:
            counted = db.get(FirstRunTokenRow, "count", with_for_update=True)
            counted.created_at = counted.created_at.replace(year=counted.created_at.year + 1)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(add_a_year) for _ in range(60)]:
            done.result()
    with plain.session_scope() as db:
        assert db.get(FirstRunTokenRow, "count").created_at.year == 2086


# --- SQLite's two ways to begin --------------------------------------------------------------------------------------


@pytest.fixture
def sqlite(sqlite_database_url):
    """Two managers on one SQLite file, whose waits end soon."""
    managers = [DatabaseManager(sqlite_database_url) for _ in range(2)]
    yield managers
    for manager in managers:
        manager.close()


def impatient(db):
    db.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 1")
    return db


def test_on_sqlite_a_write_with_an_actor_takes_the_lock_at_once_so_reading_first_is_safe(sqlite, row):
    mine, theirs = (UnifiedSessionManager(manager) for manager in sqlite)
    with RequestSessionManager(sqlite[1]).session_scope() as db:
        impatient(db)
    with mine.get_db_session() as db:
        with pytest.raises(Busy, match="trying again is safe"), theirs.get_db_session():
            pass
        db.add(row("mine"))
    with theirs.get_db_session() as db:
        assert db.get(FirstRunTokenRow, "mine")


def test_on_sqlite_a_plain_read_that_turns_into_a_write_after_a_foreign_commit_fails_at_once(sqlite, row):
    with pytest.raises(Busy), RequestSessionManager(sqlite[0]).session_scope() as db:  # noqa: PT012
        db.get(FirstRunTokenRow, "x")
        with UnifiedSessionManager(sqlite[1]).get_db_session() as other:
            other.add(row("theirs"))
        db.add(row("mine"))
        db.flush()


def test_on_sqlite_plain_scopes_read_while_another_writes(sqlite, row):
    with UnifiedSessionManager(sqlite[0]).get_db_session() as db:
        db.add(row("unseen"))
        db.flush()
        with RequestSessionManager(sqlite[1]).session_scope() as other:
            assert other.get(FirstRunTokenRow, "unseen") is None


def test_a_failure_to_turn_to_writing_dooms_the_plain_scope(sqlite, row):
    plain, unified = RequestSessionManager(sqlite[0]), UnifiedSessionManager(sqlite[0])
    with plain.session_scope() as db:
        impatient(db)
    with UnifiedSessionManager(sqlite[1]).get_db_session():  # noqa: SIM117
        with pytest.raises(DoomedTransaction), plain.session_scope() as db:  # noqa: PT012
            db.get(FirstRunTokenRow, "x")
            with pytest.raises(Busy), unified.get_db_session():
                pass
    assert sqlite[0].figures().checked_out == 0
