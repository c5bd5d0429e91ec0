"""What every storage refuses alike, seen without any storage. The storage suite tries the same through each backend."""

import math
from collections import OrderedDict
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from domain import checks, clock
from domain.errors import Invalid, shorten
from domain.interview import Goal, Interview, IntervieweeRole
from domain.session import Message
from domain.training import Training
from tests.domain.samples import START, interview, live, training

NAIVE = START.replace(tzinfo=None)


def nested(levels):
    """Objects within objects."""
    value = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("session_id", ["a", "0", "A-b_c", "x" * 64])
def test_an_id_of_the_allowed_shape_is_returned(session_id):
    assert checks.check_session_id(session_id) == session_id


@pytest.mark.parametrize(
    "session_id", ["", "-a", "_a", "a.b", "../a", "a/b", "$a", "a\n", "a b", "x" * 65, "é", "a\x00", None, 5, b"a"]
)
def test_an_id_of_another_shape_is_refused(session_id):
    with pytest.raises(Invalid, match="session_id"):
        checks.check_session_id(session_id)


def test_nobody_in_particular_is_an_owner_and_so_is_the_empty_one():
    assert checks.check_owner(None) is None
    assert checks.check_owner("") == ""
    assert checks.check_owner("guest:🦊") == "guest:🦊"


@pytest.mark.parametrize("owner", [5, b"ada", {"$ne": 1}, "a" * 201, "\x00", "\ud800"])
def test_an_owner_that_is_no_sound_text_is_refused(owner):
    with pytest.raises(Invalid, match="parent_id"):
        checks.check_owner(owner, "parent_id")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_count_within_its_bounds_is_returned(count):
    assert checks.check_count("limit", count, 0, 5) == count


@pytest.mark.parametrize("count", [-1, 6, 1.0, "1", True, None, 2**64])
def test_a_count_outside_its_bounds_is_refused(count):
    with pytest.raises(Invalid, match="limit"):
        checks.check_count("limit", count, 0, 5)


def test_a_sound_session_is_accepted_as_it_is():
    for session in (interview(), training(), live()):
        before = session.extra
        checks.check_session(session)
        assert session.extra is before


def test_a_session_is_brought_to_its_declared_types():
    goals = [{"topic": "who", "description": "Who?"}]
    session = interview(status=" PAUSED ", goals=goals, starts_at="2026-03-01T13:00:00.123456+01:00")
    session.archived_at = datetime(2026, 1, 1, 5, 0, 0, 999, tzinfo=timezone(timedelta(hours=5)))
    checks.check_session(session)
    assert (session.status, session.goals) == ("paused", [Goal(topic="who", description="Who?")])
    assert session.starts_at == START.replace(microsecond=123_000)
    assert session.archived_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert session.interviewee_role is IntervieweeRole.WITNESS


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"session_id": "../x"}, "session_id"),
        ({"title": "t" * 201}, "title"),
        ({"title": b"bytes"}, "title"),
        ({"incident_name": ""}, "title"),
        ({"title": 5}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": 10**5_000}, "title"),
        ({"answers": ["fine", "a\ud800"]}, r"answers\[1\]"),
        ({"goals": [Goal(topic="who", description="\x00")]}, r"goals\[0\]\.description"),
        ({"goals": [Goal(topic="why", description="x")]}, r"goals\[0\]\.topic"),
        ({"goals": [{"topic": "who"}]}, r"goals\[0\]"),
        ({"confidence_threshold": 19}, "confidence_threshold"),
        ({"confidence_threshold": True}, "confidence_threshold"),
        ({"starts_at": NAIVE}, "starts_at"),
        ({"starts_at": "2026-03-01T12:00:00"}, "starts_at"),
        ({"starts_at": 5}, "starts_at"),
        ({"extra": {"$where": 1}}, "extra key"),
        ({"extra": {"list": [object()]}}, r"extra\.list\[0\]"),
        ({"extra": []}, "extra"),
        ({"status": "ended"}, "status"),
        ({"answers": object()}, "answers"),
    ],
)
def test_a_session_that_cannot_be_kept_is_refused_naming_the_field(fields, named):
    with pytest.raises(Invalid, match=f"^{named}"):
        checks.check_session(interview(**fields))


