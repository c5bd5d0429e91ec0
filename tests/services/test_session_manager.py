"""The facade: whose sessions, which storage, and never inside an open database write."""

import pytest

from database.manager import DatabaseManager
from database.unified_session_manager import UnifiedSessionManager
from domain.errors import Invalid, SessionAccessDenied, SessionNotFound, TransitionRefused
from domain.session import Message
from services.session_manager import SessionManager, choose_storage
from storage.registry import StorageConfig, open_storage

INTERVIEW = {"incident_name": "A quarrel", "interviewee_name": "Ada", "interviewee_role": "witness"}


@pytest.fixture
def storage(tmp_path):
    config = StorageConfig(folder=tmp_path / "sessions", database_url="", mongo_url="", mongo_database="")
    storage = open_storage("file", config)
    storage.prepare()
    yield storage
    storage.close()


@pytest.fixture
def mine(storage):
    return SessionManager(storage, "ada")


@pytest.fixture
def everybody(storage):
    return SessionManager(storage)


def test_the_interviews_own_call_works_as_it_always_did(mine):
    session = mine.create_session(
        incident_name="A quarrel",
        interviewee_name="Ada",
        interviewee_role="witness",
        confidence_threshold=90,
        mode="text",
        user_email=None,
    )
    assert (session.kind, session.user_id, session.status, session.revision) == ("interview", "ada", "active", 1)


def test_without_a_storage_it_takes_the_one_that_was_chosen(storage):
    choose_storage(storage)
    try:
        assert SessionManager(user_id="ada").create_session(**INTERVIEW).session_id
    finally:
        choose_storage(None)


def test_without_a_storage_and_none_chosen_it_raises():
    choose_storage(None)
    with pytest.raises(RuntimeError, match="no session storage was chosen"):
        SessionManager()


def test_an_unfiltered_manager_has_to_name_the_owner(everybody):
    with pytest.raises(Invalid, match="user_id"):
        everybody.create_session(**INTERVIEW)
    assert everybody.create_session(user_id="bob", **INTERVIEW).user_id == "bob"


def test_nobody_creates_sessions_for_somebody_else(mine):
    with pytest.raises(Invalid, match="user_id"):
        mine.create_session(user_id="bob", **INTERVIEW)


def test_an_empty_user_id_is_a_user_id(storage, everybody):
    everybody.create_session(user_id="bob", **INTERVIEW)
    nobody = SessionManager(storage, "")
    assert nobody.list_sessions().items == []
    assert nobody.create_session(**INTERVIEW).user_id == ""
    assert len(nobody.list_sessions().items) == 1


def test_a_foreign_session_and_a_missing_one_are_refused_alike(mine, everybody):
    foreign = everybody.create_session(user_id="bob", **INTERVIEW).session_id
    for session_id in (foreign, "missing"):
        with pytest.raises(SessionAccessDenied) as refused:
            mine.load_session(session_id)
        assert session_id not in refused.value.message
    with pytest.raises(SessionNotFound):
        everybody.load_session("missing")


def test_a_session_comes_with_all_its_messages_unless_fewer_are_asked_for(mine):
    session_id = mine.create_session(**INTERVIEW).session_id
    for number in range(5):
        mine.append_message(session_id, Message(message_id=f"m{number}", role="interviewee", content="words"))
    assert [message.n for message in mine.load_session(session_id).messages] == [1, 2, 3, 4, 5]
    assert [message.n for message in mine.load_session(session_id, messages=2).messages] == [4, 5]
    assert list(mine.load_session(session_id, messages=0).messages) == []
    assert [message.n for message in mine.messages(session_id, after=3)] == [4, 5]
    assert mine.load_session(session_id, messages=0).message_count == 5


def test_a_list_holds_only_the_managers_own_whatever_the_filter_says(mine, everybody):
    mine.create_session(**INTERVIEW)
    everybody.create_session(user_id="bob", **INTERVIEW)
    assert {item.user_id for item in mine.list_sessions(user_id="bob").items} == {"ada"}
    assert {item.user_id for item in everybody.list_sessions().items} == {"ada", "bob"}


def test_an_unknown_filter_is_refused_naming_the_known_ones(mine):
    with pytest.raises(Invalid, match="statuses"):
        mine.list_sessions(state="active")


def test_save_transition_and_delete_go_through(mine):
    session = mine.create_session(**INTERVIEW)
    session.title = "Another title"
    assert mine.save_session(session).revision == 2
    assert mine.transition(session.session_id, "paused", by="ada", why="lunch").history[-1].why == "lunch"
    with pytest.raises(TransitionRefused, match="paused"):
        mine.transition(session.session_id, "complete", by="ada")
    assert mine.delete_session(session.session_id)
    assert mine.list_sessions().items == []


def test_voice_metadata_changes_without_loading_and_nothing_else_passes(mine):
    session_id = mine.create_session(**INTERVIEW).session_id
    assert mine.update_voice_metadata(session_id, hume_conversation_id="chat-1", voice_call_duration_seconds=12.5) == 2
    assert mine.load_session(session_id).hume_conversation_id == "chat-1"
    with pytest.raises(Invalid, match="title"):
        mine.update_voice_metadata(session_id, title="sneaked in")


def test_no_session_storage_inside_an_open_database_write(mine, tmp_path):
    db = DatabaseManager(f"sqlite:///{tmp_path}/relational.sqlite")
    try:
        with UnifiedSessionManager(db).get_db_session(), pytest.raises(RuntimeError, match="get_db_session"):
            mine.create_session(**INTERVIEW)
        assert mine.list_sessions().items == []
    finally:
        db.close()
