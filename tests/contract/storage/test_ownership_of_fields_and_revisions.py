"""Promise 2: every field has one owner, every change its revision, and nothing is overwritten unseen."""

import copy

import msgspec
import pytest

from domain.errors import Invalid, SessionNotFound, StaleSession
from domain.interview import Interview
from domain.session import Transition
from tests.contract.storage.racing import all_at_once, split
from tests.contract.storage.samples import NOON, at, full_sessions, interview, live, message, training


class NewerInterview(Interview, tag="interview", kw_only=True, dict=True):
    """An interview as a later release may write it."""

    mood: str = "hopeful-from-the-future"


def test_a_save_raises_the_revision_by_one_and_is_read_back(storage):
    handle = storage.create(interview())
    handle.title, handle.turn_count = "changed", 3
    saved = storage.save(handle, "ada")
    assert saved is handle
    assert saved.revision == 2
    assert saved.updated_at > NOON
    assert storage.load("interview-1") == saved


def test_a_handle_can_be_saved_again_and_again(storage):
    handle = storage.create(interview())
    for turn in range(1, 4):
        handle.turn_count = turn
        assert storage.save(handle).revision == turn + 1
    assert storage.load("interview-1") == handle


def test_a_save_without_a_change_writes_nothing(storage):
    storage.create(interview())
    handle = storage.load("interview-1")
    assert storage.save(handle) is handle
    assert storage.load("interview-1") == handle
    assert handle.revision == 1


def test_a_change_inside_a_list_is_a_change(storage):
    storage.create(full_sessions()[0])
    handle = storage.load("full-interview")
    handle.goals[0].confidence = 56
    handle.extra["nested"]["new"] = "x"
    storage.save(handle)
    loaded = storage.load("full-interview")
    assert (loaded.goals[0].confidence, loaded.extra["nested"]["new"], loaded.revision) == (56, "x", 2)
    assert loaded == handle


def test_a_field_can_be_emptied_again(storage):
    storage.create(full_sessions()[0])
    handle = storage.load("full-interview")
    handle.extracted_summary = handle.current_question = handle.starts_at = handle.voice_call_duration_seconds = None
    handle.goals, handle.extra, handle.summary = [], {}, ""
    storage.save(handle)
    assert storage.load("full-interview") == handle


def test_times_that_are_saved_are_cut_to_whole_milliseconds(storage):
    handle = storage.create(interview())
    handle.archived_at = at(1).replace(microsecond=123_999)
    storage.save(handle)
    assert storage.load("interview-1").archived_at == at(1).replace(microsecond=123_000) == handle.archived_at


def test_an_owner_may_give_a_session_away(storage):
    handle = storage.create(interview())
    handle.user_id = "bob"
    storage.save(handle, "ada")
    assert storage.exists("interview-1", "bob")
    assert not storage.exists("interview-1", "ada")


def test_a_stale_save_is_refused_and_names_the_current_revision(storage):
    storage.create(interview())
    mine, theirs = storage.load("interview-1"), storage.load("interview-1")
    theirs.title = "theirs"
    storage.save(theirs)
    theirs.title = "theirs again"
    storage.save(theirs)
    mine.summary = "mine"
    with pytest.raises(StaleSession) as refused:
        storage.save(mine)
    assert refused.value.current_revision == 3
    assert storage.load("interview-1") == theirs


@pytest.mark.parametrize("copied", [copy.copy, msgspec.structs.replace, copy.deepcopy])
def test_a_copy_writes_all_its_fields_under_the_same_check(storage, copied):
    storage.create(interview(summary="before", goals=[]))
    duplicate = copied(storage.load("interview-1"))
    duplicate.title = "copied"
    assert storage.save(duplicate).revision == 2
    assert storage.load("interview-1") == duplicate
    stale = copied(storage.load("interview-1"))
    other = storage.load("interview-1")
    other.summary = "theirs"
    storage.save(other)
    stale.title = "stale"
    with pytest.raises(StaleSession) as refused:
        storage.save(stale)
    assert refused.value.current_revision == 3
    assert storage.load("interview-1") == other


