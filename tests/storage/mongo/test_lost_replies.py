"""A reply that is lost after the server has done its work is neither done twice nor called a conflict."""

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from domain.errors import StorageUnavailable
from domain.interview import InterviewStatus
from storage.mongo import MongoSessionStorage
from storage.mongo.connection import client_factory
from tests.contract.storage.samples import interview, message
from tests.storage.mongo.relay import Relay

pytestmark = pytest.mark.mongo


@pytest.fixture
def relay(mongodb_url):
    with MongoClient(mongodb_url) as client:
        _, port = client.primary or client.admin.command("hello")["primary"].split(":")
    with Relay(int(port)) as opened:
        yield opened


@pytest.fixture
def through_relay(storage, relay, database):
    opened = MongoSessionStorage(client_factory(relay.url), database.name)
    yield opened
    opened.close()


@pytest.mark.parametrize("times", [1, 3])
def test_a_save_is_applied_once_however_often_its_reply_is_lost(through_relay, storage, relay, times):
    session = storage.create(interview())
    loaded = through_relay.load("interview-1")
    loaded.title = "The bicycle"
    relay.lose("update", times)
    assert through_relay.save(loaded).revision == session.revision + 1
    assert relay.lost == times
    stored = storage.load("interview-1")
    assert (stored.title, stored.revision) == ("The bicycle", 2)


def test_a_partial_update_is_applied_once_when_its_reply_is_lost(through_relay, storage, relay):
    storage.create(interview())
    relay.lose("findAndModify", 3)
    assert through_relay.update_fields("interview-1", {"title": "Told"}, kind="interview") == 2
    assert (relay.lost, storage.load("interview-1").revision) == (3, 2)


def test_a_transition_is_written_into_the_history_once_when_its_reply_is_lost(through_relay, storage, relay):
    storage.create(interview())
    relay.lose("findAndModify", 3)
    moved = through_relay.transition("interview-1", InterviewStatus.PAUSED, by="ada")
    assert (relay.lost, moved.revision, len(moved.history)) == (3, 2, 1)
    assert storage.load("interview-1") == moved


def test_a_session_is_created_once_when_the_reply_is_lost(through_relay, storage, relay):
    relay.lose("insert", 3)
    created = through_relay.create(interview())
    assert relay.lost == 3
    assert storage.load("interview-1") == created


@pytest.mark.parametrize("after", [0, 1], ids=["placing", "counting"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_message_is_stored_and_counted_once_wherever_a_reply_is_lost(through_relay, storage, relay, after, times):
    storage.create(interview())
    relay.lose("update", times, after=after)
    assert through_relay.append_message("interview-1", message("m-1")).n == 1
    assert relay.lost == times
    session = storage.load("interview-1", messages=None)
    assert (session.message_count, [said.message_id for said in session.messages]) == (1, ["m-1"])


def test_a_deletion_whose_reply_is_lost_still_says_that_there_was_a_session(through_relay, storage, relay):
    storage.create(interview())
    storage.append_message("interview-1", message("m-1"))
    relay.lose("delete", 3)
    assert through_relay.delete("interview-1") is True
    assert relay.lost == 3
    assert not storage.exists("interview-1")


def test_a_read_whose_reply_is_lost_is_read_again(through_relay, storage, relay):
    storage.create(interview())
    relay.lose("find")
    assert through_relay.load("interview-1").session_id == "interview-1"
    assert relay.lost == 1


def test_without_repeating_writes_a_lost_reply_is_an_error_though_the_write_is_done(storage, relay, database):
    """The control: the relay does lose replies, and it is the numbered repetition that makes up for them."""
    storage.create(interview())
    careless = MongoSessionStorage(lambda: MongoClient(relay.url, retryWrites=False), database.name)
    loaded = careless.load("interview-1")
    loaded.title = "The bicycle"
    relay.lose("update")
    with pytest.raises(StorageUnavailable):
        careless.save(loaded)
    assert storage.load("interview-1").revision == 2
    careless.close()


def test_adding_to_a_count_by_hand_counts_twice_when_a_reply_is_lost(storage, relay, database):
    """The control for messages: a count that is raised by one, and repeated because nobody answered."""
    storage.create(interview())
    with MongoClient(relay.url, retryWrites=False) as client:
        sessions = client[database.name]["sessions"]
        relay.lose("update")
        with pytest.raises(AutoReconnect):
            sessions.update_one({"_id": "interview-1"}, {"$inc": {"message_count": 1}})
        sessions.update_one({"_id": "interview-1"}, {"$inc": {"message_count": 1}})
    assert storage.load("interview-1").message_count == 2
