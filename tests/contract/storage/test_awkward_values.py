"""Promise 7, the other half: what only looks dangerous, and what stands at the very limit, comes back equal."""

import json
from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from storage.base import SessionQuery
from tests.contract.storage.bad_values import nested
from tests.contract.storage.samples import AWKWARD, NOON, full_sessions, interview, live, message


@pytest.mark.parametrize(
    "text",
    [
        AWKWARD,
        "",
        " leading and trailing ",
        "$where",
        "a.b",
        "../../etc/passwd",
        "'; DROP TABLE sessions; --",
        '{"$ne": null}',
        "\\u0000",
        "\\x00",
        "%s %(x)s {0} :name ?",
        "\r\n\t\v\f\x01\x7f\x85",
        "\U0010ffff\ufffe\ufdd0",
        "\u202e\u2066\u200b",
        "null",
        "2026-01-01T00:00:00Z",
    ],
)
def test_text_that_only_looks_dangerous_comes_back_equal(storage, text):
    made = storage.create(interview(user_id=text, title=f"{text}!", summary=text, answers=[text], extra={"text": text}))
    said = storage.append_message("interview-1", message(f"{text}.", text, meta={"text": [text]}))
    made.message_count = 1
    loaded = storage.load("interview-1", text, messages=None)
    assert loaded == made
    assert list(loaded.messages) == [said]
    assert storage.append_message("interview-1", message(f"{text}.", "again")) == said
    assert [row.title for row in storage.find(SessionQuery(user_id=text)).items] == [f"{text}!"]
    moved = storage.transition("interview-1", "paused", by=text, why=text, exclusive_key=f"{text}.")
    assert storage.load("interview-1") == moved
    assert moved.exclusive_key == f"{text}."


def test_values_at_the_very_limit_are_kept(storage):
    extra = nested(20) | {
        "k" * 200: [2**63 - 1, -(2**63), 0, -1, True, False, None, 1e308, 5e-324, -0.0, 0.1, 1.0, ""],
        "text": "🦊" * 100_000,
    }
    made = storage.create(
        interview(
            "Z" * 64,
            "ü" * 200,
            user_email="e" * 320,
            title="🦊" * 200,
            summary="é" * 20_000,
            current_question="q" * 100_000,
            turn_count=2**31 - 1,
            extra=extra,
            archived_at=datetime(1, 1, 1, tzinfo=UTC),
            starts_at=datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        )
    )
    loaded = storage.load("Z" * 64)
    assert loaded == made
    kept = loaded.extra["k" * 200]
    assert [type(value) for value in kept] == [int, int, int, int, bool, bool, type(None), *[float] * 5, str]
    assert (kept, str(kept[9])) == (extra["k" * 200], "-0.0")
    assert storage.find(SessionQuery(order="starts_at")).items[0].starts_at == made.starts_at


def test_a_key_of_free_form_data_keeps_its_letters_and_its_order(storage):
    extra = {"z": 1, "a": {"y": 1, "b": 2}, "ключ": 1, "🔑": 1, "a b": 1, "_id": 1, "a$b": 1, "__class__": 1, "ß": 1}
    storage.create(interview(extra=extra))
    storage.append_message("interview-1", message(meta=extra))
    loaded = storage.load("interview-1", messages=None)
    assert loaded.extra == loaded.messages[0].meta == extra


def test_values_of_another_spelling_are_brought_to_their_declared_types(storage):
    given = interview(
        interviewee_role="friend",
        goals=[{"topic": "who", "description": "Who was there?"}],
        starts_at="2026-03-01T13:00:00.123456+01:00",
        voice_call_duration_seconds=5,
    )
    made = storage.create(given)
    assert made == storage.load("interview-1")
    assert made.starts_at == NOON
    assert made.goals[0].description == "Who was there?"
    assert type(made.interviewee_role).__name__ == "IntervieweeRole"
    assert type(storage.load("interview-1").voice_call_duration_seconds) is float


def test_every_full_session_is_accepted_by_every_check(storage):
    for session in full_sessions():
        assert storage.create(session).session_id == session.session_id


@pytest.mark.parametrize("value", [1, {}])
def test_free_form_data_is_kept_up_to_its_limit_whatever_it_is_made_of(storage, value):
    size = len(str(json.dumps(value, separators=(",", ":")))) + 1
    extra = {"a": [value] * ((512 * 1024 - 10) // size)}
    fields = {"extra": extra, "config": extra, "provider_status": extra}
    storage.create(live(**fields))
    loaded = storage.load("live-1")
    assert [loaded.extra, loaded.config, loaded.provider_status] == [extra] * 3
    with pytest.raises(Invalid, match="extra"):
        storage.create(live("other", extra={"a": [*extra["a"], *extra["a"][:50]]}))
