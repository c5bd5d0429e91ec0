"""Pools, forks, and databases that go away and come back."""

import os
import signal
import sqlite3
import time
from contextlib import contextmanager

import pytest

from domain.errors import Busy, StorageUnavailable
from storage.sql import SqlSessionStorage
from tests.storage.sql.samples import interview, message


def in_a_child(work):
    """Run `work` in a forked child and return whether it came to its end."""
    child = os.fork()
    if child == 0:
        failed = 1
        signal.alarm(20)
        try:
            work()
            failed = 0
        finally:
            os._exit(failed)
    return os.waitpid(child, 0)[1] == 0


@contextmanager
def everything_in_use(storage):
    """Keep every connection of a storage for a while."""
    held = [(pool, pool.take()) for pool in storage._db.pools for _ in range(pool.size)]
    yield
    for pool, connection in held:
        pool.give_back(connection)


def test_a_full_pool_says_how_many_are_in_use_and_how_long_it_waited(url, opened):
    storage = opened(url, pool_size=2, wait_seconds=0.05)
    storage.prepare()
    pool = storage._db.pools[0]
    held = [pool.take(), pool.take()]
    with pytest.raises(StorageUnavailable, match=r"All 2 connections.* are in use.*within 0\.05 seconds"):
        storage.load("missing")
    for connection in held:
        pool.give_back(connection)
    assert not storage.exists("missing")


def test_a_thousand_operations_leave_no_connection_checked_out(storage):
    session = storage.create(interview())
    for i in range(300):
        storage.append_message(session.session_id, message(f"m{i % 5}"))
        storage.load(session.session_id, messages=2)
        storage.exists("missing")
    assert {pool.in_use for pool in storage._db.pools} == {0}


def test_parent_and_forked_child_both_go_on(storage):
    session = storage.create(interview())

    def work():
        for i in range(50):
            storage.append_message(session.session_id, message(f"child-{i}"))
            assert storage.load(session.session_id).session_id == session.session_id

    assert in_a_child(work)
    storage.append_message(session.session_id, message("parent"))
    assert storage.load(session.session_id).message_count == 51


def test_a_child_forked_while_every_connection_is_in_use_has_its_own(url, opened):
    storage = opened(url, pool_size=1, wait_seconds=0.2)
    storage.prepare()
    session = storage.create(interview())
    with everything_in_use(storage):
        assert in_a_child(lambda: storage.append_message(session.session_id, message("child")))
    assert storage.load(session.session_id).message_count == 1


def test_a_fork_that_kept_the_connections_of_the_parent_would_be_noticed(url, opened, monkeypatch):
    storage = opened(url, pool_size=1, wait_seconds=0.2)
    storage.prepare()
    monkeypatch.setattr(storage._db, "forget_inherited", lambda: None)
    with everything_in_use(storage):
        assert not in_a_child(lambda: storage.create(interview()))


def test_a_file_that_somebody_else_keeps_locked_is_busy_and_then_free(tmp_path, opened):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite", wait_seconds=0.05)
    storage.prepare()
    other = sqlite3.connect(f"{tmp_path}/sessions.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        storage.create(interview())
    other.execute("ROLLBACK")
    other.close()
    assert storage.create(interview()).revision == 1


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path, opened):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite")
    storage.prepare()
    session = storage.create(interview())
    writer = storage._db.pools[1].take()
    (pages,) = writer.driver_connection.execute("PRAGMA page_count").fetchone()
    writer.driver_connection.execute(f"PRAGMA max_page_count={pages}")
    storage._db.pools[1].give_back(writer)
    with pytest.raises(StorageUnavailable) as refused:
        storage.append_message(session.session_id, message("m1", "x" * 90_000))
    assert "full" in refused.value.facts["reason"]
    assert storage.load(session.session_id) == session
    assert storage.append_message(session.session_id, message("m1", "x" * 90_000)).n == 1


