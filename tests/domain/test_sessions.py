"""What a session is in memory: its defaults, what changed in it, and what cannot be done to it."""

import copy
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from domain.errors import Invalid
from domain.interview import ExtractedSummary as Summary
from domain.interview import Fact, Interview, IntervieweeRole, Report
from domain.live import channel_key
from domain.session import Message, Transition, summary_of
from tests.domain.samples import START, interview, live, session_date, training


def remembered(session):
    """The session as if it had just been loaded."""
    written = msgspec.json.encode(session)
    return session.remember(lambda: msgspec.json.decode(written, type=type(session)))


def test_a_new_session_has_a_random_id_and_begins_at_the_beginning():
    one, other = interview(), interview()
    assert one.session_id != other.session_id
    assert len(one.session_id) == 36
    assert (one.revision, one.message_count, one.history, one.schema_version, one.extra) == (0, 0, [], 1, {})
    assert (one.status, one.kind, one.mode, one.confidence_threshold) == ("active", "interview", "text", 90)


def test_new_sessions_share_no_list_and_no_object():
    interview().goals.append("x")
    interview().extra["x"] = 1
    assert (interview().goals, interview().extra) == ([], {})


def test_a_new_session_was_made_just_now_in_whole_milliseconds():
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    made = interview().created_at
    assert before <= made <= datetime.now(UTC)
    assert made.microsecond % 1000 == 0


def test_an_interview_is_titled_after_its_incident_unless_it_has_a_title():
    assert interview().title == "Bicycle"
    assert interview(title="Mine").title == "Mine"


def test_the_newest_report_is_the_report():
    assert interview().report is None
    reports = [Report(version=n, made_at=START, summary=Summary()) for n in (1, 2)]
    assert interview(reports=reports).report.version == 2


def test_a_report_is_made_at_an_aware_time_in_whole_milliseconds():
    made = Report(version=1, made_at=START.replace(microsecond=1_999), summary=Summary())
    assert made.made_at.microsecond == 1_000
    with pytest.raises(Invalid, match="made_at"):
        Report(version=1, made_at=START.replace(tzinfo=None), summary=Summary())


def test_a_session_takes_no_field_that_its_kind_does_not_have():
    with pytest.raises(AttributeError, match="interview has no field 'capacity'"):
        interview().capacity = 5
    with pytest.raises(AttributeError):
        interview().messages = []
    with pytest.raises(TypeError):
        interview(capacity=5)


def test_messages_are_read_only_and_no_field():
    session = interview()
    assert list(session.messages) == []
    said = Message(message_id="m1", role="note", content="x")
    assert session.with_messages([said]) is session
    assert list(session.messages) == [said]
    with pytest.raises(AttributeError):
        session.messages.append(said)
    assert "messages" not in msgspec.to_builtins(session)


def test_the_etag_changes_with_the_revision_and_with_the_messages():
    tags = {interview(revision=revision, message_count=count).etag for revision in (1, 2, 11) for count in (0, 1, 12)}
    assert len(tags) == 9


def test_a_loaded_session_has_not_changed():
    assert remembered(interview()).changed_fields() == {}


def test_what_was_set_is_what_changed():
    session = remembered(interview())
    session.title, session.turn_count = "changed", 0
    session.extra["new"] = 1
    assert session.changed_fields() == {"title": "changed", "extra": {"new": 1}}


def test_what_was_written_is_no_change_any_more_and_what_comes_after_is():
    session = remembered(interview())
    session.title, session.corrections = "changed", ["one"]
    written = {"title": "changed", "corrections": ["one"]}
    assert session.note_written(written).changed_fields() == {}
    session.corrections.append("two")
    assert session.changed_fields() == {"corrections": ["one", "two"]}


def test_a_change_that_was_taken_back_is_none():
    session = remembered(interview())
    session.title = "changed"
    session.title = "Bicycle"
    assert session.changed_fields() == {}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, msgspec.structs.replace])
