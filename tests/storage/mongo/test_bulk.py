"""Everything out of MongoDB and into it, also when a run is interrupted."""

import pytest

from domain.errors import Conflict, CorruptSession, SlotTaken
from storage.base import Unreadable
from storage.mongo import bulk, writing
from tests.contract.storage.samples import at, full_message, full_sessions, interview, message

pytestmark = pytest.mark.mongo


def spoken(session_id, count, **fields):
    fields = {"revision": 1, "message_count": count} | fields
    session = interview(session_id, **{"updated_at": at(fields["revision"])} | fields)
    return session.with_messages([message(f"m-{n}", n=n) for n in range(1, count + 1)])


def test_everything_comes_out_as_it_went_in_and_in_order(storage, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH_SESSIONS", 2)
    sessions = [each.with_messages([full_message()]) for each in full_sessions()]
    for session in sessions:
        session.messages[0].n = 1
    sessions += [spoken("a", 3), spoken("a-b", 0), spoken("z", 2)]
    assert storage.write_many(sessions) == 6
    found = list(storage.scan())
    assert [each.session_id for each in found] == sorted(each.session_id for each in sessions)
    given = {each.session_id: each for each in sessions}
    for each in found:
        assert each == given[each.session_id]
        assert list(each.messages) == list(given[each.session_id].messages)


def test_a_second_run_writes_nothing(storage):
    storage.write_many([spoken("a", 3)])
    assert storage.write_many([spoken("a", 3)]) == 0


def test_more_messages_are_added_and_a_newer_header_is_kept(storage):
    storage.write_many([spoken("a", 2, revision=5, title="newer")])
    assert storage.write_many([spoken("a", 4, revision=4, title="older")]) == 1
    session = storage.load("a", messages=None)
    assert (session.title, session.revision, session.message_count) == ("newer", 5, 4)
    assert [said.n for said in session.messages] == [1, 2, 3, 4]


def test_a_newer_header_replaces_and_messages_stay(storage):
    storage.write_many([spoken("a", 3, revision=1)])
    assert storage.write_many([spoken("a", 1, revision=2, title="newer")]) == 1
    session = storage.load("a", messages=None)
    assert (session.title, session.message_count, len(session.messages)) == ("newer", 3, 3)


def test_a_run_that_was_interrupted_between_messages_and_headers_is_repeated_whole(storage, database):
    storage.write_many([spoken("a", 3)])
    database.sessions.delete_many({})
    assert storage.write_many([spoken("a", 2)]) == 1
    assert storage.append_message("a", message("m-9")).n == 3
    assert [said.message_id for said in storage.messages("a")] == ["m-1", "m-2", "m-9"]


def test_a_taken_key_names_its_holder(storage):
    storage.create(interview("holder", exclusive_key="slot"))
    with pytest.raises(SlotTaken) as refused:
        storage.write_many([interview("other", revision=1, exclusive_key="slot")])
    assert refused.value.holder == "holder"


def test_other_messages_in_the_same_places_are_refused(storage, database):
    storage.write_many([spoken("a", 2)])
    database.sessions.update_one({"_id": "a"}, {"$set": {"message_count": 1}})
    database.session_messages.update_one({"_id.s": "a", "n": 2}, {"$set": {"content": "other"}})
    with pytest.raises(Conflict):
        storage.write_many([spoken("a", 3)])
    assert [said.n for said in storage.messages("a")] == [1]


def test_messages_that_an_interrupted_run_placed_behind_those_that_are_counted_are_counted_by_the_next(
    storage, database
):
    storage.write_many([spoken("a", 2)])
    database.sessions.update_one({"_id": "a"}, {"$set": {"message_count": 1}})
    assert storage.write_many([spoken("a", 3)]) == 1
    assert storage.load("a", messages=None).messages == spoken("a", 3).messages


def test_a_header_that_is_saved_between_the_look_and_the_write_is_not_overwritten(storage, monkeypatch):
    storage.write_many([spoken("a", 1, revision=3, title="before")])
    look = writing._present

    def saved_after_the_look(connection, ids):
        present = look(connection, ids)
        storage.save(changed(storage.load("a")))
        return present

    monkeypatch.setattr(writing, "_present", saved_after_the_look)
    with pytest.raises(Conflict):
        storage.write_many([spoken("a", 1, revision=4, title="moved")])
    assert storage.load("a").title == "saved meanwhile"


def test_what_is_said_in_a_session_that_is_created_while_leftovers_are_cleared_is_kept(storage, database, monkeypatch):
    storage.write_many([spoken("a", 2)])
    database.sessions.delete_many({})
    look = writing._present
    looks = []

    def created_after_the_look(connection, ids):
        present = look(connection, ids)
        looks.append(ids)
        if len(looks) == 2:  # the one before leftovers are removed
            database.session_messages.delete_many({})
            storage.create(interview("a"))
            storage.append_message("a", message("said meanwhile"))
        return present

    monkeypatch.setattr(writing, "_present", created_after_the_look)
    with pytest.raises(Conflict):
        storage.write_many([spoken("a", 2)])
    assert [said.message_id for said in storage.messages("a")] == ["said meanwhile"]


def changed(session):
    session.title = "saved meanwhile"
    return session


def test_of_a_session_whose_key_is_taken_nothing_stays(storage, database):
    storage.create(interview("holder", exclusive_key="slot"))
    with pytest.raises(SlotTaken):
        storage.write_many([spoken("a", 2), spoken("b", 2, exclusive_key="slot")])
    assert [header["_id"] for header in database.sessions.find(sort=[("_id", 1)])] == ["a", "holder"]
    assert {said["_id"]["s"] for said in database.session_messages.find()} == {"a"}


def test_a_session_that_lost_a_message_it_counts_is_said_to_have_and_not_passed_on_shorter(storage, database):
    storage.write_many([spoken("a", 3), spoken("b", 1)])
    database.session_messages.delete_one({"_id.s": "a", "n": 2})
    lost, sound = storage.scan()
    assert lost == Unreadable("a", "It counts 3 messages, and 2 are there.")
    assert sound.session_id == "b"


def test_what_cannot_be_read_comes_with_its_reason_and_the_others_follow(storage, database):
    storage.write_many([spoken("a", 1), spoken("b", 1), spoken("c", 1)])
    database.sessions.update_one({"_id": "a"}, {"$set": {"interviewee_role": "bystander"}})
    database.session_messages.update_one({"_id.s": "b"}, {"$set": {"meta": {}}})
    database.command("collMod", "session_messages", validator={})
    database.session_messages.update_one({"_id.s": "b"}, {"$unset": {"role": ""}})
    first, second, third = storage.scan()
    assert (type(first), type(second), third.session_id) == (Unreadable, Unreadable, "c")
    assert "interviewee_role" in first.reason
    assert "role" in second.reason
    with pytest.raises(CorruptSession):
        storage.load("a")
    with pytest.raises(CorruptSession):
        storage.messages("b")
