"""The shape of the place: validators that refuse, the indexes of the design, processes that prepare at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.errors import WriteError

from domain.errors import Invalid
from storage.mongo import MongoSessionStorage
from storage.mongo.connection import client_factory
from tests.contract.storage.samples import interview, message

pytestmark = pytest.mark.mongo

SESSION_INDEXES = {
    (("_id", 1),),
    (("user_id", 1), ("created_at", -1), ("_id", -1)),
    (("user_id", 1), ("status", 1), ("created_at", -1), ("_id", -1)),
    (("kind", 1), ("status", 1), ("starts_at", 1), ("_id", 1)),
    (("parent_id", 1), ("starts_at", 1), ("_id", 1)),
    (("status", 1),),
    (("mode", 1),),
    (("hume_conversation_id", 1),),
    (("exclusive_key", 1),),
    (("created_at", -1), ("_id", -1)),
    (("starts_at", 1), ("_id", 1)),
}


def indexes(collection):
    return {tuple(found["key"]): found for found in collection.index_information().values()}


@pytest.mark.usefixtures("storage")
def test_the_sessions_have_exactly_these_indexes(database):
    found = indexes(database.sessions)
    assert set(found) == SESSION_INDEXES
    assert found[(("hume_conversation_id", 1),)]["sparse"] is True
    key = found[(("exclusive_key", 1),)]
    assert (key["unique"], key["partialFilterExpression"]) == (True, {"exclusive_key": {"$type": "string"}})


@pytest.mark.usefixtures("storage")
def test_a_place_in_a_conversation_is_unique(database):
    found = indexes(database.session_messages)
    assert set(found) == {(("_id", 1),), (("_id.s", 1), ("n", 1))}
    assert found[(("_id.s", 1), ("n", 1))]["unique"] is True


@pytest.mark.parametrize(
    "field", ["session_id", "user_id", "created_at", "status", "revision", "message_count", "life"]
)
def test_the_validator_refuses_a_header_without(storage, database, field):
    storage.create(interview())
    with pytest.raises(WriteError, match="failed validation"):
        database.sessions.update_one({}, {"$unset": {field: ""}})


@pytest.mark.parametrize(
    ("field", "value"), [("user_id", 5), ("created_at", "2026-03-01"), ("status", None), ("exclusive_key", 7)]
)
def test_the_validator_refuses_a_header_with_a_wrong_type(storage, database, field, value):
    storage.create(interview())
    with pytest.raises(WriteError, match="failed validation"):
        database.sessions.update_one({}, {"$set": {field: value}})


@pytest.mark.parametrize("field", ["n", "role", "content", "timestamp", "life"])
def test_the_validator_refuses_a_message_without(storage, database, field):
    storage.create(interview())
    storage.append_message("interview-1", message())
    with pytest.raises(WriteError, match="failed validation"):
        database.session_messages.update_one({}, {"$unset": {field: ""}})


def test_the_validator_lets_fields_of_a_newer_release_pass_and_they_stay(storage, database):
    session = storage.create(interview())
    database.sessions.update_one({}, {"$set": {"mood": {"of": "tomorrow"}}})
    session.title = "Changed"
    storage.save(session)
    storage.transition("interview-1", "paused", by="ada")
    assert database.sessions.find_one({})["mood"] == {"of": "tomorrow"}


def test_preparing_again_and_all_at_once_changes_nothing(storage, database, mongodb_url):
    storage.create(interview())
    others = [MongoSessionStorage(client_factory(mongodb_url), database.name) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda other: other.prepare(), others))
    for other in others:
        other.close()
    assert set(indexes(database.sessions)) == SESSION_INDEXES
    assert storage.exists("interview-1")


def test_preparing_an_empty_place_from_several_processes_at_once_works(mongodb_url, database):
    others = [MongoSessionStorage(client_factory(mongodb_url), database.name) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda other: other.prepare(), others))
    for other in others:
        other.close()
    assert set(indexes(database.sessions)) == SESSION_INDEXES


def test_a_place_that_a_release_before_migrations_made_is_adopted_with_this_validator(storage, database):
    storage.create(interview())
    database.migrations.drop()
    database.command("collMod", "sessions", validator={})
    storage.prepare()
    options = database.get_collection("sessions").options()
    assert "life" in options["validator"]["$jsonSchema"]["required"]
    assert [found["migration_id"] for found in database.migrations.find()] == ["001_initial_schema"]
    assert storage.exists("interview-1")


@pytest.mark.parametrize("url", ["mongodb://", "redis://127.0.0.1", "mongodb://127.0.0.1:0x/"])
def test_an_address_that_cannot_be_one_is_refused_without_showing_it(url):
    storage = MongoSessionStorage(client_factory(url), "greenroom")
    with pytest.raises(Invalid, match="MONGO_URL"):
        storage.prepare()
