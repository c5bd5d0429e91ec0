"""What is asked: it follows from what was said, takes up the person's own words and ends politely."""

from itertools import pairwise

import pytest

from tests.services.interviews.talking import Talk

WINDOW = (
    "I work nights at the reception of the Lindenhof clinic. Last Friday around 2:40 am somebody smashed the big "
    "window next to the entrance. I heard a bang and then glass. When I came out of the back office a young man in a "
    "red hoodie was running towards the bus stop. Dr. Amari from the emergency ward came down as well. "
    "I called the police at 2:45."
)


def test_the_opening_takes_up_the_summary_in_its_own_words_and_invites_details():
    opening = Talk(WINDOW).asked[0]
    assert "somebody smashed the big window next to the entrance" in opening
    assert "small details" in opening


@pytest.mark.parametrize(
    ("role", "words"),
    [("witness", "saw and heard"), ("participant", "what happened"), ("secondhand", "what you learned")],
)
def test_the_opening_without_a_summary_explains_and_asks_for_an_account(role, words):
    opening = Talk(role=role).asked[0]
    assert words in opening
    assert "report in your own words" in opening


def test_a_full_summary_is_deepened_and_not_taken_for_enough():
    asked = "\n".join(Talk(WINDOW).say_until_read_back("Nothing that I have not said before, I believe."))
    assert "“a young man in a red hoodie”. What else did you notice about him?" in asked
    assert "How do you know what time it was?" in asked
    assert "Go back there for a moment" in asked
    assert "the part Dr. Amari had" in asked


def test_the_last_question_before_the_read_back_is_open():
    asked = Talk(WINDOW).say_until_read_back("I don't know.")
    assert "anything I have not asked about" in asked[-2]


def test_who_does_not_know_anything_is_let_go_soon():
    assert len(Talk().say_until_read_back("idk")) <= 16


def test_who_has_said_everything_is_not_pressed():
    talk = Talk(WINDOW)
    assert len(talk.say_until_read_back("I have said everything!")) <= 7


def test_how_a_teller_knows_is_asked_once():
    talk = Talk(WINDOW)
    talk.say("Femi later said that it was the brother of a patient.")
    asked = talk.say_until_read_back("I saw it from the desk.")
    assert sum("How does Femi know that" in question for question in asked) == 1


def test_a_sign_that_says_something_is_nobody_who_knows():
    talk = Talk("The woman at the desk laughed at me. Her badge said Nicole.", "participant")
    assert not any("How does badge" in question for question in talk.say_until_read_back("I was there."))


def test_a_question_is_answered_and_then_put_again_without_its_former_frames():
    talk = Talk(WINDOW)
    talk.say("Why do you want to know that?")
    again = talk.say("What is this for?")
    assert again.count("To come back to my question") == 1
    assert "saw and heard" in again


def test_suggestions_of_a_disagreement_say_which_is_which():
    talk = Talk("On Monday at 9 Tom shouted at me in the office.", "participant")
    talk.say("I was alone with Tom when he shouted at me. My friend Eva was there with us when he shouted at me.")
    while talk.session.stage not in ("contradictions", "read_back"):
        talk.say("I don't know.")
    assert talk.session.stage == "contradictions"
    assert any(answer.startswith("The first is right: “") for answer in talk.session.answers)


@pytest.mark.parametrize(
    "neutral", ["It is a dark green Kalkhoff with a wire basket.", "A nurse took him to hospital."]
)
def test_no_feeling_is_answered_that_nobody_spoke_of(neutral):
    question = Talk(WINDOW).say(neutral)
    assert not any(words in question for words in ("how that was for you", "openly", "free to say", "I hear you"))


def test_a_feeling_is_answered_at_most_twice():
    talk = Talk(WINDOW)
    replies = [talk.say(f"I was so scared, it was {n} at night.") for n in ("terrible", "dark", "loud", "late")]
    answered = [one for one in replies if "how that was for you" in one or "saying that openly" in one]
    assert 1 <= len(answered) <= 2
    assert len(set(answered)) == len(answered)


def test_what_was_said_beside_the_wish_to_stop_is_kept():
    talk = Talk("Mr. Hahn called me.", "participant")
    talk.say("He said he would come to my house. I want to stop here.")
    assert any("come to my house" in fact.quote for fact in talk.session.facts)


def test_whether_a_question_matters_is_answered():
    assert "you can skip it" in Talk(WINDOW).say("Is that relevant?")


