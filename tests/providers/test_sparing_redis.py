"""The client for those who can do without Redis: nobody waits long for it, and few wait at all."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import RedisError

from providers import sparing_redis
from providers.sparing_redis import CONNECTIONS, NotAsked, SparingRedis


@pytest.fixture
def server(redis_server_of_its_own):
    return redis_server_of_its_own


@pytest.fixture
def client(server):
    with SparingRedis.at(server.url) as client:
        yield client


def refusal(client):
    """What a ping raises, and after how many seconds."""
    began = time.monotonic()
    with pytest.raises(RedisError) as refused:
        client.ping()
    return refused.type, time.monotonic() - began


@pytest.mark.parametrize("connected_before", [False, True])
def test_a_redis_that_hangs_is_waited_for_once_and_briefly(server, client, connected_before):
    if connected_before:
        client.ping()
    server.hang()
    first, seconds = refusal(client)
    assert first is not NotAsked
    assert 0.5 < seconds < 3
    second, seconds = refusal(client)
    assert second is NotAsked
    assert seconds < 0.9


def test_a_redis_that_is_gone_is_not_asked_for_a_while_either(server, client):
    server.stop()
    assert refusal(client)[0] is not NotAsked
    assert refusal(client)[0] is NotAsked


def test_it_is_asked_again_after_that_while(server, client, monkeypatch):
    monkeypatch.setattr(sparing_redis, "SPARE_AFTER_FAILURE_SECONDS", 0.1)
    server.hang()
    refusal(client)
    server.go_on()
    time.sleep(0.1)
    assert client.ping() is True


def test_a_refusal_that_is_an_answer_spares_nobody(client):
    with pytest.raises(RedisError):
        client.execute_command("NO-SUCH-COMMAND")
    assert client.ping() is True


def test_a_connection_that_redis_closed_while_it_was_idle_goes_unnoticed(server, client):
    client.ping()
    with SparingRedis.at(server.url) as other:
        other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert client.ping() is True


def test_more_threads_than_connections_wait_their_turn(redis_url):
    client = SparingRedis.at(redis_url)
    with ThreadPoolExecutor(200) as pool:
        counted = sorted(pool.map(lambda _: client.incr("counted"), range(400)))
    assert counted == list(range(1, 401))
    assert len(client.client_list()) <= CONNECTIONS
    client.close()
