"""What the bus over Redis does when processes, and interruptions, come in."""

import os
import threading
import time

import pytest
import redis

from providers.events import redis_streams, stream_reader
from providers.events.redis_streams import RedisEventBus
from providers.events.stream_reader import STREAM
from tests.waiting import until

SOON = 10.0


@pytest.fixture
def buses(redis_url):
    two = RedisEventBus(redis_url), RedisEventBus(redis_url)
    yield two
    for bus in two:
        bus.close()


@pytest.fixture
def server(redis_server_of_its_own):
    return redis_server_of_its_own


@pytest.fixture
def lonely_bus(server):
    bus = RedisEventBus(server.url)
    yield bus
    bus.close()


def readers():
    return [thread for thread in threading.enumerate() if thread.name == "events-reader"]


def test_an_event_published_by_one_process_reaches_the_others(buses):
    ours, theirs = buses
    with theirs.subscribe("session:a") as subscription:
        ours.publish("session:a")
        assert subscription.wait(SOON) is True


def test_nobody_listening_means_no_reader_and_a_thousand_listeners_mean_one(redis_url):
    before = len(readers())
    bus = RedisEventBus(redis_url)
    bus.publish("session:a")
    assert len(readers()) == before
    subscriptions = [bus.subscribe(f"session:{n}") for n in range(1000)]
    assert len(readers()) == before + 1
    for subscription in subscriptions:
        subscription.close()
    bus.close()
    assert len(readers()) == before


def test_the_stream_stays_bounded(redis_url, monkeypatch):
    monkeypatch.setattr(redis_streams, "STREAM_LENGTH", 100)
    bus = RedisEventBus(redis_url)
    for _ in range(1_000):
        bus.publish("session:a")
    bus.close()
    with redis.Redis.from_url(redis_url) as client:
        assert client.xlen(STREAM) < 300


def test_reads_that_bring_nothing_are_no_interruption_and_no_time_out_of_the_client_ends_them(redis_url, monkeypatch):
    monkeypatch.setattr(stream_reader, "BLOCK_MILLISECONDS", 50)
    bus = RedisEventBus(redis_url)
    with bus.subscribe("session:a") as subscription:
        assert subscription.wait(0.5) is False
        bus.publish("session:a")
        assert subscription.wait(SOON) is True
    assert bus._here().reader._client.connection_pool.connection_kwargs["socket_timeout"] is None
    bus.close()


def test_events_are_read_on_after_redis_was_killed_and_came_back(server, lonely_bus):
    with lonely_bus.subscribe("session:a") as subscription:
        server.stop()
        assert until(lambda: not lonely_bus.healthy(), seconds=SOON)
        server.start()
        assert until(lonely_bus.healthy, seconds=SOON)
        subscription.wait(0)
        writer = RedisEventBus(server.url)
        writer.publish("session:a")
        assert subscription.wait(SOON) is True
        writer.close()


def test_whoever_waited_through_an_interruption_is_woken_once_to_look_for_themselves(server, lonely_bus):
    with lonely_bus.subscribe("session:a") as subscription:
        server.stop()
        assert until(lambda: not lonely_bus.healthy(), seconds=SOON)
        server.start()
        assert subscription.wait(SOON) is True


def test_a_stream_that_was_emptied_is_read_from_its_new_end(server, lonely_bus):
    with redis.Redis.from_url(server.url) as client, lonely_bus.subscribe("session:a") as subscription:
        client.xadd(STREAM, {"topic": "session:a"}, id=f"{int(time.time() * 1000) + 10_000_000}-0")
        assert until(lambda: subscription.wait(0.1), seconds=SOON)
        server.stop()
        assert until(lambda: not lonely_bus.healthy(), seconds=SOON)
        server.start()
        client.flushall()
        assert until(lonely_bus.healthy, seconds=SOON)
        subscription.wait(0)
        lonely_bus.publish("session:a")
        assert until(lambda: subscription.wait(0.1) or lonely_bus.publish("session:a"), seconds=SOON)


def test_while_redis_is_away_publishing_is_quick_and_still_wakes_our_own_process(server, lonely_bus):
    server.stop()
    assert lonely_bus.healthy() is False
    with lonely_bus.subscribe("session:a") as subscription:
        started = time.monotonic()
        for _ in range(100):
            lonely_bus.publish("session:a")
        assert time.monotonic() - started < 2
        assert subscription.wait(0) is True


def test_a_forked_child_gets_a_reader_and_connections_of_its_own(redis_url):
    bus = RedisEventBus(redis_url)
    parents_subscription = bus.subscribe("session:a")
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        with bus.subscribe("session:b") as subscription:
            os.write(write_end, b"r")
            os.write(write_end, b"1" if subscription.wait(SOON) else b"0")
        os._exit(0)
    assert os.read(read_end, 1) == b"r"
    bus.publish("session:b")
    assert os.read(read_end, 1) == b"1"
    os.waitpid(child, 0)
    bus.publish("session:a")
    assert parents_subscription.wait(SOON) is True
    bus.close()
