"""Promise 1: what exists, for whom, and that nobody learns about what belongs to somebody else."""

import pytest

from domain.errors import SessionAccessDenied, SessionExists, SessionNotFound, StaleSession
from domain.session import Transition
from storage.base import SessionQuery
from tests.contract.storage.racing import all_at_once, outcome, split
from tests.contract.storage.samples import NOON, at, interview, live, message, training

OPERATIONS = {
    "load": lambda storage, session_id, user: storage.load(session_id, user),
    "load with messages": lambda storage, session_id, user: storage.load(session_id, user, messages=None),
    "save": lambda storage, session_id, user: storage.save(interview(session_id, revision=1, title="mine"), user),
    "update_fields": lambda storage, session_id, user: storage.update_fields(
        session_id, {"title": "mine"}, kind="interview", user_id=user
    ),
    "transition": lambda storage, session_id, user: storage.transition(session_id, "paused", by="x", user_id=user),
    "append_message": lambda storage, session_id, user: storage.append_message(session_id, message(), user),
    "messages": lambda storage, session_id, user: storage.messages(session_id, user),
    "the last messages": lambda storage, session_id, user: storage.messages(session_id, user, last=1),
    "delete": lambda storage, session_id, user: storage.delete(session_id, user),
}


def everything(storage):
    """The whole content, to see that a refusal changed nothing."""
    page = storage.find(SessionQuery(limit=200))
    return [(row, storage.load(row.session_id, messages=None)) for row in page.items]


def test_a_created_session_comes_back_with_revision_one(storage):
    created = storage.create(interview())
    assert (created.revision, created.message_count, created.history) == (1, 0, [])
    assert storage.load("interview-1") == created


def test_a_created_session_was_updated_when_it_was_created(storage):
    assert storage.create(interview(created_at=at(-5), updated_at=at(5))).updated_at == at(-5)


def test_create_begins_at_the_beginning_whatever_the_given_session_says(storage):
    step = Transition(at=NOON, by="x", from_status="active", to_status="paused")
    given = interview(revision=9, message_count=9, history=[step]).with_messages([message()])
    created = storage.create(given)
    assert (created.revision, created.message_count, created.history, list(created.messages)) == (1, 0, [], [])
    assert storage.load("interview-1", messages=None) == created
    assert storage.messages("interview-1") == []


def test_a_session_may_be_created_in_any_status_of_its_kind(storage):
    storage.create(interview(status="complete"))
    assert storage.load("interview-1").status == "complete"


def test_what_is_done_to_a_session_after_it_was_created_is_not_stored_by_itself(storage):
    created = storage.create(interview(extra={"list": [1]}))
    created.extra["list"].append(2)
    storage.load("interview-1").extra["list"].append(3)
    assert storage.load("interview-1").extra == {"list": [1]}


def test_creating_an_id_that_exists_is_refused_and_the_first_stays(storage):
    first = storage.create(interview(title="first"))
    with pytest.raises(SessionExists):
        storage.create(interview(title="second", user_id="bob"))
    with pytest.raises(SessionExists):
        storage.create(training("interview-1"))
    assert storage.load("interview-1") == first


def test_of_many_that_create_one_id_at_once_exactly_one_does(storage):
    for round_number in range(5):
        new = [interview(f"raced-{round_number}", title=f"by {n}") for n in range(6)]
        calls = [lambda session=session: storage.create(session) for session in new]
        won, lost = split(all_at_once(*calls), SessionExists)
        assert (len(won), len(lost)) == (1, 5)
        assert storage.load(f"raced-{round_number}").title == won[0].title


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_session_and_a_foreign_one_are_refused_alike(storage, operation):
    storage.create(interview("foreign", user_id="bob"))
    before = everything(storage)
    with pytest.raises(SessionAccessDenied) as foreign:
        OPERATIONS[operation](storage, "foreign", "ada")
    with pytest.raises(SessionAccessDenied) as missing:
        OPERATIONS[operation](storage, "missing", "ada")
    assert isinstance(foreign.value, PermissionError)
    assert (str(foreign.value), foreign.value.code) == (str(missing.value), missing.value.code)
    assert everything(storage) == before


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "delete"])
def test_without_a_user_a_missing_session_is_not_found(storage, operation):
    with pytest.raises(SessionNotFound):
        OPERATIONS[operation](storage, "missing", None)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_user_id_never_means_everybody(storage, operation):
    storage.create(interview("adas", user_id="ada"))
    with pytest.raises(SessionAccessDenied):
        OPERATIONS[operation](storage, "adas", "")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_user_id_owns_like_any_other(storage, operation):
    storage.create(interview("nobodys", user_id=""))
    assert not isinstance(outcome(lambda: OPERATIONS[operation](storage, "nobodys", "")), Exception)


