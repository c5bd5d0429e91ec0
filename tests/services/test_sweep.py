"""The sweep finds what was left lying, clears away what is old, and does no harm however often it runs."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from database.tables import BackgroundJobRow, NoticeRow
from domain.actor import Actor
from providers.events.memory import MemoryEventBus
from services import sweep as sweeping
from services.background_jobs import BackgroundJobs
from services.notifications import NoticeService
from services.notifications.notices import notice
from services.outbox import Delivery, Effect, NotDeliverable
from services.ports import Queue
from services.sweep import Sweep


@pytest.fixture
def jobs(unified, plain, outbox, clock):
    return BackgroundJobs(unified, plain, outbox, {"nothing": lambda _run: None}, clock)


@pytest.fixture
def sweep(unified, plain, wake_ups, jobs, clock):
    return Sweep(unified, plain, wake_ups, jobs, clock)


@pytest.fixture
def notices(unified, plain, clock):
    return NoticeService(unified, plain, MemoryEventBus(), clock)


@pytest.fixture
def deliver(unified, clock, notices, jobs):
    def refuse(_claimed):
        raise NotDeliverable("no")

    handlers = {"note": lambda _claimed: None, "bad": refuse, "notice": notices.handle, "job": jobs.handle}

    def run():
        for queue in Queue:
            Delivery(unified, handlers, clock).empty(queue)

    return run


def note(**fields):
    return Effect(kind="note", payload={"n": 1}, **fields)


def test_queues_with_something_due_are_woken_and_no_others(put, sweep, wake_ups, clock):
    put(note(queue=Queue.HIGH))
    put(note(queue=Queue.LOW, due_at=clock() + timedelta(seconds=60)))
    wake_ups.calls.clear()
    sweep.run()
    assert wake_ups.queues == ["high"]
    clock.pass_seconds(60)
    sweep.run()
    assert wake_ups.queues == ["high", "high", "low"]


def test_what_somebody_has_in_hand_wakes_nobody_until_its_lease_is_over(put, sweep, wake_ups, clock, unified):
    put(note())

    def handle(_claimed):
        wake_ups.calls.clear()
        sweep.run()
        assert wake_ups.queues == []
        clock.pass_seconds(60)
        sweep.run()
        assert wake_ups.queues == ["default"]

    Delivery(unified, {"note": handle}, clock, lease_seconds=60).deliver_next(Queue.DEFAULT)


def test_when_nothing_is_to_be_done_it_only_reads(put, sweep, deliver, db_manager):
    put(note())
    deliver()
    statements = []
    event.listen(db_manager.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    sweep.run()
    sweep.tidy()
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert len(statements) <= 8


def test_rows_that_are_done_go_after_their_time_and_dead_letters_stay(put, sweep, deliver, rows, clock):
    done, dead, keyed = put(note()), put(Effect(kind="bad", payload={})), put(note(key="once", user_id="ada"))
    deliver()
    waiting = put(note(due_at=clock() + timedelta(days=400)))
    clock.moment += sweeping.KEEP_DONE
    sweep.tidy()
    assert set(rows()) == {done, dead, keyed, waiting}
    clock.pass_seconds(1)
    sweep.tidy()
    assert set(rows()) == {dead, keyed, waiting}
    clock.moment += timedelta(days=300)
    sweep.tidy()
    assert set(rows()) == {dead, keyed, waiting}


def test_a_key_outlives_what_stood_beside_it(put, sweep, deliver, rows, clock):
    outbox_id = put(note(key="once", user_id="ada"))
    deliver()
    clock.moment += sweeping.KEEP_DONE + timedelta(days=1)
    sweep.tidy()
    row = rows()[outbox_id]
    assert (row.state, row.payload, row.user_id, row.key) == ("spent", {}, None, "once")
    assert put(note(key="once")) == outbox_id
    deliver()
    assert set(rows()) == {outbox_id}


def test_notices_go_a_while_after_they_were_read_and_unread_ones_much_later(
    put, sweep, deliver, notices, plain, clock, people
):
    people("ada")
    read, unread = put(notice("ada", "read")), put(notice("ada", "unread"))
    deliver()
    notices.dismiss(Actor(user_id="ada"), read)

    def left():
        with plain.session_scope() as db:
            return {row.notice_id for row in db.query(NoticeRow)}

    clock.moment += sweeping.KEEP_READ_NOTICES
    sweep.tidy()
    assert left() == {read, unread}
    clock.pass_seconds(1)
    sweep.tidy()
    assert left() == {unread}
    clock.moment += sweeping.KEEP_NOTICES
    sweep.tidy()
    assert left() == set()


def test_jobs_go_a_while_after_they_ended_and_never_before(sweep, deliver, jobs, unified, plain, clock):
    with unified.get_db_session() as db:
        ended = jobs.start(db, "nothing", "ada", {})
    deliver()
    with unified.get_db_session() as db:
        waiting = jobs.start(db, "nothing", "ada", {})
    clock.moment += sweeping.KEEP_JOBS + timedelta(seconds=1)
    sweep.tidy()
    with plain.session_scope() as db:
        assert {row.job_id for row in db.query(BackgroundJobRow)} == {waiting} != {ended}


def test_much_that_is_old_goes_in_small_steps(put, sweep, deliver, rows, clock, monkeypatch):
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 3)
    for _ in range(10):
        put(note())
    deliver()
    clock.moment += sweeping.KEEP_DONE + timedelta(days=1)
    sweep.tidy()
    assert rows() == {}
