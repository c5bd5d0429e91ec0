"""The pool is bounded, keeps account, and says who holds what."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from database.errors import PoolExhausted
from database.manager import DatabaseManager
from database.request_session_manager import RequestSessionManager
from database.tables import FirstRunTokenRow
from database.unified_session_manager import UnifiedSessionManager
from domain.errors import Unavailable


@pytest.fixture
def small(database_url):
    """A pool of two that waits for a tenth of a second."""
    manager = DatabaseManager(database_url, pool_size=2, pool_timeout_seconds=0.1)
    yield manager
    manager.close()


def test_a_pool_never_grows_past_its_size_whatever_the_number_of_threads(database_url):
    small = DatabaseManager(database_url, pool_size=2)
    most = []

    def read():
        with RequestSessionManager(small).session_scope() as db:
            db.get(FirstRunTokenRow, "x")
            most.append(small.figures().checked_out)

    with ThreadPoolExecutor(40) as pool:
        for done in [pool.submit(read) for _ in range(200)]:
            done.result()
    assert max(most) <= 2
    assert small.figures().checked_out == 0
    small.close()


def test_a_wait_that_takes_too_long_names_the_longest_holder_in_the_log_and_not_to_users(small):
    plain, enough = RequestSessionManager(small), threading.Event()
    holding = threading.Barrier(2)

    def hold_the_first():
        with plain.session_scope() as db:
            db.get(FirstRunTokenRow, "x")
            holding.wait()
            enough.wait()

    holder = threading.Thread(target=hold_the_first, name="the-first-holder")
    holder.start()
    holding.wait()
    with plain.session_scope() as db:
        db.get(FirstRunTokenRow, "x")
        with ThreadPoolExecutor(1) as pool, pytest.raises(PoolExhausted) as refused:
            pool.submit(_read, plain).result()
    enough.set()
    holder.join()
    assert isinstance(refused.value, Unavailable)
    assert "2 are held" in str(refused.value)
    assert f"the-first-holder, at {__file__}:{hold_the_first.__code__.co_firstlineno + 1}" in str(refused.value)
    assert "the-first-holder" not in refused.value.message


def test_after_a_wait_in_vain_the_pool_works_as_before(small):
    plain = RequestSessionManager(small)
    with plain.session_scope() as one:
        one.get(FirstRunTokenRow, "x")
        with ThreadPoolExecutor(2) as pool:
            failures = [pool.submit(_hold_while_asking, small).exception() for _ in range(2)]
    assert any(isinstance(failure, PoolExhausted) for failure in failures)
    _read(plain)
    assert small.figures().checked_out == 0


def test_the_figures_count_what_happened(db_manager, row):
    unified = UnifiedSessionManager(db_manager)
    with unified.get_db_session() as db, unified.get_db_session():
        db.add(row("kept"))
        assert db_manager.figures().checked_out == 1
        assert db_manager.figures().longest_hold_seconds > 0
    with pytest.raises(ValueError, match="no"), unified.get_db_session():
        raise ValueError("no")
    figures = db_manager.figures()
    assert (figures.checked_out, figures.scopes_opened, figures.scopes_rolled_back, figures.scopes_leaked) == (
        0,
        2,
        1,
        0,
    )
    assert figures.longest_hold_seconds > 0


def test_a_forked_child_uses_connections_of_its_own_and_leaves_its_parents_alone(db_manager, row, kept):
    unified = UnifiedSessionManager(db_manager)
    with unified.get_db_session() as db:
        db.add(row("before"))
        parents = db.connection().connection.driver_connection
    if os.fork() == 0:
        _in_child(unified, row, parents)
    _, status = os.wait()
    assert os.waitstatus_to_exitcode(status) == 0
    with unified.get_db_session() as db:
        db.add(row("after"))
    assert kept() == {"before", "child", "after"}


def test_a_block_that_was_open_at_a_fork_belongs_to_the_parent(db_manager, row, kept):
    unified = UnifiedSessionManager(db_manager)
    with unified.get_db_session() as db:
        db.add(row("parents"))
        db.flush()
        if os.fork() == 0:
            try:
                db.execute(FirstRunTokenRow.__table__.select())
            except RuntimeError as error:
                os._exit(0 if "another process" in str(error) else 1)
            os._exit(2)
        _, status = os.wait()
        assert os.waitstatus_to_exitcode(status) == 0
    assert kept() == {"parents"}


def _read(plain):
    with plain.session_scope() as db:
        return db.get(FirstRunTokenRow, "x")


def _hold_while_asking(manager):
    plain = RequestSessionManager(manager)
    with plain.session_scope() as db:
        db.get(FirstRunTokenRow, "x")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_read, plain).result()


def _in_child(unified, row, parents):
    code = 1
    try:
        with unified.get_db_session() as db:
            db.add(row("child"))
            code = 2 if db.connection().connection.driver_connection is parents else 0
    finally:
        os._exit(code)