def test_a_copy_leaves_what_only_a_transition_changes(storage):
    storage.create(live(exclusive_key="channel:7"))
    moved = storage.transition("live-1", "ready", by="ada")
    duplicate = copy.copy(moved)
    duplicate.status, duplicate.exclusive_key, duplicate.history = "stopped", None, []
    duplicate.title = "changed"
    storage.save(duplicate)
    loaded = storage.load("live-1")
    assert (loaded.status, loaded.exclusive_key, loaded.history) == ("ready", "channel:7", moved.history)
    assert loaded.title == "changed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "paused"),
        ("exclusive_key", "mine"),
        ("history", [Transition(at=NOON, by="x", from_status="active", to_status="paused")]),
    ],
)
def test_a_save_refuses_a_change_that_only_a_transition_makes(storage, field, value):
    handle = storage.create(interview())
    setattr(handle, field, value)
    handle.title = "changed"
    with pytest.raises(Invalid, match=field):
        storage.save(handle)
    loaded = storage.load("interview-1")
    assert (loaded.title, loaded.status, loaded.exclusive_key, loaded.history) == ("Bicycle", "active", None, [])


def test_a_save_refuses_another_id_than_the_one_that_was_loaded(storage):
    storage.create(interview("other"))
    handle = storage.create(interview())
    handle.session_id = "other"
    handle.title = "changed"
    with pytest.raises(Invalid, match="session_id"):
        storage.save(handle)
    assert storage.load("other").title == "Bicycle"


def test_a_save_leaves_what_the_storage_keeps_by_itself(storage):
    storage.create(interview())
    handle = storage.load("interview-1")
    handle.created_at, handle.updated_at, handle.message_count, handle.schema_version = at(-99), at(-99), 50, 9
    handle.title = "changed"
    storage.save(handle)
    loaded = storage.load("interview-1")
    assert (loaded.created_at, loaded.message_count, loaded.schema_version) == (NOON, 0, 1)
    assert loaded.updated_at > NOON


def test_a_save_of_a_session_that_is_gone_is_not_found(storage):
    handle = storage.create(interview())
    storage.delete("interview-1")
    handle.title = "changed"
    with pytest.raises(SessionNotFound):
        storage.save(handle)
    assert not storage.exists("interview-1")


def test_a_save_does_not_reach_a_session_of_another_kind(storage):
    handle = storage.create(interview("one"))
    storage.delete("one")
    fresh = storage.create(training("one"))
    handle.title = "changed"
    with pytest.raises(SessionNotFound):
        storage.save(handle)
    assert storage.load("one") == fresh


def test_appending_makes_no_handle_stale(storage):
    handle = storage.create(interview())
    storage.append_message("interview-1", message())
    handle.title = "changed"
    assert storage.save(handle).revision == 2
    assert storage.load("interview-1").message_count == 1


def test_a_transition_and_an_update_make_a_handle_stale(storage):
    for revision, change in enumerate(
        (
            lambda: storage.transition("interview-1", "paused", by="x").revision,
            lambda: storage.update_fields("interview-1", {"summary": "x"}, kind="interview"),
        ),
        start=2,
    ):
        handle = storage.load("interview-1") if storage.exists("interview-1") else storage.create(interview())
        assert change() == revision
        handle.title = f"stale {revision}"
        with pytest.raises(StaleSession) as refused:
            storage.save(handle)
        assert refused.value.current_revision == revision


def test_fields_that_a_newer_release_wrote_are_kept(home):
    storage = home.open()
    storage.create(NewerInterview(**{name: getattr(interview(), name) for name in Interview.__struct_fields__}))
    handle = storage.load("interview-1")
    assert type(handle) is Interview
    handle.title = "changed"
    storage.save(handle)
    storage.save(copy.copy(storage.load("interview-1")))
    storage.update_fields("interview-1", {"summary": "changed"}, kind="interview")
    storage.transition("interview-1", "paused", by="ada")
    storage.append_message("interview-1", message())
    assert "hopeful-from-the-future" in home.raw_headers()


