"""Messages and their count: under many writers, with dying processes, and against deletion."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import SessionNotFound
from tests.contract.storage.samples import interview, message

pytestmark = pytest.mark.mongo


def test_eight_threads_that_send_every_message_twice_store_each_once_and_without_a_gap(storage):
    storage.create(interview())

    def send(writer):
        for place in range(30):
            first = storage.append_message("interview-1", message(f"m-{writer}-{place}"))
            again = storage.append_message("interview-1", message(f"m-{writer}-{place}"))
            assert first == again

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    session = storage.load("interview-1", messages=None)
    assert [said.n for said in session.messages] == list(range(1, 241))
    assert (session.message_count, len({said.message_id for said in session.messages})) == (240, 240)


def test_the_same_message_from_eight_threads_at_once_is_one_message(storage):
    storage.create(interview())
    start = threading.Barrier(8)

    def send(_):
        start.wait()
        return storage.append_message("interview-1", message("m-1")).n

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {1}
    assert storage.load("interview-1").message_count == 1


class Died(Exception):
    """Stands for the death of the process."""


@pytest.fixture
def dying(storage, monkeypatch):
    """Makes an append stop before or after its second step, as if the process died there."""

    def at(step, *, done):
        def die(*given):
            if done:
                original(*given)
            raise Died

        original = getattr(storage, step)
        monkeypatch.setattr(storage, step, die)
        with pytest.raises(Died):
            storage.append_message("interview-1", message("m-2", "said by the dying"))
        monkeypatch.undo()

    return at


@pytest.mark.parametrize(("step", "done"), [("_place", False), ("_place", True), ("_commit", False), ("_commit", True)])
def test_the_count_is_exact_wherever_the_writer_of_a_message_dies(storage, dying, step, done):
    storage.create(interview())
    storage.append_message("interview-1", message("m-1"))
    dying(step, done=done)
    session = storage.load("interview-1", messages=None)
    assert session.message_count == len(session.messages) == len(storage.messages("interview-1"))
    assert session.message_count == (2 if (step, done) == ("_commit", True) else 1)


@pytest.mark.parametrize("step", ["_place", "_commit"])
def test_who_comes_after_a_dead_writer_neither_waits_nor_leaves_a_gap(storage, dying, step):
    storage.create(interview())
    dying(step, done=True)
    assert storage.append_message("interview-1", message("m-3")).n == 2
    session = storage.load("interview-1", messages=None)
    assert [(said.n, said.message_id) for said in session.messages] == [(1, "m-2"), (2, "m-3")]
    assert session.message_count == 2


@pytest.mark.parametrize("step", ["_place", "_commit"])
def test_a_message_that_is_sent_again_after_its_writer_died_is_one_message(storage, dying, step):
    storage.create(interview())
    dying(step, done=True)
    assert storage.append_message("interview-1", message("m-2", "said by the dying")).n == 1
    assert storage.load("interview-1").message_count == 1


def test_counting_before_storing_would_count_what_is_not_there(storage, database):
    """The control: the order of the two steps is what keeps the count exact."""
    storage.create(interview())
    database.sessions.update_one({"_id": "interview-1"}, {"$inc": {"message_count": 1}})
    session = storage.load("interview-1", messages=None)
    assert session.message_count != len(session.messages)


def test_a_message_placed_while_its_session_was_deleted_and_made_again_does_not_come_back(storage, database, dying):
    storage.create(interview())
    dying("_place", done=True)
    left = database.session_messages.find_one({})
    storage.delete("interview-1")
    database.session_messages.insert_one(left)
    storage.create(interview())
    assert storage.load("interview-1", messages=None).messages == ()
    assert storage.append_message("interview-1", message("m-9", "of the new one")).n == 1
    assert storage.append_message("interview-1", message("m-2", "said again")).n == 2
    said = storage.messages("interview-1")
    assert [each.content for each in said] == ["of the new one", "said again"]
    assert database.session_messages.count_documents({}) == 2


def test_an_append_that_outlives_its_session_takes_its_message_with_it(storage, database, monkeypatch):
    storage.create(interview())
    place = storage._place

    def delete_in_between(document):
        placed = place(document)
        storage.delete("interview-1")
        database.session_messages.replace_one({"_id": document["_id"]}, document, upsert=True)
        return placed

    monkeypatch.setattr(storage, "_place", delete_in_between)
    with pytest.raises(SessionNotFound):
        storage.append_message("interview-1", message("m-1"))
    assert database.session_messages.count_documents({}) == 0


def test_a_deletion_that_was_interrupted_is_finished_at_the_next_start(storage, database, monkeypatch):
    storage.create(interview())
    storage.append_message("interview-1", message("m-1"))
    monkeypatch.setattr(storage._connection, "clear_away", lambda *_: None)
    assert storage.delete("interview-1") is True
    monkeypatch.undo()
    assert database.session_messages.count_documents({}) == 1
    storage.prepare()
    assert database.session_messages.count_documents({}) == 0
    assert database.session_deletions.count_documents({}) == 0


def test_a_deletion_that_only_began_leaves_the_session_whole_at_the_next_start(storage, database):
    storage.create(interview())
    storage.append_message("interview-1", message("m-1"))
    life = database.sessions.find_one({})["life"]
    database.session_deletions.insert_one({"_id": life, "session_id": "interview-1"})
    storage.prepare()
    assert len(storage.load("interview-1", messages=None).messages) == 1


def test_a_message_is_stored_again_when_another_primary_counted_it(storage, database, monkeypatch):
    """Between placing and counting a new primary was elected that never got the message."""
    storage.create(interview())
    place = storage._place

    def placed_elsewhere(document):
        placed, _ = place(document)
        database.session_messages.delete_one({"_id": document["_id"]})
        return placed, "another election"

    monkeypatch.setattr(storage, "_place", placed_elsewhere)
    assert storage.append_message("interview-1", message("m-1")).n == 1
    assert [said.n for said in storage.messages("interview-1")] == [1]


def test_appends_that_meet_the_deletion_of_their_session_leave_nothing_behind(storage, database):
    for attempt in range(20):
        session_id = f"interview-{attempt}"
        storage.create(interview(session_id))
        storage.append_message(session_id, message("m-0"))
        start = threading.Barrier(5)

        def send(writer, session_id=session_id, start=start):
            start.wait()
            for place in range(5):
                try:
                    storage.append_message(session_id, message(f"m-{writer}-{place}"))
                except SessionNotFound:
                    return

        def delete(session_id=session_id, start=start):
            start.wait()
            assert storage.delete(session_id) is True

        with ThreadPoolExecutor(5) as pool:
            running = [pool.submit(send, writer) for writer in range(4)] + [pool.submit(delete)]
            for each in running:
                each.result()
        assert database.session_messages.count_documents({"_id.s": session_id}) == 0
        storage.create(interview(session_id))
        assert storage.load(session_id, messages=None).messages == ()


def test_a_save_in_the_middle_of_many_appends_meets_no_conflict(storage):
    session = storage.create(interview())

    def send(writer):
        for place in range(20):
            storage.append_message("interview-1", message(f"m-{writer}-{place}"))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(send, writer) for writer in range(4)]
        for turn in range(20):
            session.title = f"turn {turn}"
            session = storage.save(session)
        for each in running:
            each.result()
    stored = storage.load("interview-1")
    assert (stored.revision, stored.message_count) == (21, 80)


def test_a_session_with_ten_thousand_messages_is_deleted_whole(storage, database):
    session = interview(revision=1, message_count=10_000)
    storage.write_many([session.with_messages([message(f"m-{n}", n=n) for n in range(1, 10_001)])])
    assert storage.delete("interview-1") is True
    assert database.session_messages.count_documents({}) == 0


def _counts(storage, database):
    places = [found["n"] for found in database.session_messages.find({"_id.s": "interview-1"}, sort=[("n", 1)])]
    return storage.load("interview-1").message_count, places
