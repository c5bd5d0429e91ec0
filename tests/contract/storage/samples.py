"""Sessions and messages to store: small ones, and one of each kind with every field filled."""

from datetime import UTC, datetime, timedelta

from domain.interview import (
    Contradiction,
    ExtractedSummary,
    Fact,
    Gap,
    GeneralDetails,
    Goal,
    Interview,
    Person,
    PointOfConflict,
    Report,
    ReportContradiction,
    Stage,
    SummaryCorrection,
    TimelineEntry,
)
from domain.live import Live
from domain.session import Message, Transition
from domain.training import SessionDate, Training

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)
_NEW = {"created_at": NOON, "updated_at": NOON}
AWKWARD = (
    'Zoë said: "nein" — \\u0000 isn\'t NUL; \U0001f469\u200d\U0001f469\u200d\U0001f467 🦊 אבג \u200f\u202eabc\u202c'
    ' {"$ne": null} \t\r\n%_\\ \u00e9 e\u0301 \u2028 \uffff'
)
"""Text that comes back changed from a careless storage: emoji, right-to-left, quotes, escapes, both ways to write é."""


def at(minutes):
    """A time this many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def interview(session_id="interview-1", user_id="ada", **fields):
    """A new interview, as small as it can be."""
    named = {
        "incident_name": "Bicycle",
        "interviewee_name": "Lou",
        "interviewee_role": "witness",
    }
    return Interview(session_id=session_id, user_id=user_id, **named | _NEW | fields)


def training(session_id="training-1", user_id="ada", **fields):
    """A new training, an hour after noon unless `start` says otherwise."""
    start = fields.pop("start", at(60))
    date = SessionDate(start=start, time_zone="Europe/Vienna", wall_clock=start.strftime("%Y-%m-%dT%H:%M"))
    fields = {"title": "First aid", "instructor_id": "ada", "session_date": date} | _NEW | fields
    return Training(session_id=session_id, user_id=user_id, **fields)


def live(session_id="live-1", user_id="ada", **fields):
    """A new broadcast on channel 7."""
    return Live(session_id=session_id, user_id=user_id, **{"channel_id": "7"} | _NEW | fields)


def message(message_id="m1", content="Hello", **fields):
    """Something said at noon."""
    return Message(message_id=message_id, content=content, **{"role": "interviewee", "timestamp": NOON} | fields)


def full_message():
    """A message with every field filled."""
    meta = {"text": AWKWARD, "numbers": [0, -1, 2**63 - 1, -(2**63), 0.1, 1e300], "none": None, "yes": True}
    nested = {"deep": {"list": [[], {}, [{"a": 1}]], "ключ": "значение", "🔑": "emoji", "a b-c_d": ""}}
    return message("m:1/🦊", AWKWARD, role="note", meta=meta | nested)


def full_sessions():
    """One session of each kind with every field filled."""
    return [full_interview(), full_training(), full_live()]


def _common(session_id):
    return {
        "session_id": session_id,
        "user_id": "guest:Ада",
        "user_email": "ada+test@example.org",
        "title": AWKWARD,
        "exclusive_key": f"key:{session_id}:🔑",
        "created_at": NOON,
        "updated_at": at(1),
        "archived_at": datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        "revision": 7,
        "message_count": 1,
        "schema_version": 2,
        "extra": {"text": AWKWARD, "list": [1, 2.5, None, True, "x"], "nested": {"empty": {}, "none": None}},
    }


def _step(from_status, to_status):
    return Transition(at=at(2), by="ада", from_status=from_status, to_status=to_status, why=AWKWARD)


def full_interview():
    """An interview with every field filled."""
    fact = Fact(
        fact_id="f1",
        topic="when",
        claim=AWKWARD,
        quote="«gestern»",
        message_id="m:1/🦊",
        timestamp="gestern",
        parsed_time="2026-02-28",
        confidence="uncertain",
        source="hearsay",
        also=["where"],
        about="f2",
        replaced_by="f2",
        corrected_by=["f2"],
    )
    other = Fact(fact_id="f2", topic="when", claim="heute", quote="heute", message_id="m2")
    goal = Goal(
        topic="when",
        description="When was it?",
        status="in_progress",
        confidence=55,
        why=["+30 a time", AWKWARD],
        exhausted=True,
        asked=2,
        unknown_answers=1,
        closed_because="the interviewee asked to stop",
    )
    return Interview(
        **_common("full-interview"),
        status="paused",
        starts_at=at(3),
        parent_id="event-1",
        history=[_step("active", "paused")],
        incident_name="Fahrrad",
        interviewee_name="Loú",
        interviewee_role="secondhand",
        confidence_threshold=20,
        mode="voice",
        summary=AWKWARD,
        stage=Stage.READ_BACK,
        extracted_summary=_summary(),
        summary_correction=SummaryCorrection(before=ExtractedSummary(), after=_summary()),
        summary_confirmed=True,
        corrections=["It was green.", AWKWARD],
        goals=[goal],
        facts=[fact, other],
        contradictions=[_contradiction()],
        answers=["yes", AWKWARD],
        current_question="And then? 👂",
        current_question_id="q3",
        current_topic="sequence",
        turn_count=3,
        heard=2,
        reports=[_report(fact, other, goal)],
        hume_conversation_id="hume-1",
        voice_call_started_at=at(4),
        voice_call_ended_at=at(5),
        voice_call_duration_seconds=59.5,
    )


def _summary():
    person = Person(name="Lou", role="friend", relationships=["sister of Zoë"], emotional_state="calm")
    details = GeneralDetails(
        timeline_markers=["noon"],
        location_context="yard",
        communication_history="letters",
        emotional_atmosphere="tense",
    )
    return ExtractedSummary(
        actors=[person],
        point_of_conflict=PointOfConflict(primary="a bicycle", secondary="a promise"),
        general_details=details,
        missing_info=["the colour"],
    )


def _contradiction():
    return Contradiction(
        contradiction_id="c1",
        topic="when",
        about="the day",
        first_fact_id="f1",
        second_fact_id="f2",
        asked=True,
        resolution="yesterday, then",
        resolution_message_id="m3",
    )


def _report(fact, other, goal):
    entry = TimelineEntry(
        label="theft",
        timestamp="gestern",
        parsed_time="2026-02-28",
        quote="x",
        message_id="m2",
        confidence="uncertain",
        source="hearsay",
        corrected_by=["f2"],
    )
    return Report(
        version=1,
        made_at=at(6),
        summary=_summary(),
        timeline=[entry],
        key_facts=[fact],
        contradictions=[ReportContradiction(topic="when", about="the day", first=fact, second=other, resolution="-")],
        gaps=[Gap(topic="who", question="Who?", why="never said")],
        goals=[goal],
        corrections=["It was green."],
        assessment="Believable.",
    )


def full_training():
    """A training with every field filled."""
    return Training(
        **_common("full-training"),
        status="live",
        parent_id="event-1",
        history=[_step("scheduled", "live")],
        starts_at=at(3),
        session_date=SessionDate(start=at(3), time_zone="Pacific/Chatham", wall_clock="2026-03-02T01:48"),
        description=AWKWARD,
        duration_minutes=480,
        capacity=2**31 - 1,
        recording_enabled=True,
        chat_enabled=False,
        is_public=True,
        members_only=False,
        tags=["первая", "помощь 🩹"],
        instructor_id="ada",
        cohost_ids=["bob", "guest:1"],
        started_at=at(3),
        ended_at=at(4),
        schedule_version=2,
        series_id="series-1",
    )


def full_live():
    """A broadcast with every field filled."""
    return Live(
        **_common("full-live"),
        status="aborted",
        starts_at=at(3),
        parent_id="канал-7",
        history=[_step("publishing", "aborted")],
        channel_id="канал-7",
        room_id="room-1",
        config={"provider": "local", "rungs": [{"height": 1080, "fps": 29.97}]},
        provider_status={"local": {"raw": AWKWARD, "pid": 7, "ok": False}},
        started_at=at(3),
        stopped_at=at(4),
    )
