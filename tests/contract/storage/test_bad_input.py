"""Promise 7: what no storage could keep is refused everywhere with the same error, and nothing of it is stored."""

import pytest

from domain.errors import Invalid
from storage.base import SessionQuery
from tests.contract.storage.bad_values import (
    BAD_FREE_FORM,
    BAD_IDS,
    BAD_TEXTS,
    BAD_TIMES,
    HEADER_CASES,
    TEN_MEGABYTES,
    cases,
)
from tests.contract.storage.samples import NOON, at, interview, live, message, training


def untouched(storage):
    """Whether the place holds the one session of these tests as it was made, and nothing else."""
    (row,) = storage.find(SessionQuery()).items
    loaded = storage.load("interview-1", messages=None)
    return (row.revision, loaded, list(loaded.messages)) == (1, interview(revision=1, updated_at=NOON), [])


@pytest.fixture
def prepared(storage):
    """A storage with one session in it."""
    storage.create(interview())
    return storage


@pytest.mark.parametrize("session_id", BAD_IDS.values(), ids=BAD_IDS)
def test_an_id_that_is_none_is_refused_by_every_method(prepared, session_id):
    foreign = interview(revision=1)
    foreign.session_id = session_id
    calls = [
        lambda: prepared.create(interview(session_id)),
        lambda: prepared.load(session_id),
        lambda: prepared.load(session_id, "ada", messages=None),
        lambda: prepared.save(foreign),
        lambda: prepared.update_fields(session_id, {"title": "x"}, kind="interview"),
        lambda: prepared.transition(session_id, "paused", by="x"),
        lambda: prepared.append_message(session_id, message()),
        lambda: prepared.messages(session_id),
        lambda: prepared.exists(session_id),
        lambda: prepared.delete(session_id),
        lambda: prepared.delete(session_id, "ada"),
    ]
    for call in calls:
        with pytest.raises(Invalid, match="session_id"):
            call()
    assert untouched(prepared)


@pytest.mark.parametrize(
    "user_id", [5, True, b"ada", ["ada"], {"$ne": ""}, "a\x00", "\ud800", "u" * 201, TEN_MEGABYTES, object()]
)
def test_a_user_that_is_none_is_refused_by_every_method(prepared, user_id):
    calls = [
        lambda: prepared.load("interview-1", user_id),
        lambda: prepared.save(interview(revision=1, title="x"), user_id),
        lambda: prepared.update_fields("interview-1", {"title": "x"}, kind="interview", user_id=user_id),
        lambda: prepared.transition("interview-1", "paused", by="x", user_id=user_id),
        lambda: prepared.append_message("interview-1", message(), user_id),
        lambda: prepared.messages("interview-1", user_id),
        lambda: prepared.exists("interview-1", user_id),
        lambda: prepared.delete("interview-1", user_id),
        lambda: prepared.find(SessionQuery(user_id=user_id)),
    ]
    for call in calls:
        with pytest.raises(Invalid):
            call()
    assert untouched(prepared)


@pytest.mark.parametrize(("field", "value"), HEADER_CASES)
def test_a_field_that_cannot_be_kept_is_neither_created_saved_nor_updated(prepared, field, value):
    new = interview("new")
    setattr(new, field, value)
    with pytest.raises(Invalid):
        prepared.create(new)
    handle = prepared.load("interview-1")
    setattr(handle, field, value)
    with pytest.raises(Invalid):
        prepared.save(handle)
    with pytest.raises(Invalid):
        prepared.update_fields("interview-1", {"summary": "fine", field: value}, kind="interview")
    assert not prepared.exists("new")
    assert untouched(prepared)


@pytest.mark.parametrize(("field", "value"), cases(created_at=BAD_TIMES, exclusive_key=BAD_TEXTS))
def test_a_field_that_is_set_once_is_refused_when_it_cannot_be_kept(prepared, field, value):
    new = interview("new")
    setattr(new, field, value)
    with pytest.raises(Invalid):
        prepared.create(new)
    assert untouched(prepared)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *cases(message_id__content__role=BAD_TEXTS, meta=BAD_FREE_FORM, timestamp=BAD_TIMES),
        ("message_id", ""),
        ("message_id", None),
        ("message_id", "m" * 201),
        ("role", ""),
        ("role", "r" * 41),
        ("content", None),
        ("content", "c" * 100_001),
        ("timestamp", None),
        ("meta", {"a": "x" * 65_536}),
        ("n", -1),
        ("n", "1"),
    ],
)
def test_a_message_that_cannot_be_kept_is_not_appended(prepared, field, value):
    bad = message()
    setattr(bad, field, value)
    with pytest.raises(Invalid):
        prepared.append_message("interview-1", bad)
    assert untouched(prepared)