def test_nobody_is_asked_what_part_somebody_had_whose_name_was_just_given():
    talk = Talk("The woman at the desk laughed at me and called me a liar.", "participant")
    talk.say("A security man pushed me out of the door.")
    asked = talk.say_until_read_back("Her name is Nicole.")
    assert not any("the part Nicole had" in question for question in asked)


def test_yesterday_needs_no_explanation():
    talk = Talk("A boy hit my friend yesterday after school.")
    assert not any("How do you know what day" in question for question in talk.say_until_read_back("I saw it."))


def test_what_came_after_is_asked_of_the_end_of_the_fullest_account():
    talk = Talk("The woman at the desk laughed at me and called me a liar.", "participant")
    talk.say("I came in with the toaster. I asked for the manager. Then a man pushed me out of the door.")
    asked = talk.say_until_read_back("I fell.")
    assert any("pushed me out of the door”. What happened right after that?" in question for question in asked)


def test_of_somebody_whom_only_another_saw_it_is_not_asked_what_was_noticed():
    talk = Talk("My bicycle was stolen on Thursday.", "participant")
    asked = [talk.say("My colleague Lena says she saw a man with a grey van in the yard around noon.")]
    asked += talk.say_until_read_back("I was at my desk.")
    assert any("What else do you know about him?" in question for question in asked)
    assert not any("What else did you notice" in question for question in asked)


@pytest.mark.parametrize("excuse", ["I don't know, I wasn't there.", "I can't remember that, I'm 86, you know."])
def test_an_excuse_beside_not_knowing_is_no_answer(excuse):
    talk = Talk(WINDOW)
    talk.say(excuse)
    topic = talk.session.current_topic
    facts = len(talk.session.facts)
    talk.say(excuse)
    assert len(talk.session.facts) == facts
    assert next(goal for goal in talk.session.goals if goal.topic == topic).unknown_answers == 1


def test_after_an_i_do_not_know_something_else_is_asked():
    talk = Talk("A window broke.")
    talk.say("I saw the glass on the floor.")
    topics = []
    for _ in range(5):
        topics.append(talk.session.current_topic)
        talk.say("I don't know.")
    assert all(one != other for one, other in pairwise(topics))


def test_a_no_to_what_else_means_that_this_was_all():
    talk = Talk("A boy hit my friend yesterday. His nose was bleeding and he has been off sick.")
    while talk.session.current_topic != "impact" and talk.session.stage != "read_back":
        talk.say("I saw it.")
    talk.say("No.")
    goal = next(goal for goal in talk.session.goals if goal.topic == "impact")
    assert goal.unknown_answers == 0


def test_a_thing_that_is_spoken_of_is_no_teller():
    talk = Talk("They say I took 50 euros from the till on Saturday.", "participant")
    talk.say("Till two, next to the door.")
    assert not any("does till know" in question.lower() for question in talk.say_until_read_back("I was there."))


def test_a_correction_is_thanked_for_and_the_open_question_is_come_back_to():
    talk = Talk("On Wednesday two men shouted at Katrin Lehmann by the loading dock at the red door.")
    asked = talk.say("Two men in grey jackets came in and Katrin told them to leave. One of them pushed her.")
    again = talk.say("It was Tuesday, not Wednesday.")
    assert "To come back to my question" in again
    assert asked.rpartition(". ")[2] in again
    assert "To come back" not in talk.say("Her name is Katja, not Katrin.")


def test_a_corrected_name_count_and_day_stand_right_everywhere():
    talk = Talk("On Wednesday two men shouted at Katrin Lehmann by the loading dock at the red door.")
    talk.say("Two men in grey jackets came in and Katrin told them to leave. One of them pushed her.")
    talk.say("Her name is Katja, not Katrin. There were three men, not two. And it was Tuesday, not Wednesday.")
    understood = talk.session.extracted_summary
    assert [person.name for person in understood.actors] == ["Hannah Vogt", "Katja Lehmann"]
    assert "On Wednesday" not in understood.general_details.timeline_markers
    quotes = {fact.fact_id: fact.quote for fact in talk.session.facts}
    right = {fact.quote: [quotes[one] for one in fact.corrected_by] for fact in talk.session.facts}
    assert right["Two men in grey jackets came in and Katrin told them to leave."] == [
        "Her name is Katja, not Katrin.",
        "There were three men, not two.",
    ]
    assert talk.session.contradictions == []