@pytest.mark.parametrize("almost", ["Ada", "ada ", " ada", "ád", "a%", "ad_", "guest:ada"])
def test_owners_are_compared_letter_by_letter(storage, almost):
    storage.create(interview(user_id="ada"))
    assert not storage.exists("interview-1", almost)
    assert storage.find(SessionQuery(user_id=almost)).items == []


def test_session_ids_are_told_apart_by_case(storage):
    storage.create(interview("case", title="lower"))
    storage.create(interview("CASE", title="upper"))
    assert [storage.load(name).title for name in ("case", "CASE")] == ["lower", "upper"]
    assert storage.delete("case")
    assert storage.exists("CASE")


@pytest.mark.parametrize("session_id", ["a", "0", "Z" * 64, "a-_", "CON", "nul", "index", "keys", "sessions"])
def test_every_id_of_the_allowed_shape_is_kept(storage, session_id):
    storage.create(interview(session_id))
    storage.append_message(session_id, message())
    assert storage.load(session_id, messages=None).session_id == session_id


def test_exists_is_true_only_for_those_who_may_load(storage):
    storage.create(interview())
    assert storage.exists("interview-1")
    assert storage.exists("interview-1", "ada")
    assert not storage.exists("interview-1", "bob")
    assert not storage.exists("missing")
    assert not storage.exists("missing", "ada")


def test_delete_tells_whether_something_was_deleted(storage):
    storage.create(interview())
    assert storage.delete("interview-1") is True
    assert storage.delete("interview-1") is False
    assert storage.delete("missing") is False
    with pytest.raises(SessionNotFound):
        storage.load("interview-1")


def test_a_deleted_session_is_found_no_more(storage):
    storage.create(interview())
    storage.delete("interview-1")
    assert storage.find(SessionQuery()).items == []
    assert not storage.exists("interview-1")


def test_of_many_that_delete_a_session_at_once_exactly_one_did(storage):
    for round_number in range(5):
        storage.create(interview(f"raced-{round_number}"))
        outcomes = all_at_once(*[lambda name=f"raced-{round_number}": storage.delete(name)] * 4)
        assert sorted(outcomes) == [False, False, False, True]


def test_a_session_made_again_under_the_same_id_is_fresh(storage):
    storage.create(live("again", exclusive_key="channel:7", extra={"old": 1}))
    storage.append_message("again", message("m1", "old"))
    storage.transition("again", "ready", by="ada")
    storage.update_fields("again", {"room_id": "old"}, kind="live")
    storage.delete("again")
    created = storage.create(interview("again", user_id="bob", created_at=at(9)))
    loaded = storage.load("again", messages=None)
    assert loaded == created
    assert (loaded.revision, loaded.message_count, loaded.history, loaded.extra) == (1, 0, [], {})
    assert list(loaded.messages) == []
    assert storage.append_message("again", message("m1", "new")).content == "new"
    assert [row.kind for row in storage.find(SessionQuery()).items] == ["interview"]
    storage.create(live("other", exclusive_key="channel:7"))


def test_a_session_deleted_while_others_write_is_gone_or_wholly_there(storage):
    for round_number in range(5):
        name = f"raced-{round_number}"
        handle = storage.create(interview(name))
        handle.title = "saved"
        outcomes = all_at_once(
            lambda name=name: storage.delete(name),
            lambda handle=handle: storage.save(handle),
            lambda name=name: storage.append_message(name, message()),
            lambda name=name: storage.transition(name, "paused", by="x"),
        )
        split(outcomes, (SessionNotFound, StaleSession))
        assert outcomes[0] is True
        assert not storage.exists(name)
        fresh = storage.create(interview(name, title="fresh"))
        assert storage.load(name, messages=None) == fresh
        assert storage.messages(name) == []
