"""What is said about the record, or only replies, tells nothing of the incident; what is told before a question does."""

import pytest

from providers.interviewers.rules.statements import statements


def told(text):
    return [one.text for one in statements(text)]


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "Not quite.",
        "No, that's not right.",
        "Several things are wrong.",
        "nope thats it",
        "Mostly.",
        "I told you.",
        "Pretty sure.",
        "The amount is right.",
        "Please take out the bit about the pool.",
        "You have written that Katrin is the other woman Sabine.",
        "The 14th of May is missing under When, and I said that we never quarrelled.",
        "That's not a contradiction at all.",
        "They do go together!",
        "You look like a dog person.",
        "I never said Darren pushing me was wrong.",
    ],
)
def test_talk_about_the_record_is_no_statement(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "They found him behind the tool shed, a good thirty metres away, so how did he get there?",
            ["They found him behind the tool shed, a good thirty metres away"],
        ),
        ("We had been waiting for an hour, weren't we?", ["We had been waiting for an hour"]),
        ("Why do you ask?", []),
        ("I don't know, he was behind the shed.", ["he was behind the shed."]),
        ("Not quite. The report was made on Monday.", ["The report was made on Monday."]),
        ("And I want him to stay away from her.", ["And I want him to stay away from her."]),
        ("You could see the whole yard from there.", ["You could see the whole yard from there."]),
    ],
)
def test_what_is_told_beside_it_is_kept(text, expected):
    assert told(text) == expected
