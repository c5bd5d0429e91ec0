"""Seeding: the same sessions however often it runs, on every storage, and nothing of anybody else's is touched."""

import msgspec
import pytest

from domain.actor import Role
from domain.errors import Busy, Conflict, StorageUnavailable
from domain.interview import Stage
from domain.session import Message
from services.seeding import SCENARIOS, Outcome
from services.seeding.conducting import Conducting
from services.seeding.scenario import Scenario
from tests.contract.storage.samples import interview
from tests.services.homes import OTHERS_THAN_FILES

TEST = SCENARIOS["test"]
OWNER = TEST.owner.user_id
FIRST = "test-session-001"
PASSWORD = "correct horse battery"


def seed(place, scenario=TEST):
    """Seed; what happened, by session id."""
    owner = place.seeding.ensure_owner(scenario, PASSWORD)
    return {seeded.session.session_id: seeded.outcome for seeded in place.seeding.seed(scenario, owner.user)}


def stored(place):
    """Every session with its messages, as it is kept."""
    return {session.session_id: (session, list(session.messages)) for session in place.everybody.storage.scan()}


def only(session_id):
    """The scenario with this session alone."""
    seeds = tuple(seed for seed in TEST.seeds if seed.session_id == session_id)
    return Scenario(name="test", owner=TEST.owner, seeds=seeds)


SHORT = only(FIRST)


def as_said(place):
    """What is stored, without the times at which the storage itself wrote something down."""
    return {
        session_id: (
            {
                name: value
                for name, value in msgspec.to_builtins(session).items()
                if name not in ("updated_at", "history", "extra")
            },
            [(step.by, step.from_status, step.to_status, step.why) for step in session.history],
            messages,
        )
        for session_id, (session, messages) in stored(place).items()
    }


# --- on every storage -------------------------------------------------------------------------------------------------


def test_a_second_run_leaves_every_session_as_it_was(place):
    assert set(seed(place).values()) == {Outcome.MADE}
    before = stored(place)
    assert set(before) == {each.session_id for each in TEST.seeds}
    assert set(seed(place).values()) == {Outcome.LEFT}
    assert stored(place) == before


def test_a_session_that_somebody_changed_comes_back_to_its_seed_and_nothing_is_doubled(place):
    seed(place)
    before = as_said(place)
    mine = place.sessions(OWNER)
    mine.append_message(FIRST, Message(message_id="mine", role="interviewee", content="And another thing."))
    mine.transition("test-session-003", "active", by=OWNER)
    mine.delete_session("test-session-004")
    renamed = mine.load_session("test-session-005", messages=0)
    renamed.title = "Mine now"
    mine.save_session(renamed)
    assert as_said(place) != before
    assert seed(place) == {
        FIRST: Outcome.CHANGED,
        "test-session-002": Outcome.LEFT,
        "test-session-003": Outcome.CHANGED,
        "test-session-004": Outcome.MADE,
        "test-session-005": Outcome.CHANGED,
    }
    after = as_said(place)
    assert _without_revisions(after) == _without_revisions(before)
    assert set(seed(place).values()) == {Outcome.LEFT}


@pytest.mark.parametrize("home", OTHERS_THAN_FILES, indirect=True)
def test_every_storage_gets_the_same_sessions_as_files(place, on_files):
    seed(place)
    seed(on_files)
    assert as_said(place) == as_said(on_files)


def test_cleaning_removes_every_session_of_the_scenarios_user_and_nobody_elses(place):
    place.everybody.storage.create(interview("of-ada", "ada"))
    seed(place, SHORT)
    place.everybody.storage.create(interview("made-by-hand", OWNER))
    assert place.seeding.clean(TEST) == 2
    assert set(stored(place)) == {"of-ada"}
    assert place.seeding.clean(TEST) == 0
    assert seed(place, SHORT) == {FIRST: Outcome.MADE}


def test_a_damaged_session_is_made_anew(place):
    seed(place, SHORT)
    before = as_said(place)
    place.home.damage(FIRST, kind="opera")
    assert seed(place, SHORT) == {FIRST: Outcome.CHANGED}
    assert as_said(place) == before


def _without_revisions(said):
    return {key: ({**fields, "revision": None}, history, messages) for key, (fields, history, messages) in said.items()}


# --- what is seeded ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "session_id", "user_id", "status", "mode"),
    [
        ("demo", "demo-complete-001", "demo-user", "complete", "text"),
        ("test", "test-session-001", "test-user", "active", "text"),
        ("dev", "dev-active-text", "dev-user", "active", "text"),
        ("dev", "dev-complete-voice", "dev-user", "complete", "voice"),
    ],
)
def test_the_ids_that_others_rely_on_are_there(name, session_id, user_id, status, mode):
    scenario = SCENARIOS[name]
    (found,) = [each for each in scenario.seeds if each.session_id == session_id]
    assert scenario.owner.user_id == user_id
    assert (str(found.ending).replace("running", "active"), found.mode) == (status, mode)


