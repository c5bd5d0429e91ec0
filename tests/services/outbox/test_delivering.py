"""What is due is delivered by one, tried again with pauses, and given up as a dead letter that can be read."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import Conflict, NotFound, ProviderDown
from services.outbox import Delivery, NotDeliverable
from services.outbox.delivery import LEASE_SECONDS, PAUSES
from services.outbox.effects import OutboxState
from services.ports import Queue
from tests.services.outbox.conftest import LEASE_SECONDS as LEASE


def fails_with(error):
    def handle(_claimed):
        raise error

    return handle


def test_everything_due_is_delivered_once_oldest_first_and_the_rest_waits(add, make_delivery, delivered, clock):
    add(1)
    clock.pass_seconds(1)
    add(2)
    add(3, due_in=60)
    add(4, queue=Queue.LOW)
    assert make_delivery().empty(Queue.DEFAULT) is False
    assert delivered == [1, 2]
    clock.pass_seconds(60)
    assert make_delivery().empty(Queue.DEFAULT) is False
    assert delivered == [1, 2, 3]


def test_a_handler_learns_whose_turn_it_is(add, make_delivery, clock):
    seen = []
    written = clock()
    outbox_id = add(5, user_id="u1")
    clock.pass_seconds(30)
    make_delivery(seen.append).empty(Queue.DEFAULT)
    (claimed,) = seen
    assert (claimed.outbox_id, claimed.kind, claimed.payload) == (outbox_id, "note", {"n": 5})
    assert (claimed.user_id, claimed.attempt, claimed.created_at) == ("u1", 1, written)


def test_threads_that_deliver_at_once_share_the_rows_and_none_is_delivered_twice(add, make_delivery, delivered):
    for n in range(60):
        add(n)
    together = threading.Barrier(6)

    def deliver(_):
        together.wait()
        return make_delivery().empty(Queue.DEFAULT)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(deliver, range(6)))
    assert sorted(delivered) == list(range(60))


def test_a_bound_of_rows_or_seconds_ends_it_and_says_that_something_may_be_left(add, make_delivery, delivered):
    for n in range(3):
        add(n)
    delivery = make_delivery()
    assert delivery.empty(Queue.DEFAULT, seconds=0) is True
    assert delivery.empty(Queue.DEFAULT, rows=2) is True
    assert len(delivered) == 2
    assert delivery.empty(Queue.DEFAULT, stopping=lambda: True) is True
    assert delivery.empty(Queue.DEFAULT) is False
    assert len(delivered) == 3


# --- what fails ------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_after_longer_and_longer_pauses_and_then_given_up(add, make_delivery, rows, clock):
    outbox_id = add()
    delivery = make_delivery(fails_with(ProviderDown("The mail server does not answer.")))
    for pause in (10, 100, 1000):
        assert delivery.deliver_next(Queue.DEFAULT) is True
        assert (rows()[outbox_id].due_at - clock()).total_seconds() == pause
        clock.pass_seconds(pause - 1)
        assert delivery.deliver_next(Queue.DEFAULT) is False
        clock.pass_seconds(1)
    assert rows()[outbox_id].state == "waiting"
    assert delivery.deliver_next(Queue.DEFAULT) is True
    row = rows()[outbox_id]
    assert (row.state, row.attempts, row.last_error) == ("dead", 4, "The mail server does not answer.")
    clock.pass_seconds(10**6)
    assert delivery.deliver_next(Queue.DEFAULT) is False


def test_the_pauses_of_the_product_add_up_to_about_two_days():
    assert 46 <= sum(PAUSES) / 3600 <= 50
    assert list(PAUSES) == sorted(PAUSES)


def test_what_cannot_be_delivered_is_a_dead_letter_at_once(add, make_delivery, rows):
    outbox_id = add()
    make_delivery(fails_with(NotDeliverable("Nobody has this address."))).empty(Queue.DEFAULT)
    row = rows()[outbox_id]
    assert (row.state, row.attempts, row.last_error) == ("dead", 1, "Nobody has this address.")


def test_one_row_that_fails_holds_no_other_up(add, make_delivery, delivered):
    def handle(claimed):
        if claimed.payload["n"] == 1:
            raise RuntimeError
        delivered.append(claimed.payload["n"])

    for n in range(3):
        add(n)
    assert make_delivery(handle).empty(Queue.DEFAULT) is False
    assert sorted(delivered) == [0, 2]


def test_a_fault_is_kept_by_name_and_place_and_never_with_its_words(add, make_delivery, rows):
    outbox_id = add()
    make_delivery(fails_with(RuntimeError("https://example.org/reset/s3cret"))).empty(Queue.DEFAULT)
    assert rows()[outbox_id].last_error.startswith("RuntimeError in test_delivering.py:")


def test_a_kind_that_nobody_handles_waits_for_a_release_that_does(add, unified, clock, rows):
    outbox_id = add()
    Delivery(unified, {}, clock).empty(Queue.DEFAULT)
    assert (rows()[outbox_id].state, rows()[outbox_id].attempts) == ("waiting", 1)


# --- leases ----------------------------------------------------------------------------------------------------------


class Died(BaseException):
    """Stands for the end of the process: nobody writes anything down after it."""


def test_what_a_dead_worker_had_in_hand_is_delivered_once_its_lease_is_over(add, make_delivery, delivered, clock):
    add(1)
    with pytest.raises(Died):
        make_delivery(fails_with(Died())).empty(Queue.DEFAULT)
    clock.pass_seconds(LEASE - 1)
    assert make_delivery().deliver_next(Queue.DEFAULT) is False
    clock.pass_seconds(1)
    assert make_delivery().deliver_next(Queue.DEFAULT) is True
    assert delivered == [1]


def test_a_row_that_ends_whoever_takes_it_is_a_dead_letter_in_the_end(add, make_delivery, rows, clock):
    outbox_id = add()
    for _ in range(4):
        with pytest.raises(Died):
            make_delivery(fails_with(Died())).empty(Queue.DEFAULT)
        clock.pass_seconds(LEASE)
    make_delivery(fails_with(Died())).empty(Queue.DEFAULT)
    assert rows()[outbox_id].state == "dead"
    assert "4 attempts" in rows()[outbox_id].last_error


@pytest.mark.parametrize("outcome", [None, RuntimeError(), NotDeliverable("no")])
def test_who_has_lost_the_lease_changes_nothing_any_more(add, make_delivery, rows, clock, outcome):
    outbox_id = add()

    def takes_too_long(_claimed):
        clock.pass_seconds(LEASE)
        make_delivery(fails_with(ProviderDown("Away."))).empty(Queue.DEFAULT)
        if outcome:
            raise outcome

    make_delivery(takes_too_long).deliver_next(Queue.DEFAULT)
    row = rows()[outbox_id]
    assert (row.state, row.attempts, row.last_error) == ("waiting", 2, "Away.")


def test_a_handler_that_extends_its_lease_keeps_the_row(add, make_delivery, delivered, rows, clock):
    outbox_id = add(1)

    def long(claimed):
        for _ in range(5):
            clock.pass_seconds(LEASE - 1)
            claimed.extend()
            assert make_delivery().deliver_next(Queue.DEFAULT) is False
        delivered.append("long")

    make_delivery(long).empty(Queue.DEFAULT)
    assert (delivered, rows()[outbox_id].state) == (["long"], "done")


def test_who_extends_too_late_is_told_and_leaves_the_row_to_the_other(add, make_delivery, delivered, rows, clock):
    outbox_id = add(1)

    def late(claimed):
        clock.pass_seconds(LEASE)
        make_delivery().empty(Queue.DEFAULT)
        claimed.extend()
        delivered.append("late")

    make_delivery(late).empty(Queue.DEFAULT)
    assert (delivered, rows()[outbox_id].state, rows()[outbox_id].attempts) == ([1], "done", 2)


def test_the_lease_of_the_product_is_minutes():
    assert 60 <= LEASE_SECONDS <= 600


# --- the operator ----------------------------------------------------------------------------------------------------


@pytest.fixture
def dead(add, make_delivery):
    outbox_id = add(1)
    make_delivery(fails_with(NotDeliverable("no"))).empty(Queue.DEFAULT)
    return outbox_id


def test_dead_letters_can_be_read_and_tried_again(dead, records, make_delivery, delivered, wake_ups):
    (record,) = records.list_rows(OutboxState.DEAD)
    assert (record.outbox_id, record.payload, record.last_error) == (dead, {"n": 1}, "no")
    wake_ups.calls.clear()
    assert [each.outbox_id for each in records.retry_dead()] == [dead]
    assert wake_ups.queues == ["default"]
    assert (records.load(dead).state, records.load(dead).attempts) == ("waiting", 0)
    make_delivery().empty(Queue.DEFAULT)
    assert delivered == [1]
    assert records.load(dead).state == "done"


def test_a_dead_letter_that_is_dropped_never_happens(dead, records, make_delivery, delivered):
    assert records.drop(dead).state == "done"
    make_delivery().empty(Queue.DEFAULT)
    assert delivered == []


def test_what_waits_for_its_next_attempt_can_be_tried_at_once(add, records, make_delivery, delivered):
    outbox_id = add(1)
    make_delivery(fails_with(RuntimeError())).empty(Queue.DEFAULT)
    records.retry(outbox_id)
    make_delivery().empty(Queue.DEFAULT)
    assert delivered == [1]


def test_what_is_done_in_hand_or_unknown_cannot_be_tried_again(add, records, make_delivery, delivered):
    refused = []

    def handle(claimed):
        with pytest.raises(Conflict) as conflict:
            records.retry(claimed.outbox_id)
        refused.append(conflict.value)

    outbox_id = add(1)
    make_delivery(handle).empty(Queue.DEFAULT)
    assert len(refused) == 1
    with pytest.raises(Conflict, match="done"):
        records.retry(outbox_id)
    with pytest.raises(NotFound):
        records.load("nothing")
