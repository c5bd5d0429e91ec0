"""What belongs to SQL alone when it writes: fields of newer releases, numbers to the letter, writers at once."""

import json
import threading

import msgspec
import pytest
import sqlalchemy as sa

from domain.errors import CorruptSession, SessionAccessDenied, SlotTaken, StaleSession
from storage.sql.schema import sessions
from tests.storage.sql.samples import interview, message


def stored_payload(storage, session_id):
    with storage._db.engines[0].connect() as connection:
        return connection.scalar(
            sa.select(sa.cast(sessions.c.payload, sa.Text)).where(sessions.c.session_id == session_id)
        )


def rewrite_payload(storage, session_id, **fields):
    payload = json.dumps(json.loads(stored_payload(storage, session_id)) | fields)
    with storage._db.engines[-1].begin() as connection:
        mark = {"sqlite": "?", "postgresql": "%s"}[connection.dialect.name]
        text = f"UPDATE sessions SET payload = {mark} WHERE session_id = {mark}"  # noqa: S608  # two marks of our own
        connection.exec_driver_sql(text, (payload, session_id))


def test_fields_of_a_newer_release_survive_every_kind_of_write(storage):
    session = storage.create(interview())
    rewrite_payload(storage, session.session_id, from_tomorrow={"deep": [1, None, "it's"]}, number=1.50)
    loaded = storage.load(session.session_id)
    loaded.summary = "It broke."
    storage.save(loaded)
    storage.update_fields(session.session_id, {"title": "New"}, kind="interview")
    storage.transition(session.session_id, "paused", by="u1")
    payload = json.loads(stored_payload(storage, session.session_id))
    assert payload["from_tomorrow"] == {"deep": [1, None, "it's"]}
    assert payload["number"] == 1.5
    assert (payload["summary"], payload["title"], payload["status"]) == ("It broke.", "New", "paused")


def test_numbers_come_back_to_the_letter_after_others_were_changed(storage):
    extra = {"large": 1e23, "small": 5e-324, "whole": 2**63 - 1, "float": 1.0, "zero": -0.0}
    session = storage.create(interview(extra=extra))
    storage.update_fields(session.session_id, {"title": "New"}, kind="interview")
    assert {name: repr(value) for name, value in storage.load(session.session_id).extra.items()} == {
        name: repr(value) for name, value in extra.items()
    }


def test_a_save_writes_only_the_fields_that_changed(storage):
    session = storage.create(interview())
    rewrite_payload(storage, session.session_id, summary="written by somebody without a revision")
    loaded = storage.load(session.session_id)
    rewrite_payload(storage, session.session_id, summary="written since")
    loaded.title = "New"
    storage.save(loaded)
    assert storage.load(session.session_id).summary == "written since"


def test_columns_and_payload_say_the_same_after_every_kind_of_write(storage):
    session = storage.create(interview())
    storage.update_fields(session.session_id, {"title": "A", "parent_id": "p1"}, kind="interview")
    storage.transition(session.session_id, "paused", by="u1", exclusive_key="k1")
    loaded = storage.load(session.session_id)
    loaded.user_id = "u2"
    storage.save(loaded)
    with storage._db.engines[0].connect() as connection:
        row = connection.execute(sa.select(sessions)).mappings().one()
    payload = json.loads(stored_payload(storage, session.session_id))
    for name in ("user_id", "title", "parent_id", "status", "exclusive_key", "mode", "kind"):
        assert row[name] == payload[name], name
    assert row["revision"] == 4


def test_appends_and_saves_at_the_same_time_do_not_refuse_each_other(storage):
    session = storage.create(interview())
    refused = []

    def append(thread):
        for i in range(25):
            storage.append_message(session.session_id, message(f"{thread}-{i}"))

    def save():
        mine = storage.load(session.session_id)
        for i in range(25):
            mine.title = f"Title {i}"
            try:
                storage.save(mine)
            except StaleSession as error:
                refused.append(error)

    threads = [threading.Thread(target=append, args=(i,)) for i in range(4)] + [threading.Thread(target=save)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    after = storage.load(session.session_id, messages=None)
    assert [said.n for said in after.messages] == list(range(1, 101))
    assert (after.message_count, after.revision, after.title) == (100, 26, "Title 24")


def test_a_transition_is_not_starved_by_saves(storage):
    session = storage.create(interview())
    stop = threading.Event()

    def keep_saving():
        while not stop.is_set():
            storage.update_fields(session.session_id, {"title": "busy"}, kind="interview")

    savers = [threading.Thread(target=keep_saving) for _ in range(3)]
    for saver in savers:
        saver.start()
    try:
        for status in ("paused", "active") * 10:
            storage.transition(session.session_id, status, by="u1")
    finally:
        stop.set()
        for saver in savers:
            saver.join()
    assert len(storage.load(session.session_id).history) == 20


def test_deleting_takes_the_messages_along(storage):
    session = storage.create(interview())
    storage.append_message(session.session_id, message("m1"))
    assert storage.delete(session.session_id)
    storage.create(interview(session_id=session.session_id))
    assert storage.messages(session.session_id) == []


def test_a_payload_that_cannot_be_read_is_named(storage):
    session = storage.create(interview())
    rewrite_payload(storage, session.session_id, kind="opera")
    with pytest.raises(CorruptSession, match=session.session_id):
        storage.load(session.session_id)
    (unreadable,) = storage.scan()
    assert unreadable.session_id == session.session_id


def test_whose_session_it_is_says_the_column_when_the_payload_does_not(storage):
    session = storage.create(interview(user_id="u1"))
    rewrite_payload(storage, session.session_id, user_id=7)
    with pytest.raises(CorruptSession):
        storage.load(session.session_id, "u1")
    with pytest.raises(SessionAccessDenied):
        storage.delete(session.session_id, "u2")
    assert storage.delete(session.session_id, "u1") is True
    assert not storage.exists(session.session_id)


def test_many_sessions_with_their_messages_are_written_and_scanned_in_batches(storage, url, opened):
    said = [message(f"m{n}") for n in range(1, 4)]
    for n, one in enumerate(said, start=1):
        one.n = n
    many = [interview(session_id=f"s{i:03}", revision=7).with_messages(said) for i in range(230)]
    assert storage.write_many(many) == 230
    assert storage.write_many(many) == 0
    back = list(storage.scan())
    assert [session.session_id for session in back] == [f"s{i:03}" for i in range(230)]
    assert {(session.revision, session.message_count, len(session.messages)) for session in back} == {(7, 3, 3)}


def test_a_newer_header_at_the_target_stays_and_missing_messages_are_added(storage):
    older = interview(session_id="s1", revision=2, title="older")
    storage.write_many([msgspec.structs.replace(older, revision=5, title="newer")])
    older = older.with_messages([message("m1")])
    older.messages[0].n = 1
    assert storage.write_many([older]) == 1
    after = storage.load("s1", messages=None)
    assert (after.revision, after.title, after.message_count, len(after.messages)) == (5, "newer", 1, 1)


def test_a_taken_key_stops_the_batch_and_names_the_holder(storage):
    storage.create(interview(session_id="s1", exclusive_key="k1"))
    with pytest.raises(SlotTaken) as refused:
        storage.write_many([interview(session_id="s2"), interview(session_id="s3", exclusive_key="k1")])
    assert refused.value.holder == "s1"
    assert not storage.exists("s2")