# --- update_fields ---------------------------------------------------------------------------------------------------


def test_fields_are_updated_without_loading(storage):
    created = storage.create(interview())
    revision = storage.update_fields(
        "interview-1", {"hume_conversation_id": "h1", "voice_call_started_at": at(1)}, kind="interview", user_id="ada"
    )
    assert revision == 2
    loaded = storage.load("interview-1")
    assert (loaded.hume_conversation_id, loaded.voice_call_started_at, loaded.revision) == ("h1", at(1), 2)
    assert loaded.updated_at > created.updated_at
    for name in ("hume_conversation_id", "voice_call_started_at", "revision", "updated_at"):
        setattr(created, name, getattr(loaded, name))
    assert loaded == created


def test_an_update_raises_the_revision_even_to_the_same_value(storage):
    storage.create(interview())
    assert [storage.update_fields("interview-1", {"summary": ""}, kind="interview") for _ in range(3)] == [2, 3, 4]


def test_an_update_writes_values_of_the_declared_types(storage):
    storage.create(interview())
    fields = {
        "interviewee_role": "friend",
        "voice_call_duration_seconds": 5,
        "voice_call_started_at": at(0).replace(microsecond=1_999),
        "extracted_summary": {"missing_info": ["who"]},
    }
    storage.update_fields("interview-1", fields, kind="interview")
    loaded = storage.load("interview-1")
    assert loaded.extracted_summary.missing_info == ["who"]
    assert loaded.voice_call_started_at == at(0).replace(microsecond=1_000)
    assert (loaded.interviewee_role, loaded.voice_call_duration_seconds) == ("friend", 5.0)


def test_an_update_counts_a_session_of_another_kind_as_missing(storage):
    storage.create(interview())
    with pytest.raises(SessionNotFound):
        storage.update_fields("interview-1", {"extra": {}}, kind="training")
    assert storage.load("interview-1").revision == 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"nonsense": 1},
        {"$set": {"title": "x"}},
        {"extra.a": 1},
        {"status": "paused"},
        {"history": []},
        {"exclusive_key": "x"},
        {"revision": 9},
        {"message_count": 9},
        {"session_id": "other"},
        {"created_at": at(1)},
        {"updated_at": at(1)},
        {"schema_version": 2},
        {"kind": "live"},
        {"summary": "fine", "nonsense": 1},
    ],
)
def test_an_update_changes_only_fields_that_it_owns(storage, fields):
    created = storage.create(interview())
    with pytest.raises(Invalid):
        storage.update_fields("interview-1", fields, kind="interview")
    assert storage.load("interview-1") == created


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("training", "is_public", True),
        ("training", "members_only", False),
        ("training", "starts_at", at(5)),
        ("training", "title", "New"),
        ("live", "parent_id", "8"),
        ("live", "channel_id", "8"),
    ],
)
def test_fields_that_are_judged_together_are_not_updated_unseen(storage, kind, field, value):
    created = storage.create({"training": training, "live": live}[kind]("one"))
    with pytest.raises(Invalid):
        storage.update_fields("one", {field: value}, kind=kind)
    assert storage.load("one") == created


# --- races -----------------------------------------------------------------------------------------------------------


def test_of_many_saves_at_once_exactly_one_wins_and_the_others_learn_the_revision(storage):
    storage.create(interview())
    for round_number in range(5):
        handles = [storage.load("interview-1") for _ in range(6)]
        for n, handle in enumerate(handles):
            handle.title = f"{round_number}-{n}"
        won, lost = split(all_at_once(*[lambda h=handle: storage.save(h) for handle in handles]), StaleSession)
        assert (len(won), len(lost)) == (1, 5)
        assert {error.current_revision for error in lost} == {round_number + 2}
        assert storage.load("interview-1") == won[0]


def test_updates_at_once_are_all_counted(storage):
    storage.create(interview())
    revisions = all_at_once(
        *[lambda n=n: storage.update_fields("interview-1", {"turn_count": n}, kind="interview") for n in range(12)]
    )
    assert sorted(revisions) == list(range(2, 14))
