"""A process killed at any step of any write leaves the session as it was or as it should be, and nothing stuck."""

from itertools import count
from types import SimpleNamespace

import pytest

from domain.errors import SessionNotFound, SlotTaken
from domain.session import Message
from storage.base import SessionQuery
from storage.file import FileSessionStorage
from tests.contract.storage.samples import NOON, interview, live
from tests.storage.file.crashing import crash_everywhere, died
from tests.storage.file.disks import Unsynced

pytestmark = pytest.mark.slow

KEY = "channel:7"
OTHER_KEY = "channel:8"


def say(message_id, n=0):
    return Message(message_id=message_id, role="note", content=f"{message_id} is said. " * 20, timestamp=NOON, n=n)


def with_nothing(_storage):
    """Not a session yet."""


def with_a_session(storage):
    storage.create(live("one", exclusive_key=None))
    for n in range(3):
        storage.append_message("one", say(f"m{n}"))


def with_a_key(storage):
    with_a_session(storage)
    storage.transition("one", "ready", by="ada", exclusive_key=KEY)


def create(storage):
    storage.create(live("one", exclusive_key=KEY))


def save(storage):
    session = storage.load("one")
    session.title = "changed"
    storage.save(session)


def append(storage):
    storage.append_message("one", say("m3"))


def take_a_key(storage):
    storage.transition("one", "ready", by="ada", exclusive_key=KEY)


def change_the_key(storage):
    storage.transition("one", "idle", by="ada", exclusive_key=OTHER_KEY)


def give_up_the_key(storage):
    storage.transition("one", "cancelled", by="ada")


def delete(storage):
    storage.delete("one")


def write_many(storage):
    newer = storage.load("one", messages=None)
    messages = [*newer.messages[:3], say("m3", n=4), say("m4", n=5)]
    newer.title, newer.revision = "from elsewhere", 9
    storage.write_many([newer.with_messages(messages)])


def rebuild(storage):
    storage.rebuild_index()


WRITES = [
    (with_nothing, create),
    (with_a_session, save),
    (with_a_session, append),
    (with_a_session, take_a_key),
    (with_a_key, change_the_key),
    (with_a_key, give_up_the_key),
    (with_a_session, delete),
    (with_a_key, delete),
    (with_a_key, write_many),
]


@pytest.fixture
def make_place(memory_folder):
    """A new place each time, with a handle of somebody who lives on while others die."""
    numbers = count()
    handles = []

    def make_place(before):
        folder = memory_folder / f"place-{next(numbers)}"
        storage = FileSessionStorage(folder, Unsynced())
        storage.prepare()
        handles.append(storage)
        storage.create(live("other"))
        before(storage)
        return SimpleNamespace(folder=folder, storage=storage)

    yield make_place
    for storage in handles:
        storage.close()


def state(storage):
    """The session with its messages as plain data, without the times that differ between runs; None when missing."""
    try:
        session = storage.load("one", messages=None)
    except SessionNotFound:
        return None
    said = [(message.n, message.message_id, message.content) for message in session.messages]
    assert session.message_count == len(said)
    steps = [step.to_status for step in session.history]
    return session.title, session.status, session.exclusive_key, session.revision, steps, said


def assert_listed_as_stored(storage):
    listed = {row.session_id: row for row in storage.find(SessionQuery()).items}
    stored = {session.session_id: session for session in storage.scan()}
    assert listed.keys() == stored.keys()
    for session_id, row in listed.items():
        session = stored[session_id]
        assert (row.title, row.status, row.revision, row.message_count) == (
            session.title,
            session.status,
            session.revision,
            session.message_count,
        )


def assert_each_key_has_one_holder_and_is_not_stuck(storage):
    for key in (KEY, OTHER_KEY):
        holders = [session.session_id for session in storage.scan() if session.exclusive_key == key]
        assert len(holders) <= 1
        rival = live(f"rival-{key[-1]}", exclusive_key=key)
        if holders:
            with pytest.raises(SlotTaken) as refused:
                storage.create(rival)
            assert refused.value.holder == holders[0]
        else:
            storage.create(rival)
            storage.delete(rival.session_id)


@pytest.mark.parametrize(("before", "write"), WRITES, ids=lambda part: getattr(part, "__name__", "").strip("<>"))
def test_a_write_killed_at_any_step_happened_or_did_not_and_can_be_tried_again(make_place, before, write):
    was, done = make_place(before), make_place(before)
    write(done.storage)
    allowed = [state(was.storage), state(done.storage)]
    if write is write_many:
        allowed.append((*state(was.storage)[:-1], state(done.storage)[-1]))
    for place, step in crash_everywhere(lambda: make_place(before), write):
        assert state(place.storage) in allowed, f"step {step}"
        assert_listed_as_stored(place.storage)
        assert_each_key_has_one_holder_and_is_not_stuck(place.storage)
        reopened = FileSessionStorage(place.folder, Unsynced())
        reopened.prepare()
        assert state(reopened) in allowed, f"step {step}, after a new start"
        assert_listed_as_stored(reopened)
        assert list((place.folder / "trash").iterdir()) == []
        if state(reopened) != allowed[1]:
            write(reopened)
        assert state(reopened) == allowed[1], f"step {step}, tried again"
        assert_listed_as_stored(reopened)
        assert_each_key_has_one_holder_and_is_not_stuck(reopened)
        reopened.close()


def test_a_message_sent_again_after_a_crash_at_any_step_is_stored_once(make_place):
    for place, step in crash_everywhere(lambda: make_place(with_a_session), append):
        again = place.storage.append_message("one", say("m3"))
        assert again.n == 4, f"step {step}"
        assert [message.message_id for message in place.storage.messages("one")] == ["m0", "m1", "m2", "m3"]


def test_a_rebuild_killed_at_any_step_is_made_good_by_the_next_start(make_place):
    for place, _ in crash_everywhere(lambda: make_place(with_a_key), rebuild):
        reopened = FileSessionStorage(place.folder, Unsynced())
        reopened.prepare()
        assert_listed_as_stored(reopened)
        reopened.close()


def test_the_first_preparation_killed_at_any_step_is_finished_by_the_next(memory_folder):
    for step in range(1, 270, 20):
        folder = memory_folder / f"place-{step}"
        assert died(folder, lambda storage: storage.prepare(), step)
        storage = FileSessionStorage(folder, Unsynced())
        storage.prepare()
        storage.create(interview())
        assert storage.exists("interview-1")
        storage.close()