@pytest.mark.parametrize("argument", ["by", "why", "exclusive_key"])
@pytest.mark.parametrize("value", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_a_transition_with_words_that_cannot_be_kept_moves_nothing(prepared, argument, value):
    with pytest.raises(Invalid, match=argument):
        prepared.transition("interview-1", "paused", **{"by": "ada", argument: value})
    assert untouched(prepared)


@pytest.mark.parametrize(("argument", "length"), [("by", 201), ("why", 2_001), ("exclusive_key", 201)])
def test_a_transition_with_too_many_words_moves_nothing(prepared, argument, length):
    with pytest.raises(Invalid, match=argument):
        prepared.transition("interview-1", "paused", **{"by": "ada", argument: "x" * length})
    assert untouched(prepared)


@pytest.mark.parametrize(
    "slice_",
    [
        {"after": -1},
        {"after": "1"},
        {"after": None},
        {"limit": -1},
        {"limit": 1.5},
        {"last": -1},
        {"last": True},
        {"last": 2**64},
        {"after": 2**64},
        {"last": 1, "limit": 1},
        {"last": 0, "after": 1},
    ],
)
def test_a_slice_that_cannot_be_meant_is_refused(prepared, slice_):
    with pytest.raises(Invalid):
        prepared.messages("interview-1", **slice_)


@pytest.mark.parametrize("messages", [-1, "all", True, 1.0, 2**64])
def test_a_number_of_messages_that_cannot_be_meant_is_refused(prepared, messages):
    with pytest.raises(Invalid):
        prepared.load("interview-1", messages=messages)


@pytest.mark.parametrize("kind", ["nonsense", "", "Interview", None, 5, {"$ne": 1}, "interview\x00"])
def test_an_update_of_a_kind_that_is_none_is_refused(prepared, kind):
    with pytest.raises(Invalid, match="kind"):
        prepared.update_fields("interview-1", {"extra": {}}, kind=kind)
    assert untouched(prepared)


@pytest.mark.parametrize("status", ["nonsense", "ended", 5, None, "active\x00", {"$ne": 1}])
def test_a_status_that_the_kind_does_not_have_is_not_created(prepared, status):
    new = interview("new")
    new.status = status
    with pytest.raises(Invalid, match="status"):
        prepared.create(new)
    assert untouched(prepared)


def test_a_session_that_is_over_is_not_created_with_a_key(prepared):
    with pytest.raises(Invalid, match="exclusive_key"):
        prepared.create(live("new", status="stopped", exclusive_key="channel:7"))
    prepared.create(live("other", exclusive_key="channel:7"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": " "}, "title"),
        ({"is_public": True}, "members_only"),
        ({"starts_at": at(99)}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"duration_minutes": 4}, "duration_minutes"),
        ({"duration_minutes": 481}, "duration_minutes"),
        ({"capacity": 0}, "capacity"),
        ({"session_date": "tomorrow"}, "session_date"),
        ({"session_date": None}, "session_date"),
        ({"tags": ["x" * 201]}, "tags"),
    ],
)
def test_a_training_that_contradicts_itself_is_neither_created_nor_saved(storage, change, named):
    handle, new = storage.create(training()), training("new")
    for field, value in change.items():
        setattr(handle, field, value)
        setattr(new, field, value)
    for call in (lambda: storage.create(new), lambda: storage.save(handle)):
        with pytest.raises(Invalid, match=named):
            call()
    assert storage.load("training-1") == training(revision=1, updated_at=NOON)
    assert not storage.exists("new")


def test_a_broadcast_stays_on_its_channel(storage):
    handle = storage.create(live())
    handle.parent_id = "8"
    with pytest.raises(Invalid, match="parent_id"):
        storage.save(handle)
    handle.channel_id = "8"
    assert storage.load(storage.save(handle).session_id).parent_id == "8"


def bulky(kilobytes):
    """Answers of this many kilobytes together."""
    return ["x" * 1_000] * kilobytes


def test_a_header_of_more_than_four_mebibytes_is_neither_created_nor_grown_by_saves(prepared):
    facts = [{"topic": "who", "claim": "x" * 1_000, "quote": "", "message_id": "m", "fact_id": "f"}] * 2_200
    with pytest.raises(Invalid, match="session"):
        prepared.create(interview("new", answers=bulky(2_100), facts=facts))
    assert untouched(prepared)
    handle = prepared.load("interview-1")
    handle.answers = bulky(2_100)
    prepared.save(handle)
    handle.facts = facts
    with pytest.raises(Invalid, match="session"):
        prepared.save(handle)
    assert prepared.load("interview-1").revision == 2
    assert prepared.load("interview-1").facts == []


def test_an_update_without_loading_is_small(prepared):
    with pytest.raises(Invalid, match="fields"):
        prepared.update_fields("interview-1", {"answers": bulky(300)}, kind="interview")
    assert untouched(prepared)
    assert prepared.update_fields("interview-1", {"answers": bulky(250)}, kind="interview") == 2
