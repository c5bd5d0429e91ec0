"""Promise 3: messages are appended atomically, in order, once per id, beside and never inside the header."""

import pytest

from domain.errors import SessionNotFound
from tests.contract.storage.racing import all_at_once, split
from tests.contract.storage.samples import AWKWARD, at, full_message, interview, message


def conversation(storage, count, session_id="interview-1"):
    """A session with this many messages, m1, m2, …"""
    storage.create(interview(session_id))
    return [storage.append_message(session_id, message(f"m{n}", f"said {n}")) for n in range(1, count + 1)]


def test_messages_are_numbered_from_one_in_the_order_they_came(storage):
    appended = conversation(storage, 3)
    assert [each.n for each in appended] == [1, 2, 3]
    assert storage.messages("interview-1") == appended
    assert storage.load("interview-1").message_count == 3


def test_the_order_is_that_of_appending_and_not_of_the_clock_or_the_ids(storage):
    storage.create(interview())
    for message_id, minute in (("z", 9), ("a", 5), ("m", 7)):
        storage.append_message("interview-1", message(message_id, timestamp=at(minute)))
    assert [each.message_id for each in storage.messages("interview-1")] == ["z", "a", "m"]


def test_a_message_comes_back_as_it_was_given(storage):
    storage.create(interview())
    given = full_message()
    stored = storage.append_message("interview-1", given)
    given.n = 1
    assert stored == given
    assert storage.messages("interview-1") == [given]


def test_a_number_that_the_caller_gives_a_message_counts_for_nothing(storage):
    storage.create(interview())
    assert storage.append_message("interview-1", message(n=77)).n == 1
    assert storage.messages("interview-1")[0].n == 1


def test_the_time_of_a_message_is_cut_to_whole_milliseconds(storage):
    storage.create(interview())
    stored = storage.append_message("interview-1", message(timestamp=at(0).replace(microsecond=9_999)))
    assert stored.timestamp == storage.messages("interview-1")[0].timestamp == at(0).replace(microsecond=9_000)


def test_the_same_message_id_twice_is_stored_once_and_answered_alike(storage):
    conversation(storage, 2)
    again = storage.append_message("interview-1", message("m1", "other words", role="note", timestamp=at(9)))
    assert (again.n, again.content) == (1, "said 1")
    assert again == storage.messages("interview-1")[0]
    assert storage.load("interview-1").message_count == 2


@pytest.mark.parametrize("twin", ["M1", "m1 ", " m1", "m\u0661", "m%", "m_", "m"])
def test_message_ids_are_told_apart_letter_by_letter(storage, twin):
    conversation(storage, 1)
    assert storage.append_message("interview-1", message(twin, "another")).n == 2


def test_two_sessions_may_use_the_same_message_ids(storage):
    conversation(storage, 2, "one")
    conversation(storage, 1, "two")
    assert [each.n for each in storage.messages("two")] == [1]
    assert [each.n for each in storage.messages("one")] == [1, 2]


def test_appending_leaves_revision_status_and_time_of_update_alone(storage):
    created = storage.create(interview())
    storage.append_message("interview-1", message())
    created.message_count = 1
    assert storage.load("interview-1") == created


def test_the_longest_message_is_kept(storage):
    storage.create(interview())
    longest = ("🦊" + AWKWARD) * 2_000
    storage.append_message("interview-1", message(content=longest[:100_000]))
    assert storage.messages("interview-1")[0].content == longest[:100_000]


def test_an_empty_text_is_a_text(storage):
    storage.create(interview())
    storage.append_message("interview-1", message(content=""))
    assert storage.messages("interview-1")[0].content == ""


def test_a_session_loads_with_none_some_or_all_of_its_messages(storage):
    appended = conversation(storage, 5)
    expected = {0: [], 1: appended[-1:], 3: appended[-3:], 5: appended, 50: appended, None: appended}
    for wanted, messages in expected.items():
        assert list(storage.load("interview-1", messages=wanted).messages) == messages
    assert list(storage.load("interview-1").messages) == []


def test_loaded_messages_are_read_only(storage):
    conversation(storage, 1)
    session = storage.load("interview-1", messages=None)
    with pytest.raises(AttributeError):
        session.messages = []
    with pytest.raises((AttributeError, TypeError)):
        session.messages.append(message("m2"))


def test_a_session_without_messages_has_an_empty_sequence_of_them(storage):
    storage.create(interview())
    assert list(storage.load("interview-1", messages=None).messages) == []
    assert storage.messages("interview-1") == storage.messages("interview-1", last=5) == []


def test_a_slice_begins_after_a_number_and_ends_at_a_limit(storage):
    conversation(storage, 5)
    slices = {(0, None): [1, 2, 3, 4, 5], (2, None): [3, 4, 5], (2, 2): [3, 4], (5, None): [], (99, 5): [], (0, 0): []}
    for (after, limit), numbers in slices.items():
        assert [each.n for each in storage.messages("interview-1", after=after, limit=limit)] == numbers
    assert [each.n for each in storage.messages("interview-1", last=2)] == [4, 5]
    assert storage.messages("interview-1", last=0) == []


def test_appending_to_a_missing_session_stores_nothing(storage):
    with pytest.raises(SessionNotFound):
        storage.append_message("interview-1", message())
    storage.create(interview())
    assert storage.messages("interview-1") == []


def test_eight_threads_that_append_every_id_twice_leave_each_once_and_no_gap(storage):
    storage.create(interview())

    def append(thread):
        ids = [f"t{thread}-{n}" for n in range(10)]
        return [storage.append_message("interview-1", message(each, each)).n for each in ids for _ in range(2)]

    numbers, _ = split(all_at_once(*[lambda t=t: append(t) for t in range(8)]), ())
    stored = storage.messages("interview-1")
    assert [each.n for each in stored] == list(range(1, 81))
    assert len({each.message_id for each in stored}) == 80
    assert storage.load("interview-1").message_count == 80
    place = {each.message_id: each.n for each in stored}
    for thread, given in enumerate(numbers):
        assert given == [place[f"t{thread}-{n}"] for n in range(10) for _ in range(2)]
        assert given == sorted(given)


def test_one_id_appended_by_many_at_once_is_stored_once(storage):
    storage.create(interview())
    for round_number in range(5):
        calls = [
            lambda n=n, r=round_number: storage.append_message("interview-1", message(f"same-{r}", str(n)))
            for n in range(6)
        ]
        stored, _ = split(all_at_once(*calls), ())
        assert len({(each.n, each.content) for each in stored}) == 1
        assert stored[0].n == round_number + 1


def test_appending_during_saves_never_conflicts_with_them(storage):
    handle = storage.create(interview())

    def save():
        for turn in range(1, 16):
            handle.turn_count = turn
            storage.save(handle)

    def append(thread):
        for n in range(15):
            storage.append_message("interview-1", message(f"{thread}-{n}"))

    split(all_at_once(save, lambda: append(1), lambda: append(2)), ())
    loaded = storage.load("interview-1", messages=None)
    assert (loaded.turn_count, loaded.revision, loaded.message_count) == (15, 16, 30)
    assert [each.n for each in loaded.messages] == list(range(1, 31))


def test_a_reader_beside_a_writer_never_sees_a_gap(storage):
    storage.create(interview())
    seen = []

    def append():
        for n in range(30):
            storage.append_message("interview-1", message(f"m{n}"))

    def read():
        while not seen or len(seen[-1]) < 30:
            seen.append([each.n for each in storage.messages("interview-1")])

    split(all_at_once(append, read), ())
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
    assert [len(numbers) for numbers in seen] == sorted(len(numbers) for numbers in seen)