def test_a_session_that_is_over_carries_no_key():
    checks.check_session(live(exclusive_key="channel:7", status="aborted"))
    with pytest.raises(Invalid, match="exclusive_key"):
        checks.check_session(live(exclusive_key="channel:7", status="stopped"))


def test_a_header_of_more_than_four_mebibytes_is_refused():
    answers = ["x" * 1_000] * 2_100
    goals = [Goal(topic="who", description="x" * 1_000)] * 2_100
    checks.check_session(interview(answers=answers))
    checks.check_session(interview(goals=goals))
    with pytest.raises(Invalid, match="session"):
        checks.check_session(interview(answers=answers, goals=goals))
    with pytest.raises(Invalid, match="session"):
        checks.check_changes(interview(answers=answers, goals=goals), {"title": "x"})
    with pytest.raises(Invalid, match="answers"):
        checks.check_session(interview(answers=answers * 2))


def test_free_form_data_of_more_than_half_a_mebibyte_is_refused():
    checks.check_session(interview(extra={"a": "x" * 1024 * 511}))
    with pytest.raises(Invalid, match="extra"):
        checks.check_session(interview(extra={"a": "x" * 1024 * 512}))


def test_an_update_without_loading_is_small():
    assert checks.check_update(Interview, {"answers": ["x" * 1_000] * 250})
    with pytest.raises(Invalid, match="fields"):
        checks.check_update(Interview, {"answers": ["x" * 1_000] * 300})


def test_the_text_of_an_escape_is_not_the_character():
    session = interview(title="\\u0000 \\ud800", answers=["\\u0000"], extra={"\\u0000": "\\u0000"})
    checks.check_session(session)
    assert session.answers == ["\\u0000"]


def test_changes_are_returned_as_they_are_to_be_written():
    session = interview(interviewee_role="friend")
    session.archived_at = START.replace(microsecond=1_999)
    written = checks.check_changes(session, {"archived_at": session.archived_at, "interviewee_role": "friend"})
    assert written == {"archived_at": START.replace(microsecond=1_000), "interviewee_role": IntervieweeRole.FRIEND}
    assert session.archived_at == START.replace(microsecond=1_000)


@pytest.mark.parametrize("goals", [[{"topic": "who", "description": "x"}], [Goal(topic="who", description="x")]])
def test_checked_changes_are_shared_with_nobody(goals):
    session = interview(goals=goals)
    written = checks.check_changes(session, {"goals": session.goals})
    session.goals[0].asked = 3
    session.goals.append(Goal(topic="what", description="y"))
    assert written == {"goals": [Goal(topic="who", description="x")]}


def test_changes_are_judged_together_with_the_rest_of_the_session():
    session = training(is_public=True)
    with pytest.raises(Invalid, match="members_only"):
        checks.check_changes(session, {"is_public": True})


def test_a_message_is_brought_to_utc_milliseconds():
    said = Message(message_id="m", role="note", content="x", timestamp=START.replace(microsecond=5_999))
    checks.check_message(said)
    assert said.timestamp == START.replace(microsecond=5_000)


