"""Promise 6 as far as a test without a kill can see it: what one handle acknowledged, every other reads at once."""

import pytest

from domain.errors import SessionExists, SessionNotFound, SlotTaken, StaleSession
from storage.base import SessionQuery
from tests.contract.storage.others import run_at_once
from tests.contract.storage.racing import all_at_once, split
from tests.contract.storage.samples import full_sessions, interview, live, message


def test_what_one_handle_acknowledged_another_reads(home):
    one, other = home.open(), home.open()
    created = one.create(interview())
    assert other.load("interview-1") == created
    created.title = "changed"
    one.save(created)
    assert other.load("interview-1") == created
    one.append_message("interview-1", message())
    assert [each.message_id for each in other.messages("interview-1")] == ["m1"]
    moved = one.transition("interview-1", "paused", by="x")
    assert other.load("interview-1") == moved
    one.update_fields("interview-1", {"summary": "x"}, kind="interview")
    assert other.load("interview-1").summary == "x"
    assert [row.revision for row in other.find(SessionQuery()).items] == [4]
    one.delete("interview-1")
    assert not other.exists("interview-1")
    assert other.find(SessionQuery()).items == []


def test_what_was_acknowledged_is_there_after_the_handle_is_closed(home):
    storage = home.open()
    for session in full_sessions():
        storage.create(session)
        storage.append_message(session.session_id, message())
    before = [storage.load(each.session_id, messages=None) for each in full_sessions()]
    rows = storage.find(SessionQuery()).items
    storage.close()
    again = home.open()
    assert [again.load(each.session_id, messages=None) for each in full_sessions()] == before
    assert again.find(SessionQuery()).items == rows


def test_two_handles_keep_the_same_promises_as_one(home):
    one, other = home.open(), home.open()
    one.create(live("first", exclusive_key="slot"))
    with pytest.raises(SessionExists):
        other.create(live("first"))
    with pytest.raises(SlotTaken):
        other.create(live("second", exclusive_key="slot"))
    mine, theirs = one.load("first"), other.load("first")
    mine.title, theirs.title = "mine", "theirs"
    one.save(mine)
    with pytest.raises(StaleSession):
        other.save(theirs)
    first = one.append_message("first", message("m1"))
    assert other.append_message("first", message("m1")) == first
    assert other.append_message("first", message("m2")).n == 2
    assert one.append_message("first", message("m3")).n == 3
    other.delete("first")
    with pytest.raises(SessionNotFound):
        one.append_message("first", message("m4"))
    one.create(live("third", exclusive_key="slot"))


def test_a_cursor_of_one_handle_continues_on_another(home):
    one, other = home.open(), home.open()
    for n in range(3):
        one.create(interview(f"i{n}"))
    cursor = one.find(SessionQuery(limit=2)).next_cursor
    assert [row.session_id for row in other.find(SessionQuery(limit=2, cursor=cursor)).items] == ["i0"]


def test_threads_on_two_handles_append_without_a_gap(home):
    handles = [home.open(), home.open()]
    handles[0].create(interview())

    def append(thread):
        for n in range(8):
            handles[thread % 2].append_message("interview-1", message(f"{thread}-{n}"))

    split(all_at_once(*[lambda t=t: append(t) for t in range(4)]), ())
    assert [each.n for each in handles[0].messages("interview-1")] == list(range(1, 33))
    assert handles[1].load("interview-1").message_count == 32


def test_preparing_a_place_again_keeps_what_is_there(home):
    storage = home.open()
    created = storage.create(interview())
    all_at_once(storage.prepare, storage.prepare)
    assert home.open().load("interview-1") == created


def test_a_prepared_place_answers_and_can_be_closed_twice(home):
    storage = home.open()
    assert storage.ping() is None
    storage.close()
    storage.close()


def test_what_one_process_acknowledged_another_reads(shared_home):
    storage = shared_home.open()
    storage.create(interview(title="from here"))
    (answers,) = run_at_once(
        shared_home,
        """
handle = storage.load("interview-1")
answers.append(handle.title)
handle.title = "from there"
storage.save(handle)
storage.append_message("interview-1", message("m1", "from there"))
storage.create(live("made-there", exclusive_key="slot"))
""",
    )
    assert answers == ["from here"]
    loaded = storage.load("interview-1", messages=None)
    assert (loaded.title, loaded.messages[0].content) == ("from there", "from there")
    assert len(storage.find(SessionQuery()).items) == 2
    with pytest.raises(SlotTaken):
        storage.create(live("made-here", exclusive_key="slot"))


def test_two_processes_lose_none_of_each_others_writes(shared_home):
    storage = shared_home.open()
    storage.create(interview())
    steps = """
for n in range(15):
    answers.append(storage.append_message("interview-1", message(f"{name}-{{n}}")).n)
    while True:
        handle = storage.load("interview-1")
        handle.turn_count += 1
        try:
            storage.save(handle)
            break
        except StaleSession:
            continue
"""
    answers = run_at_once(shared_home, *[steps.format(name=name) for name in ("left", "right")])
    assert sorted(n for numbers in answers for n in numbers) == list(range(1, 31))
    loaded = storage.load("interview-1", messages=None)
    assert (loaded.turn_count, loaded.revision, loaded.message_count) == (30, 31, 30)
    assert [each.n for each in loaded.messages] == list(range(1, 31))
