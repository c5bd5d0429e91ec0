"""Which words say a time, and what they are suggested to mean."""

from datetime import UTC, datetime

import pytest

from providers.interviewers.rules.times import suggestion, time_spans

SATURDAY = datetime(2026, 11, 21, 9, tzinfo=UTC)


def read(text):
    """The times of a sentence with what they are suggested to mean there."""
    return [(span.text, suggestion(span, SATURDAY, text)) for span in time_spans(text)]


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("he broke his arm between ten and eleven I think", "between ten and eleven", "T10:00"),
        (
            "It happened between two and three on the Tuesday.",
            "between two and three on the Tuesday",
            "2026-11-17T14:00",
        ),
        ("between half past nine and ten o'clock", "between half past nine and ten o'clock", "T09:30"),
        ("From half past ten until almost one o'clock.", "From half past ten until almost one o'clock", "T10:30"),
        ("I worked from nine to five that day.", "from nine to five", "T09:00"),
        ("The shop was shut from 10:30 till 11.", "from 10:30 till 11", "T10:30"),
    ],
)
def test_from_when_to_when_is_one_span(text, words, meaning):
    assert read(text)[0] == (words, meaning)


@pytest.mark.parametrize(
    "text",
    [
        "between two and three metres",
        "between ten and eleven people",
        "from two to three boxes",
        "the bus from 9 to 12 Garden Street",
    ],
)
def test_a_range_of_other_things_is_no_time(text):
    assert not read(text)


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("he sent me a message at eleven at night, asking", "at eleven at night", "T23:00"),
        ("at three at night the phone rang", "at three at night", "T03:00"),
        ("last night at two", "last night at two", "2026-11-20T02:00"),
        ("in April, on the 9th, with another patient", "in April, on the 9th", "2026-04-09"),
        ("I was on the early shift, I start at six", "at six", "T06:00"),
        ("I woke up at five", "at five", "T05:00"),
        ("at six, before breakfast, she called", "at six, before breakfast", "T06:00"),
        ("after work, at nine, we met", "after work, at nine", "T21:00"),
        ("I met him at five", "at five", "T17:00"),
    ],
)
def test_what_stands_beside_it_says_which_half_of_the_day_is_meant(text, words, meaning):
    assert read(text) == [(words, meaning)]


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("sat", "sat", "2026-11-21"),
        ("sun.", "sun", "2026-11-15"),
        ("no wait mon", "no wait mon", "2026-11-16"),
        ("nah it was sat not friday", "sat", "2026-11-21"),
        ("on fri", "on fri", "2026-11-20"),
        ("last thurs", "last thurs", "2026-11-19"),
        ("fri night i think", "fri night", "2026-11-20"),
    ],
)
def test_a_terse_day_is_a_day(text, words, meaning):
    found, *_ = read(text)
    assert found[1] == meaning
    assert found[0] in words


@pytest.mark.parametrize(
    "text",
    ["he sat down", "we sat.", "the sun was out", "they wed in church", "he was sat in the chair", "I sat at 2 tables"],
)
def test_a_verb_is_no_day(text):
    assert not read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("About ten minutes later Frau Yilmaz found him", "About ten minutes later"),
        ("the day after he was operated on", "the day after"),
        ("The day after, Tim was operated on.", "The day after"),
        ("The night before I had locked it.", "The night before"),
    ],
)
def test_a_time_beside_another_is_found_as_it_was_said(text, words):
    assert [span.text for span in time_spans(text)] == [words]
