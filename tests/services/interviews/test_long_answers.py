"""An answer of whatever shape is read in bounded time: one that is not would hold a thread at every later access."""

import pytest

from tests.services.interviews.talking import Talk

LENGTH = 50_000
SHAPES = {
    "stops": "so. ",
    "commas": "a, ",
    "denials": "it was not Tuesday, not Monday ",
    "speech": "I said that he told me ",
    "names": "Anna Berg and Tom ",
    "open quotes": "'a “b ",
    "times": "at six on Monday ",
    "questions": "why? ",
}


@pytest.mark.slow
@pytest.mark.timeout(90)  # what grew with the square took minutes
@pytest.mark.parametrize("shape", SHAPES)
def test_a_very_long_answer_is_read_and_the_next_one_too(shape):
    talk = Talk("On Monday two men shouted at Anna in the hall.")
    piece = SHAPES[shape]
    talk.say(("x " + piece * (LENGTH // len(piece)))[:LENGTH])
    talk.say("It was Tuesday, not Monday.")
    assert talk.session.turn_count == 2
