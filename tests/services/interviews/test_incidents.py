"""Every incident is conducted to its end; what must and must not stand in the report."""

import re
from functools import cache

import pytest

from providers.interviewers.rules.words import words
from tests.services.interviews.conduct import REPORTS, Conducted, incident_names

CLAIM_WORDS = {
    "asked",
    "answered",
    "time",
    "given",
    "place",
    "person",
    "named",
    "yes",
    "no",
    "is",
    "has",
    "does",
    "was",
    "their",
    "themselves",
    "they",
    "them",
}


@cache
def conducted(name):
    return Conducted(name)


@pytest.fixture(params=incident_names())
def case(request):
    return conducted(request.param)


def test_it_ends_within_the_bounds(case):
    assert case.interview.status == "complete"
    assert 4 <= case.interview.turn_count <= 26
    assert len(case.questions) <= 31


def test_no_question_is_asked_twice(case):
    assert len(set(case.questions)) == len(case.questions)


def test_every_fact_and_step_rests_on_words_of_the_transcript(case):
    said = {message.message_id: message.content for message in case.interview.messages if message.role == "interviewee"}
    assert case.interview.facts
    for rest in (*case.interview.facts, *case.report.timeline):
        assert rest.quote
        assert rest.quote in said[rest.message_id]


def test_no_claim_holds_a_word_that_nobody_said(case):
    asked = " ".join(case.questions)
    known = set(re.findall(r"\w+", f"{case.told} {case.script['interviewee_name']} {asked}".lower())) | CLAIM_WORDS
    for fact in case.interview.facts:
        claimed = {word for word in re.findall(r"\w+", fact.claim.lower()) if len(word) > 3}
        unknown = {
            word
            for word in claimed
            if word not in known and word.rstrip("s") not in known and word not in ("interviewee",)
        }
        unknown = {word for word in unknown if not any(word[:-2] == one or word[:-3] == one[:-1] for one in known)}
        assert not unknown, fact.claim


def test_no_month_comes_out_of_the_verb_may(case):
    assert "-05-" not in " ".join(fact.parsed_time or "" for fact in case.interview.facts)


def test_no_ordinary_word_is_taken_for_a_person(case):
    named = {person.name.lower() for person in case.report.summary.actors[1:]}
    assert not named & (words("not_names") - words("name_words"))


def test_the_key_facts_repeat_nothing(case):
    quotes = [(fact.message_id, fact.quote) for fact in case.report.key_facts]
    assert len(set(quotes)) == len(quotes)
    for message_id, quote in quotes:
        assert not any(message_id == other and quote != whole and quote in whole for other, whole in quotes)


def test_the_report_is_the_one_that_was_read_and_checked_in(case):
    written = (REPORTS / f"{case.name}.md").read_text(encoding="utf-8")
    assert case.markdown == written, "regenerate with: python -m tests.services.interviews.conduct --write"


def labels(name):
    return [step.label for step in conducted(name).report.timeline]


def in_order(name, *beginnings):
    places = [next(n for n, label in enumerate(labels(name)) if label.startswith(start)) for start in beginnings]
    assert places == sorted(places), labels(name)


def test_the_quarrel_is_told_in_the_order_in_which_it_happened():
    in_order(
        "quarrel_in_the_stock_room",
        "Mira had come in",
        "Priya came in",
        "Jonas shouted",
        "He threw",
        "Priya was crying",
        "Tom from",
    )


def test_the_quarrel_asks_for_the_words_and_keeps_them_literally():
    quarrel = conducted("quarrel_in_the_stock_room")
    assert any("Which words were used" in question for question in quarrel.questions)
    assert any("'Do you think I am blind?'" in fact.quote for fact in quarrel.report.key_facts)


def test_people_of_the_quarrel_have_names_and_roles():
    people = {person.name: person for person in conducted("quarrel_in_the_stock_room").report.summary.actors}
    assert people["Jonas Berg"].role == "shift lead"
    assert {"Mira Holt", "Jonas Berg", "Priya Nair", "Tom"} <= people.keys()


def test_what_was_told_by_others_is_marked_as_hearsay():
    by_quote = {fact.quote: fact for fact in conducted("stolen_bicycle").interview.facts}
    told = by_quote["My colleague Lena says she saw a man with a grey van in the yard around noon."]
    own = by_quote["My bicycle was stolen from the yard behind the office on Thursday."]
    assert (told.source, own.source) == ("hearsay", "first_hand")


def test_the_second_hand_leak_rests_on_hearsay_and_its_goals_stay_below_the_threshold():
    leak = conducted("data_leak_second_hand")
    goals = {goal.topic: goal for goal in leak.report.goals}
    assert goals["when"].confidence < 90
    assert goals["where"].exhausted
    what = [fact for fact in leak.report.key_facts if fact.topic == "what" and not fact.quote.startswith("I ")]
    assert all(fact.source == "hearsay" for fact in what)


def test_a_guess_is_uncertain_and_a_plain_statement_is_not():
    facts = {fact.quote: fact for fact in conducted("data_leak_second_hand").interview.facts}
    assert facts["I think it was Kowalski, but that is only what people say."].confidence == "uncertain"
    assert facts["Bogdan has the mail log."].confidence == "certain"


def test_the_witness_who_does_not_know_is_not_pressed():
    unknowing = conducted("does_not_know")
    assert all(goal.unknown_answers <= 2 for goal in unknowing.report.goals)
    assert {"when", "impact", "evidence"} <= {gap.topic for gap in unknowing.report.gaps}


@pytest.mark.parametrize(
    "about", ["who was there", "the day", "whether they had met before", "whether “I locked the cash box in the safe”"]
)
def test_each_contradiction_stands_side_by_side(about):
    found = {pair.about: pair for pair in conducted("contradicts_himself").report.contradictions}
    assert found[about].first.quote != found[about].second.quote


def test_a_contradiction_that_was_explained_keeps_the_explanation():
    found = {pair.about: pair for pair in conducted("contradicts_himself").report.contradictions}
    assert found["who was there"].resolution == "Tom came in at the end, so I was alone only at first."
    assert found["the day"].second.replaced_by is not None


def test_an_incident_without_contradictions_reports_none():
    for name in ("quarrel_in_the_stock_room", "stolen_bicycle", "fall_on_the_building_site", "bullying_at_school"):
        assert conducted(name).report.contradictions == []


def test_a_correction_takes_the_place_of_the_time_and_is_shown_beside_the_sentence():
    collision = conducted("delivery_van_collision")
    first = next(step for step in collision.report.timeline if step.label.startswith("Mr. Adeyemi drove"))
    assert "7:15" in first.timestamp
    assert "later corrected: “No, wait, it was 7:15, not 6:15.”" in collision.markdown
    assert collision.report.corrections == ["It is ramp 5, not ramp 4."]


def test_a_terse_person_is_understood_through_the_question():
    terse = conducted("very_terse")
    by_quote = {fact.quote: fact for fact in terse.interview.facts}
    assert by_quote["4pm"].topic == "when"
    assert by_quote["4pm"].parsed_time == "T16:00"
    assert by_quote["my boss"].topic == "who"


def test_an_angry_person_gets_apology_and_answer_and_no_opinion_becomes_a_fact():
    angry = conducted("angry_and_rambling")
    assert not any("idiots" in fact.quote for fact in angry.interview.facts)
    assert any("free to say that" in question for question in angry.questions)
    assert any('"go back to bed, granny"' in fact.quote for fact in angry.interview.facts)
