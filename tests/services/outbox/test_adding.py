"""An effect is written down with the change that wants it, once, and wakes somebody afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import InvalidRequestError

from database.unit import a_write_is_open
from domain.errors import Invalid
from services.outbox import Effect, Outbox
from services.ports import Queue


def test_what_is_kept_is_written_down_and_wakes_a_worker_of_its_queue(add, rows, wake_ups):
    outbox_id = add(7, user_id="u1", queue=Queue.HIGH)
    row = rows()[outbox_id]
    assert (row.kind, row.payload, row.user_id, row.queue, row.state) == ("note", {"n": 7}, "u1", "high", "waiting")
    assert wake_ups.calls == [("empty_outbox", "high", {"priority": "high"})]


def test_what_is_rolled_back_never_was(outbox, unified, rows, wake_ups):
    def fails():
        with unified.get_db_session() as db:
            outbox.add(db, Effect(kind="note", payload={}))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert rows() == {}
    assert wake_ups.calls == []


def test_nobody_is_woken_before_the_commit(unified, clock, rows):
    seen = []

    class Looks:
        def enqueue(self, *_, **__):
            seen.append((a_write_is_open(), len(rows())))

    with unified.get_db_session() as db:
        Outbox(unified, Looks(), clock).add(db, Effect(kind="note", payload={}))
        assert seen == []
    assert seen == [(False, 1)]


def test_what_is_due_later_wakes_nobody_now(add, wake_ups, rows, clock):
    outbox_id = add(due_in=60)
    assert wake_ups.calls == []
    assert (rows()[outbox_id].due_at - clock()).total_seconds() == 60


def test_a_key_is_good_for_one_row_ever(add, rows, wake_ups, make_delivery):
    first = add(1, key="welcome:u1")
    assert add(2, key="welcome:u1") == first
    assert make_delivery().empty(Queue.DEFAULT) is False
    assert add(3, key="welcome:u1") == first
    assert [row.payload for row in rows().values()] == [{"n": 1}]
    assert len(wake_ups.calls) == 1


def test_of_many_who_add_the_same_key_at_once_one_writes_and_all_get_its_id(add, rows):
    together = threading.Barrier(8)

    def race(n):
        together.wait()
        return add(n, key="once")

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(race, range(8)))
    assert len(ids) == 1
    assert set(rows()) == ids


def test_an_effect_outside_of_a_block_is_refused(outbox, unified):
    with unified.get_db_session() as db:
        pass
    with pytest.raises(InvalidRequestError):
        outbox.add(db, Effect(kind="note", payload={}))


@pytest.mark.parametrize(
    ("payload", "named"),
    [({"when": object()}, "payload.when"), ({"text": "x" * 70_000}, "payload"), ({"a.b": 1}, "payload key")],
)
def test_a_payload_that_is_no_plain_json_or_too_large_is_refused(outbox, unified, rows, payload, named):
    with pytest.raises(Invalid, match=named), unified.get_db_session() as db:
        outbox.add(db, Effect(kind="note", payload=payload))
    assert rows() == {}
