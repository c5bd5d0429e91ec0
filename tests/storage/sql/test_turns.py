"""Whoever waits longest for a connection gets it first."""

import threading
from concurrent.futures import ThreadPoolExecutor

from storage.sql.turns import Turns


def waiting(turns, count):
    """Wait until so many stand in the queue."""
    reached = threading.Event()
    while len(turns._waiting) < count:
        reached.wait(0.001)


def test_places_are_given_in_the_order_of_asking():
    turns, order = Turns(1), []
    assert turns.take(1)

    def ask(number):
        assert turns.take(10)
        order.append(number)
        turns.give_back()

    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(ask, number)
            waiting(turns, number + 1)
        turns.give_back()
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_a_place_back_does_not_get_it_again_before_those_who_wait():
    turns = Turns(1)
    assert turns.take(1)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(turns.take, 10)
        waiting(turns, 1)
        turns.give_back()
        assert not turns.take(0)
        assert other.result()


def test_who_gave_up_waiting_does_not_hold_up_the_queue():
    turns = Turns(2)
    assert turns.take(0)
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give_back()
    assert turns.take(0)


def test_no_place_is_lost_or_doubled_by_threads_that_give_up_at_the_last_moment():
    turns, inside, most = Turns(2), [], []

    def work(seed):
        for i in range(200):
            if turns.take(0.0001 * ((seed + i) % 3)):
                inside.append(seed)
                most.append(len(inside))
                inside.pop()
                turns.give_back()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert max(most) <= 2
    assert turns.take(0)
    assert turns.take(0)
    assert not turns.take(0)
