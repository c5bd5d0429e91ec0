"""Which statements disagree, and which only seem to."""

import pytest

from domain.interview import Fact
from providers.interviewers.rules.contradictions import find


def fact(number, quote, topic="what", message=None, about=None):
    return Fact(
        fact_id=f"f{number}", topic=topic, claim=quote, quote=quote, message_id=message or f"m{number}", about=about
    )


def disagreement(one, other, topics=("what", "what")):
    return [pair.about for pair in find([fact(1, one, topics[0]), fact(2, other, topics[1])])]


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("I was alone in the office.", "Anna was next to me.", "who was there"),
        ("Nobody else was there.", "My colleague Tom was sitting next to me.", "who was there"),
        ("Nobody saw it.", "Tom saw everything.", "who was there"),
        ("I saw him push her.", "I didn't see him push her, I only heard it.", "what was seen"),
        ("I saw it happen.", "I did not see anything.", "what was seen"),
        ("I locked the safe.", "I did not lock the safe because the key was at home.", "whether “I locked the safe”"),
        ("The back door was open.", "The back door was closed.", "whether “The back door was open”"),
        ("He pushed the ladder.", "He never pushed the ladder.", "whether “He pushed the ladder”"),
        ("I don't know the driver.", "I know the driver from school.", "whether they had met before"),
        ("Three men were in the car.", "Two men were in the car.", "how many men"),
        ("He wore a red jacket.", "He had a blue jacket on.", "the colour of the jacket"),
        ("He hit me in the kitchen.", "He hit me in the hall.", "the place"),
    ],
)
def test_what_cannot_both_be_true_is_found(one, other, about):
    assert disagreement(one, other) == [about]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I saw him run with my own eyes.", "I didn't see him hit the window, I only heard it."),
        ("I saw him run away.", "I did not see who it was."),
        ("I saw the man leave.", "I did not see anything unusual before that."),
        ("I don't know the driver.", "We talked with Anna at work."),
        ("I do not know him.", "I talked to him at the door."),
        ("Two patients were woken up.", "Three patients sat in the waiting room."),
        ("My blue car stood there.", "A red car hit it."),
        ("He did not answer my question.", "I asked him a question on the phone."),
        ("Anna did not call the police.", "I called the police."),
        ("The push I know from Samir and from the video.", "Our teacher doesn't know about the video."),
        ("I was alone at first.", "Tom was with me."),
        ("Nobody heard me shouting.", "Tom was with me in the morning."),
        ("He did not answer at first.", "He answered the question."),
        ("I stood in the kitchen.", "He ran through the hall."),
        ("I did not lock the door.", "I always lock the door."),
        ("Two of the boys laughed at her.", "Four boys laughed at her."),
        ("I saw everything from the balcony after that.", "I didn't see him hit her."),
    ],
)
def test_what_goes_together_raises_no_alarm(one, other):
    assert disagreement(one, other) == []


def test_two_places_of_the_incident_disagree():
    assert disagreement("It was in the kitchen.", "It was in the hall.", ("where", "where")) == ["the place"]
    assert disagreement("It was in the office.", "It was in the kitchen.", ("where", "where")) == []


def test_what_is_told_in_one_breath_is_meant_together():
    told = [fact(1, "I saw him push her.", message="m1"), fact(2, "I didn't see him push the door.", message="m1")]
    assert find(told) == []


def test_the_time_of_some_step_is_not_that_of_the_incident():
    told = [
        fact(1, "I gave him the wrong tablets."),
        fact(2, "I prepared the cups at 9 pm."),
        fact(3, "at 9 pm", "when", "m2", about="f2"),
        fact(4, "It was Monday evening, around twelve.", "when"),
    ]
    assert find(told) == []
