"""Who knows it from whom: what a thing “says” is read, what somebody says of others is hearsay."""

import pytest

from domain.interview import IntervieweeRole
from providers.interviewers.rules.sources import origin_in_context, origin_of


@pytest.mark.parametrize(
    "text",
    [
        "I saw that Mr. Haddad's chart said 14 units.",
        "The display said 45 degrees and I switched it off.",
        "My watch said ten to four when I left.",
        "Frau Yilmaz told me on the phone it was 'just a sprain'.",
        "I never said that he pushed me.",
        "I saw that chart with my own eyes, nobody told me.",
        "Jonas told Priya to leave.",
    ],
)
def test_what_the_speaker_read_or_was_there_for_is_first_hand(text):
    assert origin_of(text).source == "first_hand"


@pytest.mark.parametrize(
    ("text", "teller"),
    [
        ("One of the mothers, Mrs Aydin, told me that he was on his phone.", "Aydin"),
        ("The teachers, Ms Brandt and Ms Kaya, say nobody saw it.", "Kaya"),
        ("Mia told her mum that he fell off by himself.", "Mia"),
        ("It was him, so Katja says.", "Katja"),
        ("She's another one he did it to, two years ago, so Katja says.", "Katja"),
        ("Karen told me that Luis was drunk.", "Karen"),
    ],
)
def test_what_others_say_of_others_is_hearsay_with_who_says_it(text, teller):
    assert origin_of(text) == ("hearsay", teller)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("I'm upset too, it's a small club.", "first_hand"),
        ("No, I can't tell you anything else.", "first_hand"),
        ("I drove there at once.", "first_hand"),
        ("Then he got her to install it on the tablet I gave her.", "hearsay"),
        ("My husband counted the money.", "hearsay"),
        ("I heard that she paid.", "hearsay"),
    ],
)
def test_who_knows_it_second_hand_is_first_hand_in_themselves_only(text, source):
    assert origin_in_context(text, IntervieweeRole.FRIEND, None).source == source
