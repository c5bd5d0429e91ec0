"""The fixed rule of confidence."""

from domain.interview import Contradiction, Fact
from services.interviews.confidence import judge
from services.interviews.goals import goal_of, new_goals


def fact(number, topic="when", **fields):
    return Fact(
        fact_id=f"f{number}", topic=topic, claim="c", quote=f"words {number}", message_id=f"m{number}", **fields
    )


def when(facts, contradictions=(), **options):
    return goal_of(judge(new_goals(), facts, contradictions, threshold=90, **options), "when")


def test_a_goal_of_which_nothing_was_said_has_not_started():
    assert (when([]).confidence, when([]).status) == (0, "not_started")


def test_one_first_hand_statement_gives_forty_and_says_why():
    assert when([fact(1)]).confidence == 40
    assert when([fact(1)]).why == ["+40 a first-hand statement: “words 1”"]


def test_a_reservation_or_hearsay_counts_less_and_both_least():
    assert when([fact(1, confidence="uncertain")]).confidence == 25
    assert when([fact(1, source="hearsay")]).confidence == 25
    assert when([fact(1, source="hearsay", confidence="uncertain")]).confidence == 15


def test_hearsay_alone_never_reaches_ninety():
    many = [fact(n, source="hearsay", parsed_time="2026-01-01T10:00") for n in range(9)]
    assert when(many, asked_about=[("m1", "when")]).confidence == 75


def test_a_full_answer_reaches_ninety():
    told = [fact(1, parsed_time="2026-01-01T10:00"), fact(2)]
    assert when(told, asked_about=[("m2", "when")]).status == "complete"


def test_two_statements_that_disagree_cost_twenty_until_they_are_settled():
    pair = Contradiction(contradiction_id="c1", topic="when", about="the day", first_fact_id="f1", second_fact_id="f2")
    told = [fact(1), fact(2)]
    assert when(told).confidence - when(told, [pair]).confidence == 20
    pair.resolution = "It was Monday."
    assert when(told).confidence == when(told, [pair]).confidence


def test_a_replaced_fact_counts_for_nothing():
    assert when([fact(1, replaced_by="f2"), fact(2)]).confidence == 40


def test_i_do_not_know_twice_exhausts_a_goal():
    goals = new_goals()
    goal_of(goals, "when").unknown_answers = 2
    assert goal_of(judge(goals, [], [], threshold=90), "when").exhausted


def test_what_was_only_volunteered_stays_at_eighty_five_until_a_question_about_it_is_answered():
    told = [fact(1, parsed_time="2026-01-01T10:00"), fact(2), fact(3)]
    assert when(told).confidence == 85
    assert "at most 85" in when(told).why[-1]
    assert when(told, asked_about=[("m9", "when")]).confidence == 95


def test_an_i_do_not_know_does_not_count_as_an_answer():
    goals = new_goals()
    goal_of(goals, "when").unknown_answers = 1
    told = [fact(1, parsed_time="2026-01-01T10:00"), fact(2), fact(3)]
    judged = judge(goals, told, [], threshold=90, asked_about=[("m9", "when")])
    assert goal_of(judged, "when").confidence == 85


def test_somebody_who_is_not_identified_holds_who_down_until_asked_about():
    people = [fact(n, topic="who") for n in (1, 2, 3)]
    stranger = Fact(fact_id="f9", topic="what", claim="c", quote="a young man ran away", message_id="m9")
    assert goal_of(judge(new_goals(), [*people, stranger], [], threshold=90), "who").confidence == 60
    asked = judge(new_goals(), [*people, stranger], [], threshold=90, asked_about=[("m8", "who")])
    assert goal_of(asked, "who").confidence == 95
