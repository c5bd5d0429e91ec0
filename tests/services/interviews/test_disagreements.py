"""What becomes of statements that disagree: asked side by side, settled by a correction, or shown in short as open."""

import pytest

from tests.services.interviews.talking import ACTOR, Talk

BEERS = "I had two beers, no more. The bag was on the chair. Somebody shouted at me in the garden on Monday at nine."


def report_of(talk):
    return talk.service.report(ACTOR, talk.session_id)


def until_read_back(talk):
    talk.say_until_read_back("I don't know.")
    assert talk.session.stage == "read_back"
    return talk


def test_a_count_with_a_hedge_is_put_beside_the_one_said_before():
    talk = Talk(BEERS, "participant")
    talk.say("I was there for all of it, but I'd had maybe five or six beers, so it's a bit blurry.")
    asked = "\n".join(talk.say_until_read_back("I don't know."))
    assert (
        "At one point: “I had two beers, no more”. At another: “I was there for all of it, but I'd had maybe five"
        in asked
    )


def test_an_open_pair_shows_both_statements_in_short():
    talk = Talk(BEERS, "participant")
    talk.say("The bag was under the chair.")
    until_read_back(talk).say("Yes, that's right.")
    questions = [gap.question for gap in report_of(talk).gaps]
    assert "Which is right: “The bag was on the chair” or “The bag was under the chair”?" in questions


def test_a_correction_in_the_read_back_settles_the_pair_it_takes_a_side_in():
    talk = until_read_back(Talk(BEERS, "participant"))
    talk.say("I had five beers.")
    talk.say("No, that is all.")
    report = report_of(talk)
    assert [(pair.about, pair.resolution) for pair in report.contradictions] == [
        ("how many beers", "I had five beers.")
    ]
    assert not [gap for gap in report.gaps if gap.topic == "contradictions"]


def test_a_correction_settles_what_was_asked_and_left_open():
    talk = Talk(BEERS, "participant")
    talk.say("I'd had maybe five or six beers.")
    until_read_back(talk)
    assert [pair.resolution for pair in talk.session.contradictions] == [""]
    talk.say("I had five beers.")
    talk.say("No, that is all.")
    assert {pair.resolution for pair in report_of(talk).contradictions} == {"I had five beers."}


@pytest.mark.parametrize("doubt", ["Maybe I had five beers.", "I think I had five beers, I'm not sure."])
def test_a_doubt_in_the_read_back_leaves_the_pair_open(doubt):
    talk = until_read_back(Talk(BEERS, "participant"))
    talk.say(doubt)
    talk.say("No, that is all.")
    report = report_of(talk)
    assert [pair.resolution for pair in report.contradictions] == [""]
    assert [gap.question for gap in report.gaps if gap.topic == "contradictions"]


def test_a_protest_in_the_read_back_disagrees_with_nothing():
    talk = until_read_back(Talk("They took Pavel away at about ten past ten. Da Gino is a restaurant.", "witness"))
    talk.say("They took Pavel away at the end, not at the beginning. Da Gino is the restaurant, not a person!")
    talk.say("I never said that Da Gino is a restaurant.")
    assert talk.session.contradictions == []


def test_a_threat_and_what_came_of_it_are_never_put_side_by_side():
    talk = Talk(
        "He closed the door and said that if I wanted my contract renewed I should be nicer to him.", "participant"
    )
    talk.say("My contract ran out in June and wasn't renewed.")
    assert talk.session.contradictions == []


def test_a_long_sentence_that_lost_a_side_keeps_what_else_it_tells():
    talk = Talk(BEERS, "participant")
    talk.say("I was there for all of it, but I'd had maybe five or six beers, so it's a bit blurry.")
    while talk.session.stage != "contradictions":
        talk.say("I don't know.")
    talk.say("Two beers is right.")
    long = next(fact for fact in talk.session.facts if "blurry" in fact.quote)
    assert long.replaced_by is None
    assert long.corrected_by
    assert [pair.resolution for pair in talk.session.contradictions] == ["Two beers is right."]
