"""`scripts/mongo-init.js`, run by a real mongosh on a real MongoDB with keyfile and authentication."""

from contextlib import contextmanager

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from storage.mongo.connection import client_factory
from storage.mongo.storage import MongoSessionStorage

pytestmark = [pytest.mark.slow, pytest.mark.mongo]

PASSWORD = "a" * 40


@pytest.fixture(scope="module")
def made_by_the_script(guarded_mongo):
    """The name of a database that the script made."""
    done = guarded_mongo.initialise("by_script", PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    return "by_script"


@pytest.fixture(scope="module")
def made_by_the_migration(guarded_mongo, made_by_the_script):
    """The name of a database that the storage made for itself, on the same server."""
    address = f"mongodb://{':'.join(guarded_mongo.root)}@{guarded_mongo.member}/?authSource=admin&replicaSet=rs0"
    storage = MongoSessionStorage(client_factory(address), "by_migration")
    storage.prepare()
    storage.close()
    return "by_migration"


def shape(client, name):
    """Options and indexes of the two collections that hold sessions."""
    place = client[name]
    options = {each["name"]: each["options"] for each in place.list_collections()}
    indexes = {kind: place[kind].index_information() for kind in ("sessions", "session_messages")}
    return {kind: (options[kind], indexes[kind]) for kind in indexes}


@pytest.fixture
def root(guarded_mongo, made_by_the_script):
    with guarded_mongo.client(*guarded_mongo.root) as client:
        yield client


def test_validators_and_indexes_are_those_of_the_first_migration(root, made_by_the_script, made_by_the_migration):
    ours = shape(root, made_by_the_script)
    assert ours == shape(root, made_by_the_migration)
    assert {"user_created", "exclusive_key"} <= set(ours["sessions"][1])


def test_a_missing_index_and_another_validator_would_be_seen(root, made_by_the_script, made_by_the_migration):
    scratch = root["scratch"]
    root.drop_database("scratch")
    scratch.create_collection("sessions")
    scratch.create_collection("session_messages")
    assert shape(root, "scratch") != shape(root, made_by_the_migration)


def test_a_second_run_takes_over_a_new_password_and_keeps_what_a_later_migration_changed(guarded_mongo, root):
    assert guarded_mongo.initialise("twice", PASSWORD).returncode == 0
    root["twice"].command("collMod", "sessions", validator={"title": {"$type": "string"}})
    root["twice"].sessions.drop_index("mode")
    before = shape(root, "twice")
    again = guarded_mongo.initialise("twice", "b" * 40)
    assert again.returncode == 0, again.stdout + again.stderr
    assert shape(root, "twice") == before
    with pytest.raises(OperationFailure, match="Authentication failed"), logged_in(guarded_mongo, "twice", PASSWORD):
        pass
    with logged_in(guarded_mongo, "twice", "b" * 40):
        pass


@contextmanager
def logged_in(guarded_mongo, name, password):
    """As the application; the login is used at once."""
    with MongoClient(guarded_mongo.url(name, password), serverSelectionTimeoutMS=5_000) as client:
        client[name].sessions.find_one()
        yield client


def test_the_applications_user_may_do_what_the_storage_does_and_nothing_elsewhere(guarded_mongo, made_by_the_script):
    storage = MongoSessionStorage(client_factory(guarded_mongo.url(made_by_the_script, PASSWORD)), made_by_the_script)
    storage.prepare()
    storage.close()
    with logged_in(guarded_mongo, made_by_the_script, PASSWORD) as client:
        for foreign in (client["by_migration"].sessions.find_one, client.admin.system.users.find_one):
            with pytest.raises(OperationFailure, match="not authorized"):
                foreign()
        with pytest.raises(OperationFailure, match="not authorized"):
            client[made_by_the_script].command("createUser", "more", pwd="x", roles=[])


def test_nobody_reads_without_a_login(guarded_mongo, made_by_the_script):
    with guarded_mongo.client() as client, pytest.raises(OperationFailure, match="requires authentication"):
        client[made_by_the_script].sessions.find_one()


@pytest.mark.parametrize("name", ["MONGODB_PASSWORD", "MONGO_INITDB_ROOT_PASSWORD"])
def test_what_is_not_set_is_named_and_the_script_fails(guarded_mongo, made_by_the_script, name):
    env = {**guarded_mongo.environment("unset", PASSWORD), name: ""}
    done = guarded_mongo.shell(env, "--file", "scripts/mongo-init.js")
    assert done.returncode != 0
    assert f"{name} is not set" in done.stdout + done.stderr
