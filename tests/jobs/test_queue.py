"""Wake-ups: listed functions, JSON, one for many, and no wait for a Redis that is away."""

import json
import time
import zlib

import pytest
import redis

from domain.errors import Invalid
from jobs.queue import RqJobQueue
from providers.sparing_redis import SparingRedis
from services.ports import Queue


@pytest.fixture
def jobs(redis_url):
    with SparingRedis.at(redis_url) as client:
        yield RqJobQueue(client)


def waiting(client, queue="default"):
    return client.lrange(f"rq:queue:{queue}", 0, -1)


def test_a_wake_up_is_json_in_the_queue_of_its_priority(jobs, client):
    jobs.enqueue("empty_outbox", queue=Queue.HIGH, priority="high")
    (job_id,) = waiting(client, "high")
    data = client.hget(f"rq:job:{job_id.decode()}", "data")
    assert json.loads(zlib.decompress(data)) == ["empty_outbox", None, [], {"priority": "high"}]


def test_an_equal_wake_up_that_waits_serves_for_both(jobs, client):
    for priority in ("high", "low", "high"):
        jobs.enqueue("empty_outbox", priority=priority)
    jobs.enqueue("sweep")
    assert len(waiting(client)) == 3
    client.lpop("rq:queue:default")
    jobs.enqueue("empty_outbox", priority="high")
    assert len(waiting(client)) == 3, "one that was taken looked before this moment, perhaps"


def test_a_function_that_is_not_listed_is_refused_with_those_that_are(jobs, client):
    with pytest.raises(Invalid, match="empty_outbox, sweep, tidy"):
        jobs.enqueue("os.system", command="true")
    assert waiting(client) == []


def test_a_payload_that_is_no_json_is_refused(jobs, client):
    with pytest.raises(Invalid, match="payload"):
        jobs.enqueue("sweep", what=object())
    assert waiting(client) == []


@pytest.mark.parametrize("away", ["stop", "hang"])
def test_a_redis_that_is_away_costs_a_wake_up_little_time_and_raises_nothing(redis_server_of_its_own, away):
    server = redis_server_of_its_own
    with SparingRedis.at(server.url) as client:
        jobs = RqJobQueue(client)
        jobs.enqueue("sweep")
        getattr(server, away)()
        began = time.monotonic()
        for _ in range(50):
            jobs.enqueue("sweep")
        assert time.monotonic() - began < 5
        if away == "hang":
            server.go_on()


def test_wake_ups_arrive_again_when_redis_is_back(redis_server_of_its_own, monkeypatch):
    monkeypatch.setattr("providers.sparing_redis.SPARE_AFTER_FAILURE_SECONDS", 0.0)
    server = redis_server_of_its_own
    with SparingRedis.at(server.url) as client:
        jobs = RqJobQueue(client)
        server.stop()
        jobs.enqueue("sweep")
        server.start()
        jobs.enqueue("sweep")
        with redis.Redis.from_url(server.url) as look:
            assert len(waiting(look)) == 1