def test_a_message_is_brought_to_plain_types():
    said = Message(message_id="m", role=IntervieweeRole.FRIEND, content="x", meta=OrderedDict(a=[1, "é", None]))
    checks.check_message(said)
    assert (type(said.role), said.role) == (str, "friend")
    assert (type(said.meta), said.meta) == (dict, {"a": [1, "é", None]})


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"content": "\ud800"}, "content"),
        ({"content": b"x"}, "content"),
        ({"timestamp": 5}, "timestamp"),
        ({"n": True}, "n"),
        ({"meta": {"a": IntervieweeRole.FRIEND}}, "meta"),
        ({"meta": {"a": math.inf}}, "meta"),
        ({"meta": {"a": "\x00"}}, "meta"),
        ({"message_id": ""}, "message_id"),
        ({"message_id": 5}, "message_id"),
        ({"role": ""}, "role"),
        ({"content": "c" * 100_001}, "content"),
        ({"content": "\x00"}, "content"),
        ({"timestamp": NAIVE}, "timestamp"),
        ({"timestamp": "now"}, "timestamp"),
        ({"meta": {"a": "x" * 65_536}}, "meta"),
        ({"meta": {"a.b": 1}}, "meta"),
        ({"n": -1}, "n"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused_naming_the_field(fields, named):
    said = Message(**{"message_id": "m", "role": "note", "content": "x"} | fields)
    with pytest.raises(Invalid, match=f"^{named}"):
        checks.check_message(said)


def test_an_update_is_returned_in_the_declared_types():
    fields = {"interviewee_role": "friend", "voice_call_started_at": START.replace(microsecond=1)}
    assert checks.check_update(Interview, fields) == {
        "interviewee_role": IntervieweeRole.FRIEND,
        "voice_call_started_at": START,
    }


@pytest.mark.parametrize(
    "name", ["status", "history", "exclusive_key", "revision", "created_at", "nonsense", "kind", 5]
)
def test_an_update_changes_only_what_may_be_changed_unseen(name):
    with pytest.raises(Invalid) as refused:
        checks.check_update(Interview, {name: "x"})
    assert "title" in refused.value.facts["allowed"]


def test_an_update_of_nothing_is_refused():
    with pytest.raises(Invalid, match="at least one field"):
        checks.check_update(Interview, {})


def test_an_update_leaves_alone_what_a_kind_judges_together():
    assert checks.check_update(Training, {"capacity": 5}) == {"capacity": 5}
    with pytest.raises(Invalid, match="is_public"):
        checks.check_update(Training, {"is_public": True})


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, -1, 2**63 - 1, -(2**63), 0.5, True, None, "", []]},
        {"_id": 1, "a$": 1, "ключ": 1, "k" * 200: 1},
        nested(20),
    ],
)
def test_free_form_data_that_every_storage_keeps_is_accepted(value):
    assert checks.check_json("extra", value) is None


@pytest.mark.parametrize(
    "value",
    [
        {"a.b": 1},
        {"$a": 1},
        {"": 1},
        {"a\x00": 1},
        {"k" * 201: 1},
        {1: 1},
        {"a": 2**63},
        {"a": -(2**63) - 1},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": START},
        {"a": Decimal(1)},
        {"a": b""},
        {"a": (1,)},
        {"a": {1}},
        {"a": IntervieweeRole.FRIEND},
        nested(21),
    ],
)
def test_free_form_data_that_would_come_back_changed_is_refused(value):
    with pytest.raises(Invalid, match="extra"):
        checks.check_json("extra", value)


# --- clock and messages ----------------------------------------------------------------------------------------------


def test_now_is_utc_in_whole_milliseconds():
    now = clock.now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)


def test_a_time_is_brought_to_utc_and_cut_not_rounded():
    moment = datetime(2026, 3, 1, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    whole = clock.whole_milliseconds(moment)
    assert whole == datetime(2026, 3, 1, 12, 0, 0, 999_000, tzinfo=UTC)
    assert whole.tzinfo is UTC


@pytest.mark.parametrize(
    "moment",
    [
        NAIVE,
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
        "2026-03-01T12:00:00Z",
        None,
        0,
    ],
)
def test_a_time_that_is_none_is_refused_naming_the_field(moment):
    with pytest.raises(Invalid, match=r"^starts_at"):
        clock.whole_milliseconds(moment, "starts_at")


def test_a_value_is_shown_short_and_printable():
    assert shorten("abc") == "'abc'"
    assert shorten("a\x00\ud800") == "'a\\x00\\ud800'"
    assert len(shorten("x" * 1_000)) == 80
    assert shorten("x" * 1_000).endswith("…")
    assert "too large to show" in shorten(10**5_000)
