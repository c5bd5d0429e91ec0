"""A write was committed and its answer never came: it is neither done twice nor called a conflict."""

import pytest

from domain.errors import GreenroomError, SessionExists, StaleSession, StorageUnavailable
from storage.sql import SqlSessionStorage
from storage.sql.database import twice
from tests.storage.sql.relay import Relay
from tests.storage.sql.samples import interview, message

pytestmark = pytest.mark.postgresql


class Repeating(SqlSessionStorage):
    """The negative control: repeats a write whose answer was lost without looking."""

    def _settled(self, write, done_already):  # that is the fault
        return twice(write)


@pytest.fixture
def place(postgresql_server, opened):
    """A prepared database: its own address, and a relay in front of it."""
    url = postgresql_server.fresh_database()
    opened(url).prepare()
    with Relay(postgresql_server.folder) as relay:
        yield url, relay


@pytest.fixture
def relay(place):
    """What swallows answers."""
    return place[1]


@pytest.fixture
def storage(place, opened):
    """A storage behind the relay."""
    return opened(place[1].url(place[0]))


@pytest.fixture
def repeating(place, opened):
    """The same, with the fault."""
    return opened(place[1].url(place[0]), Repeating)


@pytest.fixture
def other(place, opened):
    """Somebody else, with a connection that does not break."""
    return opened(place[0])


def test_creating(storage, relay):
    session = interview(exclusive_key="k1")
    relay.swallow("INSERT 0 1")
    created = storage.create(session)
    assert relay.swallowed == 1
    assert storage.load(session.session_id) == created


def test_saving(storage, relay):
    session = storage.create(interview())
    session.title = "New"
    relay.swallow("UPDATE 1")
    assert storage.save(session).revision == 2
    assert relay.swallowed == 1
    assert storage.load(session.session_id) == session


def test_changing_fields(storage, relay):
    session = storage.create(interview())
    relay.swallow("UPDATE 1")
    assert storage.update_fields(session.session_id, {"title": "New"}, kind="interview") == 2
    assert relay.swallowed == 1
    assert storage.load(session.session_id).revision == 2


def test_moving(storage, relay):
    session = storage.create(interview())
    relay.swallow("COMMIT")
    assert storage.transition(session.session_id, "paused", by="u1").revision == 2
    assert relay.swallowed == 1
    assert len(storage.load(session.session_id).history) == 1


def test_appending(storage, relay):
    session = storage.create(interview())
    relay.swallow("INSERT 0 1")
    assert storage.append_message(session.session_id, message("m1")).n == 1
    assert relay.swallowed == 1
    assert storage.load(session.session_id, messages=None).message_count == 1


def test_deleting(storage, relay):
    session = storage.create(interview())
    relay.swallow("COMMIT")
    assert storage.delete(session.session_id) is True
    assert relay.swallowed == 1
    assert not storage.exists(session.session_id)


def test_a_write_that_others_hid_since_is_reported_as_unknown_and_not_as_a_conflict(storage, relay, other, monkeypatch):
    session = storage.create(interview())
    session.title = "Mine"
    look = storage._written_already

    def look_after_somebody_wrote(session_id, written, revision):
        other.update_fields(session_id, {"title": "Theirs"}, kind="interview")
        return look(session_id, written, revision)

    monkeypatch.setattr(storage, "_written_already", look_after_somebody_wrote)
    relay.swallow("UPDATE 1")
    with pytest.raises(StorageUnavailable, match="load it again"):
        storage.save(session)
    assert other.load(session.session_id).title == "Theirs"


def test_somebody_who_saved_first_is_still_a_conflict(storage, relay, other):
    session = storage.create(interview())
    other.update_fields(session.session_id, {"title": "Theirs"}, kind="interview")
    session.title = "Mine"
    with pytest.raises(StaleSession):
        storage.save(session)


def test_somebody_else_s_session_of_the_same_id_still_exists(storage, relay, other):
    session = other.create(interview())
    relay.swallow("INSERT 0 0")
    with pytest.raises(SessionExists):
        storage.create(interview(session_id=session.session_id))
    assert relay.swallowed == 1


def refused(call):
    with pytest.raises(GreenroomError) as error:
        call()
    return type(error.value)


def test_repeating_without_looking_would_be_noticed(repeating, relay):
    relay.swallow("INSERT 0 1")
    assert refused(lambda: repeating.create(interview())) is SessionExists
    session = repeating.create(interview())
    session.title = "New"
    relay.swallow("UPDATE 1")
    assert refused(lambda: repeating.save(session)) is StaleSession
    session = repeating.create(interview())
    relay.swallow("COMMIT")
    assert repeating.delete(session.session_id) is False