def test_no_two_scenarios_share_an_id_or_an_owner():
    ids = [seed.session_id for scenario in SCENARIOS.values() for seed in scenario.seeds]
    assert len(ids) == len(set(ids))
    assert len({scenario.owner.user_id for scenario in SCENARIOS.values()}) == len(SCENARIOS)
    assert len({scenario.owner.email for scenario in SCENARIOS.values()}) == len(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_some_of_every_sort_and_its_reports_are_real(on_files, name, clock):
    scenario = SCENARIOS[name]
    seed(on_files, scenario)
    sessions = [session for session, _ in stored(on_files).values()]
    assert {session.status for session in sessions} >= {"active", "paused", "complete", "failed"}
    assert {session.mode for session in sessions} == {"text", "voice"}
    assert any(session.archived_at for session in sessions)
    for session, messages in stored(on_files).values():
        assert len({message.message_id for message in messages}) == len(messages) == session.message_count
        moments = [session.created_at, *(message.timestamp for message in messages)]
        assert moments == sorted(moments)
        assert moments[-1] <= clock()
        assert (session.report is not None) == (session.status == "complete")
        if session.report is not None:
            assert session.stage == Stage.CLOSED
            assert session.report.timeline
            assert len(session.report.key_facts) >= 5
        elif session.status == "active":
            assert session.current_question
        if session.mode == "voice":
            assert session.hume_conversation_id
            assert (session.voice_call_ended_at is None) == (session.status == "active")


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_the_first_account_is_an_administrators_and_later_ones_are_not(on_files, accounts):
    first = on_files.seeding.ensure_owner(TEST)
    later = on_files.seeding.ensure_owner(SCENARIOS["dev"])
    assert first.user.roles == {Role.ADMIN, Role.MEMBER}
    assert later.user.roles == {Role.MEMBER}
    assert [first.user.user_id, later.user.user_id] == ["test-user", "dev-user"]
    assert first.password != later.password
    assert accounts.check_password("test@example.org", first.password) == first.user


def test_the_password_of_an_account_is_told_once_and_a_later_one_changes_nothing(on_files, accounts):
    made = on_files.seeding.ensure_owner(TEST, PASSWORD)
    assert made.password == PASSWORD
    again = on_files.seeding.ensure_owner(TEST, "another long password")
    assert (again.user, again.password) == (made.user, None)
    assert accounts.check_password("test@example.org", PASSWORD) == made.user


def test_sessions_go_to_the_person_who_has_the_address_and_cleaning_leaves_their_own_alone(on_files, accounts):
    person = accounts.create_user(email="test@example.org", password=PASSWORD, roles={"member"})
    on_files.everybody.storage.create(interview("their-own", person.user_id))
    assert seed(on_files, SHORT) == {FIRST: Outcome.MADE}
    assert {session.user_id for session, _ in stored(on_files).values()} == {person.user_id}
    assert accounts.list_users() == [person]
    assert seed(on_files, SHORT) == {FIRST: Outcome.LEFT}
    assert on_files.seeding.clean(TEST) == 1
    assert set(stored(on_files)) == {"their-own"}


# --- what stands in the way -------------------------------------------------------------------------------------------


def test_somebody_elses_session_under_a_seeds_id_is_refused_and_stays(on_files):
    on_files.everybody.storage.create(interview(FIRST, "ada"))
    before = stored(on_files)
    with pytest.raises(Conflict, match=FIRST):
        seed(on_files)
    assert stored(on_files) == before
    assert on_files.seeding.clean(TEST) == 0


def test_a_run_that_was_cut_off_is_finished_by_the_next(on_files, monkeypatch):
    seed(on_files, SHORT)
    before = as_said(on_files)
    on_files.seeding.clean(TEST)

    def cut_off(_conducting):
        raise StorageUnavailable("the disk went away")

    with monkeypatch.context() as broken:
        broken.setattr(Conducting, "_end", cut_off)
        with pytest.raises(StorageUnavailable):
            seed(on_files, SHORT)
    assert set(stored(on_files)) == {FIRST}
    assert seed(on_files, SHORT) == {FIRST: Outcome.CHANGED}
    assert as_said(on_files) == before


def test_an_answer_of_somebody_elses_while_it_is_made_is_noticed_and_the_next_run_puts_it_right(on_files, bus):
    said = Message(message_id="from-an-open-page", role="interviewee", content="Is anybody there?")

    def interfere(_topic):
        bus.heard.remove(interfere)
        on_files.everybody.append_message(FIRST, said)

    bus.heard.append(interfere)
    with pytest.raises(Busy, match="seed again"):
        seed(on_files, SHORT)
    assert seed(on_files, SHORT) == {FIRST: Outcome.CHANGED}
    _, messages = stored(on_files)[FIRST]
    assert "from-an-open-page" not in {message.message_id for message in messages}
