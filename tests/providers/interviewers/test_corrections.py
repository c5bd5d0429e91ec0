"""What a later sentence puts right: the whole of a short fact, a detail of a longer one, a name wherever it was said."""

import pytest

from domain.interview import Fact
from providers.interviewers.base import ProposedFact
from providers.interviewers.rules.corrections import corrected
from providers.interviewers.rules.renaming import renamed


def fact(quote, topic="what", about=None, fact_id="f1"):
    return Fact(fact_id=fact_id, topic=topic, claim=quote, quote=quote, message_id="m1", about=about)


def said(text, topic="what"):
    return [ProposedFact(topic=topic, claim=text, quote=text, message_id="m2")]


@pytest.mark.parametrize(
    ("old", "topic", "correction", "new_topic"),
    [
        ("On Wednesday", "when", "It was Tuesday, not Wednesday.", "when"),
        ("It was half past two.", "when", "No wait, it was three, not half past two.", "when"),
        ("at the red door", "where", "It was the blue door, not the red one.", "what"),
        ("the second floor", "where", "It was on the third floor, not the second.", "where"),
    ],
)
def test_a_fact_that_says_hardly_more_is_replaced(old, topic, correction, new_topic):
    found = corrected(correction, said(correction, new_topic), [fact(old, topic)])
    assert found.replaces == [("f1", 0)]
    assert found.amends == []


@pytest.mark.parametrize(
    ("old", "correction"),
    [
        ("Two men came in through the back and shouted at her.", "There were three of them, not two."),
        ("He pushed her against the second shelf of the rack.", "It was the third shelf, not the second."),
        ("There is a camera above ramp 4.", "It is ramp 5, not ramp 4."),
        ("The driver wore a red jacket and ran away.", "The jacket was blue, not red."),
    ],
)
def test_of_a_longer_statement_only_a_detail_is_put_right(old, correction):
    found = corrected(correction, said(correction), [fact(old)])
    assert found.amends == [("f1", 0)]
    assert found.replaces == []


@pytest.mark.parametrize(
    ("old", "topic", "later"),
    [
        ("He was angry.", "what", "I was scared, not angry."),
        ("It was about half past two.", "when", "There were three of them, not two."),
        ("She fell down the stairs.", "what", "I did not see her."),
        ("Tom was there.", "what", "I am not sure about Tom."),
    ],
)
def test_what_is_said_of_something_else_puts_nothing_right(old, topic, later):
    found = corrected(later, said(later), [fact(old, topic)])
    assert found.replaces == found.amends == []


def test_a_count_is_put_right_wherever_it_was_said_of_the_same():
    told = [
        fact("Two men shouted at her across the yard.", fact_id="f1"),
        fact("Two hours went by before anybody came.", fact_id="f2"),
        fact("The two men came in by the door of the yard.", fact_id="f3"),
    ]
    found = corrected("There were three men, not two.", said("There were three men, not two."), told)
    assert [old for old, _ in found.amends] == ["f1", "f3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Her name is Katja, not Katrin.", {"Katrin": "Katja"}),
        ("Sorry, Tom, not Tim.", {"Tim": "Tom"}),
        ("It was not Tim but Tom.", {"Tim": "Tom"}),
        ("It was Tuesday, not Wednesday.", {}),
        ("I asked Tom and not Tim what he saw.", {}),
    ],
)
def test_a_name_is_taken_back_only_where_another_is_given_for_it(text, expected):
    assert renamed((text,)) == expected
