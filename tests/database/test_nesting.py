"""The seven rules of nesting, on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import DetachedInstanceError
from structlog.testing import capture_logs

from database.errors import DoomedTransaction, NoOpenBlock, PendingWrites, WrongThread, YieldInsideBlock
from database.tables import FirstRunTokenRow
from database.unit import a_write_is_open
from domain.actor import Actor


@pytest.fixture
def opens(unified, plain):
    """Opens a block of the named kind."""
    return {"unified": unified.get_db_session, "plain": plain.session_scope}


def fail(message):
    raise ValueError(message)


# --- joining -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outer", ["unified", "plain"])
@pytest.mark.parametrize("inner", ["unified", "plain"])
def test_a_nested_block_of_either_kind_joins_the_outer_one(opens, row, kept, outer, inner):
    with opens[outer]() as db:
        with opens[inner]() as joined:
            assert joined is db
            joined.add(row("inner"))
        db.add(row("outer"))
        assert db.in_transaction()
    assert kept() == {"inner", "outer"}


def test_nothing_of_a_joined_block_is_committed_before_the_outermost_ends(unified, row, database_url):
    from database.manager import DatabaseManager

    other = DatabaseManager(database_url)
    with unified.get_db_session():
        with unified.get_db_session() as db:
            db.add(row("inner"))
        with other.engine.connect() as elsewhere:
            assert elsewhere.execute(select(FirstRunTokenRow)).all() == []
    with other.engine.connect() as elsewhere:
        assert len(elsewhere.execute(select(FirstRunTokenRow)).all()) == 1
    other.close()


# --- 1: a joined block that fails dooms the unit ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["unified", "plain"])
def test_a_joined_failure_that_is_caught_still_dooms_the_unit(opens, row, kept, kind):
    failure = ValueError("inside")
    with pytest.raises(DoomedTransaction) as doomed, opens[kind]() as db:  # noqa: PT012  # what is caught inside is the point
        db.add(row("outer"))
        try:
            with opens[kind]() as joined:
                joined.add(row("inner"))
                raise failure
        except ValueError:
            db.add(row("after"))
    assert doomed.value.__cause__ is failure
    assert kept() == set()


def test_a_joined_failure_that_nobody_catches_comes_out_as_it_is(unified, row, kept):
    with pytest.raises(ValueError, match="inside"), unified.get_db_session() as db:  # noqa: PT012
        db.add(row("outer"))
        with unified.get_db_session():
            raise ValueError("inside")
    assert kept() == set()


def test_a_failure_two_blocks_down_dooms_as_well(unified, plain, row, kept):
    with pytest.raises(DoomedTransaction), unified.get_db_session() as db:  # noqa: PT012
        db.add(row("outer"))
        with plain.session_scope():
            try:
                with unified.get_db_session():
                    fail("deep")
            except ValueError:
                pass
    assert kept() == set()


def test_a_failed_flush_that_is_caught_is_not_committed_in_silence(unified, row, kept):
    with unified.get_db_session() as db:
        db.add(row("there"))
    with pytest.raises(DoomedTransaction), unified.get_db_session() as db:  # noqa: PT012
        db.add(row("new"))
        db.flush()
        db.add(row("there"))
        with pytest.raises(IntegrityError):
            db.flush()
    assert kept() == {"there"}


def test_a_failed_statement_that_is_caught_never_loses_the_others_in_silence(unified, row, kept, db_manager):
    insert = text("INSERT INTO first_run_tokens (token_hash, created_at) VALUES ('same', '2026-01-01')")

    def write_twice():
        with unified.get_db_session() as db:
            db.execute(insert)
            with pytest.raises(IntegrityError):
                db.execute(insert)

    if db_manager.engine.dialect.name == "sqlite":
        write_twice()
        assert kept() == {"same"}
    else:
        with pytest.raises(DoomedTransaction):
            write_twice()
        assert kept() == set()


# --- 2: a savepoint recovers -----------------------------------------------------------------------------------------


def test_a_savepoint_that_fails_is_undone_alone_and_drops_its_callbacks(unified, row, kept):
    called = []
    with unified.get_db_session() as db:
        db.add(row("before"))
        unified.after_commit(lambda: called.append("outer"))
        with pytest.raises(ValueError, match="inside"), unified.get_db_session(savepoint=True) as part:  # noqa: PT012
            part.add(row("part"))
            unified.after_commit(lambda: called.append("part"))
            raise ValueError("inside")
        db.add(row("after"))
    assert kept() == {"before", "after"}
    assert called == ["outer"]


def test_a_savepoint_that_succeeds_is_kept_with_its_callbacks(unified, row, kept):
    called = []
    with unified.get_db_session(), unified.get_db_session(savepoint=True) as part:
        part.add(row("part"))
        unified.after_commit(lambda: called.append("part"))
    assert kept() == {"part"}
    assert called == ["part"]


def test_a_failure_joined_to_a_savepoint_dooms_only_the_savepoint(unified, row, kept):
    with unified.get_db_session() as db:
        db.add(row("outer"))
        with pytest.raises(DoomedTransaction), unified.get_db_session(savepoint=True) as part:  # noqa: PT012
            part.add(row("part"))
            try:
                with unified.get_db_session():
                    fail("inside")
            except ValueError:
                pass
    assert kept() == {"outer"}


def test_a_savepoint_recovers_from_a_statement_that_the_database_refused(unified, row, kept):
    with unified.get_db_session() as db:
        db.add(row("same"))
        db.flush()
        with pytest.raises(IntegrityError), unified.get_db_session(savepoint=True) as part:
            part.execute(text("INSERT INTO first_run_tokens VALUES ('same', '2026-01-01')"))
        db.add(row("after"))
    assert kept() == {"same", "after"}


def test_a_savepoint_whose_own_end_is_refused_is_undone_alone(unified, row, kept):
    called = []
    with unified.get_db_session() as db:
        db.add(row("same"))
    with unified.get_db_session() as db:
        with pytest.raises(IntegrityError), unified.get_db_session(savepoint=True) as part:  # noqa: PT012
            part.add(row("same"))
            unified.after_commit(lambda: called.append("part"))
        db.add(row("after"))
    assert kept() == {"same", "after"}
    assert called == []


def test_an_outermost_savepoint_is_an_ordinary_block(unified, row, kept):
    with unified.get_db_session(savepoint=True) as db:
        db.add(row("kept"))
    assert kept() == {"kept"}


# --- 3: a write with an actor inside a plain scope -------------------------------------------------------------------


@pytest.mark.parametrize("written", ["added", "flushed", "statement", "changed", "deleted"])
def test_a_unified_block_inside_a_plain_scope_that_has_written_raises(unified, plain, row, kept, written):
    with unified.get_db_session() as db:
        db.add(row("there"))
    with plain.session_scope() as db:
        there = db.get(FirstRunTokenRow, "there")
        if written in ("added", "flushed"):
            db.add(row("new"))
        if written == "flushed":
            db.flush()
        if written == "statement":
            db.execute(update(FirstRunTokenRow).values(token_hash="renamed"))
        if written == "changed":
            there.token_hash = "renamed"
        if written == "deleted":
            db.delete(there)
        with pytest.raises(PendingWrites, match=r"test_nesting\.py:\d+"), unified.get_db_session():
            pass
    assert (
        kept()
        == {
            "added": {"there", "new"},
            "flushed": {"there", "new"},
            "statement": {"renamed"},
            "changed": {"renamed"},
            "deleted": set(),
        }[written]
    )


def test_a_unified_block_inside_a_plain_scope_that_has_read_sees_what_others_wrote_since(unified, plain, row, kept):
    with unified.get_db_session() as db:
        db.add(row("there"))

    def rename():
        with unified.get_db_session() as db:
            db.execute(update(FirstRunTokenRow).values(created_at=row("x").created_at.replace(year=2030)))

    with plain.session_scope() as outer:
        there = outer.get(FirstRunTokenRow, "there")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(rename).result()
        with unified.get_db_session() as db:
            assert there.created_at.year == 2030
            db.add(row("new"))
    assert there.created_at.year == 2030
    assert kept() == {"there", "new"}


def test_a_plain_scope_inside_a_unified_block_may_write(unified, plain, row, kept):
    with unified.get_db_session() as db:
        db.add(row("outer"))
        with plain.session_scope() as joined:
            joined.add(row("inner"))
    assert kept() == {"outer", "inner"}


# --- 4: after_commit -------------------------------------------------------------------------------------------------


def test_after_commit_runs_once_when_the_connection_is_back_and_the_rows_are_there(
    unified, plain, row, kept, db_manager
):
    seen = []
    with unified.get_db_session(), plain.session_scope() as db:
        db.add(row("kept"))
        unified.after_commit(lambda: seen.append((db_manager.figures().checked_out, kept())))
        plain.after_commit(lambda: seen.append("plain"))
        assert seen == []
    assert seen == [(0, {"kept"}), "plain"]
    with unified.get_db_session():
        pass
    assert len(seen) == 2


def test_after_commit_never_runs_after_a_rollback(unified):
    called = []
    with pytest.raises(ValueError, match="no"), unified.get_db_session():  # noqa: PT012
        unified.after_commit(lambda: called.append(1))
        raise ValueError("no")
    with unified.get_db_session():
        pass
    assert called == []


def test_after_commit_never_runs_when_the_commit_itself_fails(unified, row):
    called = []
    with unified.get_db_session() as db:
        db.add(row("there"))
    with pytest.raises(IntegrityError), unified.get_db_session() as db:  # noqa: PT012
        db.add(row("there"))
        unified.after_commit(lambda: called.append(1))
    assert called == []


def test_a_call_after_the_commit_that_fails_is_logged_and_stops_neither_the_next_nor_the_caller(unified, row, kept):
    called = []

    def broken():
        raise RuntimeError("nobody is awake")

    with capture_logs() as logs, unified.get_db_session() as db:
        db.add(row("kept"))
        unified.after_commit(broken)
        unified.after_commit(lambda: called.append(1))
    assert called == [1]
    assert kept() == {"kept"}
    assert [line["event"] for line in logs] == ["after_commit_call_failed"]


def test_a_call_after_the_commit_may_open_blocks_and_ask_for_calls_of_its_own(unified, row, kept):
    called = []

    def follow():
        with unified.get_db_session() as db:
            db.add(row("followed"))
            unified.after_commit(lambda: called.append("second"))

    with unified.get_db_session():
        unified.after_commit(follow)
    assert kept() == {"followed"}
    assert called == ["second"]


def test_after_commit_outside_of_a_block_raises(unified, plain):
    for manager in (unified, plain):
        with pytest.raises(NoOpenBlock):
            manager.after_commit(print)


# --- 5: a unit knows its thread --------------------------------------------------------------------------------------


def test_another_thread_cannot_use_a_unit_that_a_copied_context_hands_it(unified, plain, row, kept):
    def write():
        with unified.get_db_session() as db:
            db.add(row("foreign"))

    with plain.session_scope() as db:
        context = copy_context()
        with ThreadPoolExecutor(1) as pool, pytest.raises(WrongThread, match=r"test_nesting\.py:\d+"):
            pool.submit(context.run, write).result()
        with ThreadPoolExecutor(1) as pool, pytest.raises(WrongThread):
            pool.submit(context.run, unified.after_commit, print).result()
        assert db.get(FirstRunTokenRow, "foreign") is None
    assert kept() == set()


def test_another_thread_cannot_use_the_session_that_it_was_handed(unified):
    with unified.get_db_session() as db, ThreadPoolExecutor(1) as pool, pytest.raises(WrongThread):
        pool.submit(db.execute, text("SELECT 1")).result()


def test_another_thread_on_its_own_has_a_unit_of_its_own(plain):
    sessions = []

    def read():
        with plain.session_scope() as db:
            sessions.append(db)

    with plain.session_scope() as db:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert sessions[0] is not db


# --- 6: no yield inside a block --------------------------------------------------------------------------------------


def test_a_generator_that_yields_inside_a_block_is_refused_before_anything_begins(unified, plain, db_manager):
    def rows():
        with plain.session_scope() as db:
            yield from db.query(FirstRunTokenRow)

    def answers():
        with unified.get_db_session() as db:
            answer = yield db
            assert answer

    for generator in (rows(), answers()):
        with pytest.raises(YieldInsideBlock, match=r"test_nesting\.py:\d+"):
            next(generator)
    assert db_manager.figures().scopes_opened == 0


def test_a_generator_may_open_a_block_between_its_yields(unified, row, kept):
    def steps():
        for name in ("one", "two"):
            with unified.get_db_session() as db:
                db.add(row(name))
                list(n for n in [1])  # noqa: C400  # a generator inside of the block is its own affair
            yield name

    assert list(steps()) == ["one", "two"]
    assert kept() == {"one", "two"}


# --- 7: what stays readable ------------------------------------------------------------------------------------------


def test_objects_are_readable_after_a_commit(unified, plain, row):
    with unified.get_db_session() as db:
        made = row("kept")
        db.add(made)
    assert made.token_hash == "kept"
    with plain.session_scope() as db:
        read = db.get(FirstRunTokenRow, "kept")
    assert read.created_at.year == 2026


def test_objects_are_not_readable_after_a_rollback(unified, row):
    with unified.get_db_session() as db:
        db.add(row("kept"))
    with pytest.raises(ValueError, match="no"), unified.get_db_session() as db:  # noqa: PT012
        read = db.get(FirstRunTokenRow, "kept")
        raise ValueError("no")
    with pytest.raises(DetachedInstanceError):
        read.created_at  # noqa: B018


def test_a_rollback_leaves_what_an_earlier_block_read_readable(unified, plain, row):
    with unified.get_db_session() as db:
        db.add(row("kept"))
    with plain.session_scope() as db:
        read = db.get(FirstRunTokenRow, "kept")
    with pytest.raises(ValueError, match="no"), unified.get_db_session():
        raise ValueError("no")
    assert read.created_at.year == 2026


# --- whoever waits for another system asks first ---------------------------------------------------------------------


def test_a_write_is_open_exactly_while_a_unified_block_or_what_it_joined_is(unified, plain):
    assert not a_write_is_open()
    with plain.session_scope():
        assert not a_write_is_open()
        with unified.get_db_session(Actor(user_id="u1")):
            assert a_write_is_open()
        assert a_write_is_open(), "the write is committed by the outermost block, so its lock is still held"
    assert not a_write_is_open()