def test_a_file_that_is_no_database_is_unavailable(tmp_path, opened):
    (tmp_path / "sessions.sqlite").write_text("this is not a database, it is a letter to the operator" * 100)
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite", wait_seconds=0.05)
    with pytest.raises(StorageUnavailable) as refused:
        storage.load("anything")
    assert "not a database" in refused.value.facts["reason"]
    assert str(tmp_path) not in refused.value.message  # the users of the API are not told where it lies


def test_pinging_a_place_that_was_never_prepared_is_refused(url, opened):
    with pytest.raises(StorageUnavailable):
        opened(url).ping()


def test_pinging_is_answered_and_reading_goes_on(storage):
    storage.ping()
    storage.ping()
    assert not storage.exists("nobody")


@pytest.mark.postgresql
def test_a_stopped_server_is_unavailable_and_works_again_once_it_is_back(postgresql_of_its_own, opened):
    storage = opened(postgresql_of_its_own.fresh_database())
    storage.prepare()
    session = storage.create(interview())
    postgresql_of_its_own.stop()
    for call in (
        storage.ping,
        lambda: storage.load(session.session_id),
        lambda: storage.create(interview()),
        lambda: storage.append_message(session.session_id, message("m1")),
        lambda: storage.transition(session.session_id, "paused", by="u1"),
        lambda: storage.update_fields(session.session_id, {"title": "New"}, kind="interview"),
        lambda: storage.delete(session.session_id),
        storage.prepare,
    ):
        with pytest.raises(StorageUnavailable):
            call()
    postgresql_of_its_own.start()
    assert storage.append_message(session.session_id, message("m1")).n == 1
    assert storage.load(session.session_id).message_count == 1
    storage.ping()


@pytest.mark.postgresql
def test_a_restart_between_two_operations_is_not_noticed(postgresql_of_its_own, opened):
    storage = opened(postgresql_of_its_own.fresh_database())
    storage.prepare()
    session = storage.create(interview())
    for work in (
        lambda: storage.load(session.session_id, messages=None),
        lambda: storage.append_message(session.session_id, message("m1")),
        lambda: storage.update_fields(session.session_id, {"title": "New"}, kind="interview"),
        lambda: storage.transition(session.session_id, "paused", by="u1"),
        lambda: storage.create(interview()),
    ):
        postgresql_of_its_own.stop()
        postgresql_of_its_own.start()
        work()
    after = storage.load(session.session_id)
    assert (after.revision, after.message_count, after.status, after.title) == (3, 1, "paused", "New")


@pytest.mark.postgresql
def test_a_server_that_hangs_fails_the_ping_within_about_a_second(postgresql_of_its_own, opened):
    storage = opened(postgresql_of_its_own.fresh_database())
    storage.prepare()
    with postgresql_of_its_own.frozen():
        began = time.monotonic()
        with pytest.raises(StorageUnavailable, match="does not answer within 1 second"):
            storage.ping()
        with pytest.raises(StorageUnavailable, match="has not answered the ping before"):
            storage.ping()
        assert time.monotonic() - began < 3
    storage._db._ping._asking.acquire(timeout=30)
    storage._db._ping._asking.release()
    storage.ping()


def test_a_storage_may_be_closed_twice(url):
    storage = SqlSessionStorage(url)
    storage.prepare()
    storage.close()
    storage.close()
    assert all(not pool._idle for pool in storage._db.pools)


def interrupt_a_transaction(storage):
    """As somebody at the keyboard would, between two statements."""
    with storage._db._connection() as connection:
        connection.execute("BEGIN")
        raise KeyboardInterrupt


@pytest.mark.postgresql
def test_a_connection_that_was_interrupted_in_a_transaction_is_not_given_to_the_next(postgresql_server, opened):
    storage = opened(postgresql_server.fresh_database(), pool_size=1)
    storage.prepare()
    with pytest.raises(KeyboardInterrupt):
        interrupt_a_transaction(storage)
    session = storage.create(interview())
    assert storage.load(session.session_id) == session
    assert opened(storage._db.engines[0].url.render_as_string()).exists(session.session_id)
