"""What every event bus promises."""

import threading
import time

import pytest

from domain.errors import Invalid
from providers.events.registry import EVENT_BUSES

SOON = 5.0
"""Longer than any wake-up takes; a test that waits so long has failed."""


def test_an_event_wakes_whoever_listens_to_its_topic(bus):
    with bus.subscribe("session:a") as subscription:
        bus.publish("session:a")
        assert subscription.wait(SOON) is True


def test_an_event_of_another_topic_wakes_nobody(bus):
    with bus.subscribe("session:a") as subscription, bus.subscribe("session:b") as other:
        bus.publish("session:b")
        assert other.wait(SOON) is True
        assert subscription.wait(0) is False


def test_what_happened_before_the_subscription_is_not_told(bus):
    bus.publish("session:a")
    with bus.subscribe("marker") as marker, bus.subscribe("session:a") as subscription:
        bus.publish("marker")
        assert marker.wait(SOON) is True
        assert subscription.wait(0) is False


def test_everybody_who_listens_is_woken(bus):
    subscriptions = [bus.subscribe("session:a") for _ in range(50)]
    bus.publish("session:a")
    assert all(subscription.wait(SOON) for subscription in subscriptions)


def test_a_wait_runs_out_when_nothing_happens(bus):
    with bus.subscribe("session:a") as subscription:
        started = time.monotonic()
        assert subscription.wait(0.05) is False
        assert time.monotonic() - started < SOON


def test_an_event_between_two_waits_is_not_lost(bus):
    with bus.subscribe("session:a") as subscription:
        for _ in range(20):
            bus.publish("session:a")
            assert subscription.wait(SOON) is True


def test_a_closed_subscription_is_forgotten_and_closing_twice_is_fine(bus):
    subscription = bus.subscribe("session:a")
    subscription.close()
    subscription.close()
    bus.publish("session:a")
    assert subscription.wait(0) is False


def test_drain_ends_the_waits_that_are_open_and_all_later_ones(bus):
    answers = []
    subscription = bus.subscribe("session:a")
    waiting = threading.Thread(target=lambda: answers.append(subscription.wait(60)))
    waiting.start()
    bus.drain()
    bus.drain()
    waiting.join(SOON)
    assert answers == [False]
    assert bus.draining is True
    with bus.subscribe("session:b") as later:
        assert later.wait(60) is False


def test_a_bus_at_work_is_healthy_and_not_draining(bus):
    assert bus.healthy() is True
    with bus.subscribe("session:a"):
        assert bus.healthy() is True
    assert bus.draining is False


def test_an_unknown_bus_is_refused_with_the_known_names():
    with pytest.raises(Invalid, match="redis, memory"):
        EVENT_BUSES.find("carrier-pigeon")
