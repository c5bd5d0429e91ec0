"""The engine away, hung or killed: refusals in bounded time, nothing acknowledged is lost, no restart is needed."""

import multiprocessing
import os
import threading
import time

import pytest

from domain.errors import StorageUnavailable
from storage.base import SessionQuery
from storage.mongo import MongoSessionStorage
from storage.mongo.connection import client_factory
from tests.contract.storage.samples import interview, message

pytestmark = [pytest.mark.mongo, pytest.mark.slow]


@pytest.fixture
def opened(mongodb_of_its_own):
    storage = MongoSessionStorage(client_factory(mongodb_of_its_own.url), "greenroom")
    storage.prepare()
    storage.create(interview())
    yield storage
    storage.close()


def seconds_of_refusal(call):
    begin = time.monotonic()
    with pytest.raises(StorageUnavailable):
        call()
    return time.monotonic() - begin


def test_an_engine_that_is_away_is_said_to_be_in_bounded_time_and_found_again(opened, mongodb_of_its_own):
    loaded = opened.load("interview-1")
    loaded.title = "Changed"
    mongodb_of_its_own.kill()
    assert seconds_of_refusal(opened.ping) < 2
    for call in (
        lambda: opened.load("interview-1"),
        lambda: opened.find(SessionQuery()),
        lambda: opened.save(loaded),
        lambda: opened.append_message("interview-1", message()),
        lambda: opened.delete("interview-1"),
        opened.prepare,
    ):
        assert seconds_of_refusal(call) < 9
    mongodb_of_its_own.start()
    opened.ping()
    assert opened.save(loaded).revision == 2


def test_an_engine_that_hangs_fails_the_ping_within_a_second(opened, mongodb_of_its_own):
    mongodb_of_its_own.freeze()
    assert seconds_of_refusal(opened.ping) < 1.5


def test_a_storage_that_was_never_reached_says_so(free_port):
    storage = MongoSessionStorage(client_factory(f"mongodb://127.0.0.1:{free_port}/?replicaSet=rs0"), "greenroom")
    assert seconds_of_refusal(storage.ping) < 2
    storage.close()


@pytest.fixture
def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_nothing_acknowledged_is_lost_when_the_primary_is_killed_under_load(opened, mongodb_of_its_own):
    acknowledged = [[] for _ in range(4)]
    saved = [0]
    stop = threading.Event()

    def speak(writer):
        place = 0
        while not stop.is_set():
            try:
                opened.append_message("interview-1", message(f"m-{writer}-{place}"))
            except StorageUnavailable:
                continue
            acknowledged[writer].append(f"m-{writer}-{place}")
            place += 1

    def save():
        session = opened.load("interview-1")
        while not stop.is_set():
            session.turn_count += 1
            try:
                session = opened.save(session)
            except StorageUnavailable:
                session = load_again()
            saved[0] = session.turn_count

    def load_again():
        while True:
            try:
                return opened.load("interview-1")
            except StorageUnavailable:
                continue

    threads = [threading.Thread(target=speak, args=(writer,)) for writer in range(4)] + [threading.Thread(target=save)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        wait_until_more(acknowledged)
        mongodb_of_its_own.kill()
        mongodb_of_its_own.start()
    wait_until_more(acknowledged)
    stop.set()
    for thread in threads:
        thread.join()
    session = opened.load("interview-1", messages=None)
    said = {each.message_id for each in session.messages}
    lost = [each for writer in acknowledged for each in writer if each not in said]
    assert (lost, session.turn_count >= saved[0]) == ([], True)
    assert [each.n for each in session.messages] == list(range(1, session.message_count + 1))


def wait_until_more(acknowledged, count=40, seconds=60):
    """Until so many more messages were acknowledged."""
    target = sum(map(len, acknowledged)) + count
    end = time.monotonic() + seconds
    while sum(map(len, acknowledged)) < target:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_writes_that_only_the_memory_has_are_lost_with_a_killed_primary(opened, mongodb_of_its_own):
    """The control: without waiting for the journal, killing the process does lose what was acknowledged."""
    from pymongo import MongoClient, WriteConcern

    with MongoClient(mongodb_of_its_own.url) as client:
        careless = client["greenroom"].get_collection("careless", write_concern=WriteConcern(w=1, j=False))
        for n in range(500):
            careless.insert_one({"_id": n})
        mongodb_of_its_own.kill()
        mongodb_of_its_own.start()
        assert careless.count_documents({}) < 500


def test_a_storage_works_in_a_child_and_on_in_its_parent_after_a_fork(storage):
    storage.create(interview())

    def in_child(pipe):
        said = [storage.append_message("interview-1", message(f"child-{os.getpid()}-{n}")).n for n in range(20)]
        pipe.send((len(said), len(storage._connection._places)))

    context = multiprocessing.get_context("fork")
    ends = [context.Pipe() for _ in range(3)]
    children = [context.Process(target=in_child, args=(end,)) for _, end in ends]
    for child in children:
        child.start()
    for n in range(20):
        storage.append_message("interview-1", message(f"parent-{n}"))
    assert [end.recv() for end, _ in ends] == [(20, 2)] * 3
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert storage.load("interview-1").message_count == 80


def test_no_client_is_made_before_it_is_needed():
    def never():
        raise AssertionError

    MongoSessionStorage(never, "greenroom").close()