def test_a_copy_remembers_nothing_and_changes_everything_it_owns(copied):
    session = remembered(interview())
    duplicate = copied(session)
    assert duplicate == session
    assert duplicate.as_stored() is None
    kept = {"session_id", "created_at", "updated_at", "revision", "message_count", "schema_version"}
    moved = {"status", "history", "exclusive_key"}
    assert set(duplicate.changed_fields()) == set(Interview.__struct_fields__) - kept - moved


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "paused"),
        ("exclusive_key", "x"),
        ("history", [Transition(at=START, by="x", from_status="active", to_status="paused")]),
        ("session_id", "other"),
    ],
)
def test_what_only_others_change_is_refused_as_a_change(field, value):
    session = remembered(interview())
    setattr(session, field, value)
    with pytest.raises(Invalid) as refused:
        session.changed_fields()
    assert refused.value.facts["field"] == field


def test_what_the_storage_keeps_is_no_change():
    session = remembered(interview())
    session.revision, session.message_count, session.updated_at = 5, 6, START
    assert session.changed_fields() == {}


def test_a_summary_shows_the_row_of_a_list():
    row = summary_of(interview(session_id="one", created_at=START, mode="voice"))
    assert (row.session_id, row.kind, row.title, row.status, row.mode) == (
        "one",
        "interview",
        "Bicycle",
        "active",
        "voice",
    )
    assert summary_of(training()).mode is None
    assert summary_of(live()).parent_id == "7"


def test_a_message_is_new_until_it_is_stored():
    said = Message(message_id="m1", role="note", content="x")
    assert (said.n, said.meta) == (0, {})
    assert said.timestamp.tzinfo is UTC


# --- training --------------------------------------------------------------------------------------------------------


def test_a_training_starts_when_its_date_says():
    assert training().starts_at == START
    assert training(status="live").is_live
    assert not training().is_live


def test_a_training_has_the_defaults_of_the_design():
    made = training()
    assert (made.recording_enabled, made.chat_enabled, made.is_public, made.members_only) == (False, True, False, True)
    assert (made.tags, made.capacity, made.duration_minutes, made.schedule_version) == ([], None, 60, 1)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": " "}, "title"),
        ({"title": ""}, "title"),
        ({"is_public": True, "members_only": True}, "members_only"),
        ({"starts_at": START + timedelta(minutes=1)}, "starts_at"),
    ],
)
def test_a_training_that_contradicts_itself_is_refused(fields, named):
    with pytest.raises(Invalid) as refused:
        training(**fields).check_kind()
    assert refused.value.facts["field"] == named


@pytest.mark.parametrize("fields", [{}, {"is_public": True, "members_only": False}, {"members_only": False}])
def test_a_training_that_agrees_with_itself_is_accepted(fields):
    made = training(**fields)
    made.check_kind()
    assert made.is_public is fields.get("is_public", False)


def test_a_start_is_kept_in_utc_and_whole_milliseconds():
    date = session_date(START.replace(microsecond=123_456))
    assert date.start == START.replace(microsecond=123_000)
    with pytest.raises(Invalid, match=r"session_date\.start"):
        session_date(START.replace(tzinfo=None))
    with pytest.raises(Invalid, match=r"session_date\.start"):
        session_date("tomorrow")


# --- live ------------------------------------------------------------------------------------------------------------


def test_a_broadcast_belongs_to_its_channel():
    assert live().parent_id == "7"
    live().check_kind()
    with pytest.raises(Invalid, match="parent_id"):
        live(parent_id="8").check_kind()


def test_a_channel_has_one_key():
    assert channel_key("7") == "channel:7"


def test_a_fact_speaks_to_its_own_topic_and_to_those_it_also_names():
    fact = Fact(fact_id="f", topic="when", claim="x", quote="x", message_id="m", also=["where"])
    assert [fact.speaks_to(topic) for topic in ("when", "where", "who")] == [True, True, False]


def test_an_interviewee_stands_in_one_of_four_ways():
    assert {str(role) for role in IntervieweeRole} == {"participant", "witness", "secondhand", "friend"}
