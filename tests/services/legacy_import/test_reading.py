"""Old files, each with a quirk of its own: what is taken over how, and what is refused in which words."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checks import check_session
from domain.errors import Invalid
from services.legacy_import import Defaults, read_interview
from services.legacy_import.document import read_document
from tests.services.legacy_import.conftest import DEFAULTS, LEGACY, NAMES

BEGAN = datetime(2024, 5, 1, 9, 30, 0, 123_000, tzinfo=UTC)

REFUSED = {
    "corrupt.json": ("file", "JSON; at line 3, column 20"),
    "empty.json": ("file", "this one is empty"),
    "invalid-utf-8.json": ("file", "UTF-8; byte 58 is not"),
    "list-at-the-top.json": ("file", "a JSON object"),
    "twice-the-same-name.json": ("status", "it stands there twice"),
    "no id anywhere.json": ("session_id", "1 to 64 letters"),
    "a-path-as-id.json": ("session_id", "1 to 64 letters"),
    "unknown-status.json": ("status", "active, processing, paused, complete, failed"),
    "created-at-is-no-time.json": ("created_at", "a time such as"),
    "list-for-a-text.json": ("incident_name", "a text"),
    "name-too-long.json": ("interviewee_name", "length <= 200"),
    "summary-too-long.json": ("summary", "length <= 20000"),
    "message-too-long.json": ("messages[0].content", "length <= 100000"),
    "message-is-no-object.json": ("messages[0]", "an object with role and content"),
    "operator-in-a-key.json": ("extra.notes key", "no leading $"),
    "nul-in-a-text.json": ("summary", "without NUL"),
}


def read(name, defaults=DEFAULTS):
    """The interview that a checked-in file becomes, and the notes."""
    found = read_interview(name, (LEGACY / name).read_bytes(), defaults)
    return found.interview, found.notes


def document(name):
    return read_document((LEGACY / name).read_bytes())


# --- as it should be --------------------------------------------------------------------------------------------------


def test_a_whole_file_becomes_the_same_interview_and_nothing_is_to_be_said():
    interview, notes = read("whole.json")
    assert notes == []
    assert interview.extra == {}
    assert (interview.session_id, interview.user_id, interview.mode) == ("whole", "migrated-user", "text")
    assert (interview.status, interview.title) == ("active", "Bicycle taken from the yard")
    assert (interview.interviewee_name, interview.interviewee_role) == ("Sam Okoro", "participant")
    assert (interview.confidence_threshold, interview.turn_count) == (80, 1)
    assert interview.created_at == interview.updated_at == BEGAN
    assert interview.summary == "My bicycle was stolen from the yard on Tuesday."
    assert interview.extracted_summary.actors[0].relationships == ["colleague of Sam"]
    assert interview.extracted_summary.general_details.timeline_markers == ["Tuesday"]
    assert interview.answers == ["This morning", "I don't know"]
    assert (interview.current_question, interview.current_question_id) == ("When did you last see it?", "whole:3")
    assert [(goal.topic, goal.status, goal.confidence) for goal in interview.goals][:2] == [
        ("what", "in_progress", 55),
        ("who", "not_started", 0),
    ]
    (fact,) = interview.facts
    assert (fact.fact_id, fact.source, fact.timestamp, fact.message_id) == ("f1", "hearsay", "around noon", "whole:2")
    assert (interview.revision, interview.history, interview.reports) == (1, [], [])


def test_messages_get_ids_and_places_and_their_times_are_cut_to_milliseconds():
    interview, _ = read("whole.json")
    assert [(said.message_id, said.n, said.role) for said in interview.messages] == [
        ("whole:1", 1, "interviewer"),
        ("whole:2", 2, "interviewee"),
        ("whole:3", 3, "interviewer"),
    ]
    assert [said.timestamp.isoformat() for said in interview.messages] == [
        "2024-05-01T09:31:00.654000+00:00",
        "2024-05-01T09:32:10+00:00",
        "2024-05-01T09:32:40+00:00",
    ]
    assert interview.messages[1].content.endswith("around noon. 🚲")
    assert interview.message_count == interview.heard == 3


# --- quirks -----------------------------------------------------------------------------------------------------------


def test_naive_times_are_of_the_zone_that_is_given_and_others_of_their_own():
    berlin = Defaults(user_id="u", zone=ZoneInfo("Europe/Berlin"))
    assert read("whole.json", berlin)[0].created_at == BEGAN - timedelta(hours=2)
    assert read("whole.json", berlin)[0].messages[2].timestamp == datetime(2024, 5, 1, 7, 32, 40, tzinfo=UTC)
    assert read("time-of-a-zone.json")[0].created_at == BEGAN - timedelta(hours=2)
    assert read("time-of-a-zone.json", berlin)[0].created_at == BEGAN - timedelta(hours=2)


def test_a_count_of_turns_without_messages_is_kept():
    interview, notes = read("turn-count-without-messages.json")
    assert (interview.turn_count, interview.message_count, list(interview.messages)) == (7, 0, [])
    assert notes == []


def test_a_fact_without_a_source_is_first_hand():
    (fact,) = read("facts-without-source.json")[0].facts
    assert fact.source == "first_hand"
    assert fact.claim == "A man with a grey van was in the yard"


def test_keys_that_nobody_knows_are_kept_in_extra():
    assert read("unknown-keys.json")[0].extra == {
        "mood": "calm",
        "reviewed_by": {"name": "Ada", "at": [1, 2.5, None, True]},
        "model": "old-model-2",
    }


def test_the_id_inside_counts_and_the_files_name_stands_for_a_missing_one():
    interview, notes = read("name that is no id.json")
    assert (interview.session_id, notes) == ("an-id-inside", ["session_id: an-id-inside, whatever the file is called"])
    interview, notes = read("no-id-inside.json")
    assert (interview.session_id, len(notes)) == ("no-id-inside", 1)
    assert interview.messages[0].message_id == "no-id-inside:1"


def test_a_status_of_another_case_is_that_status():
    interview, notes = read("status-of-another-case.json")
    assert (interview.status, interview.current_question, notes) == ("complete", None, [])


def test_a_message_without_a_time_has_that_of_the_one_before_it():
    interview, notes = read("messages-with-and-without-times.json")
    second = datetime(2024, 5, 1, 9, 32, 10, tzinfo=UTC)
    moments = [said.timestamp for said in interview.messages]
    assert moments == [BEGAN, second, second, second, datetime(2024, 5, 1, 10, 0, tzinfo=UTC)]
    assert interview.messages[3].meta == {"timestamp": "half past nine"}
    (note,) = notes
    assert note.startswith("messages[3].timestamp: 'half past nine'")


def test_a_number_where_a_text_belongs_is_written_out():
    interview, notes = read("numbers-for-texts.json")
    assert (interview.incident_name, interview.summary) == ("4711", "3.5")
    assert interview.messages[0].content == "42"
    assert len(notes) == 3


def test_numbers_out_of_bounds_are_kept_in_extra_and_todays_stand_for_them():
    interview, notes = read("threshold-out-of-bounds.json")
    assert (interview.confidence_threshold, interview.turn_count) == (90, 0)
    assert interview.extra == {"confidence_threshold": 100, "turn_count": -1}
    assert {note.partition(":")[0] for note in notes} == {"confidence_threshold", "turn_count"}


def test_conclusions_of_other_shapes_are_kept_in_extra_word_for_word():
    interview, notes = read("conclusions-of-other-shapes.json")
    old = document("conclusions-of-other-shapes.json")
    assert interview.extra == {
        "extracted_summary": old["extracted_summary"],
        "goals": [old["goals"][1]],
        "facts": [old["facts"][0]],
        "answers": old["answers"],
    }
    assert interview.extracted_summary is None
    assert (interview.goals[0].topic, interview.goals[0].status, interview.goals[0].confidence) == (
        "what",
        "complete",
        90,
    )
    assert [(fact.topic, fact.quote) for fact in interview.facts] == [
        ("who", "a man with a grey van"),
        ("when", "around noon"),
    ]
    assert interview.answers == []
    assert [note.partition(":")[0] for note in notes] == ["extracted_summary", "goals", "facts", "answers"]


def test_what_fits_and_says_more_is_taken_and_kept_whole_in_extra_too():
    interview, notes = read("conclusions-with-more.json")
    old = document("conclusions-with-more.json")
    assert interview.extra == {
        "extracted_summary": old["extracted_summary"],
        "goals": old["goals"],
        "facts": old["facts"][:2],
    }
    assert interview.extracted_summary.general_details.location_context == "the yard"
    assert interview.goals[0].confidence == 55
    assert [(fact.fact_id, fact.message_id) for fact in interview.facts] == [
        ("f1", "conclusions-with-more:2"),
        ("f2", "elsewhere"),
    ]
    assert len(notes) == 3


def test_a_question_that_is_an_object_gives_its_text_and_is_kept_whole():
    interview, notes = read("question-as-an-object.json")
    assert (interview.current_question, interview.current_topic) == ("When did you last see it?", "when")
    assert interview.current_question_id == "question-as-an-object:3"
    assert interview.extra == {"current_question": document("question-as-an-object.json")["current_question"]}
    assert len(notes) == 1


@pytest.mark.parametrize("topic", [["when"], {"when": 1}, 7, "nowhere"])
def test_a_question_about_what_is_no_topic_keeps_its_words(topic):
    given = document("question-as-an-object.json")
    given["current_question"]["topic"] = topic
    interview = read_interview("question-as-an-object.json", json.dumps(given).encode(), DEFAULTS).interview
    assert (interview.current_question, interview.current_topic) == ("When did you last see it?", None)
    assert interview.extra == {"current_question": given["current_question"]}


def test_the_status_decides_also_where_every_goal_is_complete():
    interview, notes = read("every-goal-complete.json")
    assert interview.status == "active"
    assert {goal.status for goal in interview.goals} == {"complete"}
    assert notes == ["status: active, though every goal is complete; it stays active"]


def test_what_later_files_say_themselves_is_kept_and_empty_counts_as_missing():
    interview, _ = read("later-fields.json")
    assert (interview.user_id, interview.mode, interview.title) == ("ada", "voice", "The bicycle")
    assert interview.user_email == "ada@example.org"
    assert interview.updated_at == datetime(2024, 5, 2, 10, 0, 0, 999_000, tzinfo=UTC)
    interview, notes = read("later-fields-empty.json")
    assert (interview.user_id, interview.mode, interview.title) == (
        "migrated-user",
        "text",
        "Bicycle taken from the yard",
    )
    assert (interview.updated_at, notes, interview.extra) == (BEGAN, [], {})


def test_names_that_are_missing_have_something_that_stands_for_them():
    interview, notes = read("names-missing.json")
    assert (interview.incident_name, interview.interviewee_name) == ("not given", "not given")
    assert (interview.interviewee_role, interview.status) == ("witness", "active")
    assert len(notes) == 4


def test_speakers_of_other_names_are_those_of_today_and_whoever_is_unknown_makes_a_note():
    interview, notes = read("roles-of-other-names.json")
    assert interview.interviewee_role == "secondhand"
    assert [(said.role, said.meta) for said in interview.messages] == [
        ("interviewer", {"role": "assistant"}),
        ("interviewee", {"role": "User", "id": "m-2", "tokens": 3}),
        ("note", {"role": "system"}),
        ("note", {"role": None}),
    ]
    assert len(notes) == 4


def test_a_file_that_does_not_say_when_it_was_made_began_with_its_first_message():
    interview, notes = read("no-created-at.json")
    assert interview.created_at == interview.messages[0].timestamp
    assert len(notes) == 1


def test_facts_get_no_id_that_one_of_the_next_would_take():
    interview, _ = read("facts-numbered-on.json")
    assert [(fact.fact_id, fact.about) for fact in interview.facts] == [("f2", None), ("old-f3", "f2")]
    assert f"f{len(interview.facts) + 1}" not in {fact.fact_id for fact in interview.facts}


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "field", "allowed"), [(name, *facts) for name, facts in REFUSED.items()])
def test_what_could_only_be_taken_over_changed_is_refused_by_name(name, field, allowed):
    with pytest.raises(Invalid) as refused:
        read(name)
    assert refused.value.facts["field"] == field
    assert allowed in refused.value.message


def test_every_file_that_is_not_refused_becomes_a_sound_interview_that_loses_nothing():
    for name in sorted(set(NAMES) - set(REFUSED)):
        interview, notes = read(name)
        check_session(interview)
        for key, value in document(name).items():
            if value and not hasattr(interview, key):
                assert interview.extra[key] == value
        for said, old in zip(interview.messages, document(name)["messages"], strict=True):
            assert str(old["content"]) == said.content
        assert all(": " in note for note in notes)


@pytest.mark.parametrize(
    "data", [b"NaN", b'{"a": Infinity}', b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}", b"{} {}", b"null", b" \n"]
)
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(Invalid, match="file"):
        read_document(data)


def test_a_mark_of_the_byte_order_at_the_beginning_is_no_fault():
    assert read_document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [*read_document((LEGACY / "whole.json").read_bytes()), "user_id", "mode", "updated_at", "archived_at", "title"]

INNER = [
    "topic",
    "claim",
    "quote",
    "message_id",
    "fact_id",
    "role",
    "content",
    "timestamp",
    "id",
    "text",
    "description",
]
WORDS = st.sampled_from(
    ["what", "who", "a man", "f1", "f7", "interviewee", "complete", "whole:2", "2024-05-01", "9999-12-31"]
)
SHAPED = st.lists(st.dictionaries(st.sampled_from(INNER), WORDS | JSON, max_size=6), max_size=4)


@given(changes=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), WORDS | JSON | SHAPED, max_size=4))
def test_whatever_stands_in_a_file_it_is_read_soundly_or_refused_by_name(changes):
    text = json.dumps({**document("whole.json"), **changes})
    try:
        found = read_interview("whole.json", text.encode(), DEFAULTS)
    except Invalid:
        return
    check_session(found.interview)
    for key, value in changes.items():
        if key not in found.interview.__struct_fields__ and key not in KEYS:
            assert found.interview.extra[key] == value
