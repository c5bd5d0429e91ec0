"""What is said to the person: an apology, thanks, an answer or an acknowledgement only where it belongs."""

import pytest

from tests.services.interviews.talking import Talk

WINDOW = "On Friday somebody smashed the window next to the entrance and ran towards the bus stop."
SORRY = ("sorry for asking again", "you said that. I am sorry", "that was answered; I will not")
ACKNOWLEDGED = "Thank you for telling me this."
TOUCHED = (
    "My supervisor came in and stood right behind me and put his hand on my waist. "
    "I said 'please don't' and he laughed."
)


def apologises(question):
    return any(words in question for words in SORRY)


@pytest.mark.parametrize(
    "story",
    [
        "I didn't make a fuss, I just wrote an incident form, which is what we are supposed to do.",
        "I just said to her that I already told the pharmacist.",
        "I already told my boss about the window, and he wrote it down.",
    ],
)
def test_to_have_said_something_within_the_story_is_no_complaint(story):
    assert not apologises(Talk(WINDOW, "participant").say(story))


@pytest.mark.parametrize(
    "complaint",
    [
        "no, as I said, I think it was Pavel",
        "I wasn't there, as I said.",
        "Between Thursday night and Friday lunchtime, like I told you.",
        "Like I said, it was two hours.",
        "It was Lee, I said that.",
        "I told you.",
        "You've just asked me that.",
        "I just told you that.",
    ],
)
def test_who_was_asked_again_is_apologised_to(complaint):
    talk = Talk(WINDOW, "participant")
    talk.say("I saw it from the desk.")
    assert apologises(talk.say(complaint))


@pytest.mark.parametrize(
    "question",
    [
        "By the way, will this be read by the whole committee? I wouldn't like my neighbour to hear of it.",
        "Will my boss read this? I don't want that.",
        "He ran to the bus stop at nine. Will my boss see what I said?",
        "Who gets to read this?",
    ],
)
def test_who_will_read_it_is_answered_whatever_else_is_told(question):
    talk = Talk(WINDOW)
    talk.say("I saw it from the desk.")
    assert "only whoever this interview belongs to can open it" in talk.say(question)


def test_a_question_that_cannot_be_answered_gets_a_civil_word():
    talk = Talk(WINDOW)
    assert "fair question" in talk.say("I was at the desk. Have you got a dog?")


def test_swearing_that_is_reported_of_others_is_no_anger():
    talk = Talk(WINDOW)
    assert "free to say" not in talk.say("the other one said fuck off u prick. thats it")
    assert "free to say" in talk.say("This is a waste of time, you stupid machine.")


@pytest.mark.parametrize(
    "emphasis",
    [
        "She doesn't answer the phone any more, not even when I ring.",
        "I'd want to ask the other teacher, not Frau Yilmaz but Frau Brandt.",
        "She shook my hand, not very friendly.",
        "They took him out through the side door, not the main gate.",
        "He hit not only me, he hit my brother too.",
    ],
)
def test_nobody_is_thanked_for_putting_right_what_was_not_put_right(emphasis):
    talk = Talk(WINDOW, "participant")
    talk.say("I saw it from the desk.")
    said = talk.say(emphasis)
    assert "putting that right" not in said
    assert "beside what you said before" not in said


def test_a_correction_that_took_hold_is_thanked_for():
    talk = Talk("On Wednesday two men shouted at Katrin Lehmann by the loading dock at the red door.")
    talk.say("Two men in grey jackets came in and Katrin told them to leave.")
    assert "putting that right" in talk.say("It was Tuesday, not Wednesday. One of them pushed her.")


@pytest.mark.parametrize(
    "disclosed",
    [
        TOUCHED,
        "He locked the door and put his hand under my blouse. I begged him to stop.",
        "Then he punched me in the face.",
        "He threatened to kill me.",
        "I started to cry. I haven't been able to sleep since.",
    ],
)
def test_what_happened_to_the_person_is_acknowledged_once_and_before_any_question(disclosed):
    talk = Talk(role="participant")
    first = talk.say(disclosed)
    assert first.startswith(ACKNOWLEDGED)
    assert "pause" in first.partition("?")[0]
    assert ACKNOWLEDGED not in talk.say("And then he punched me again.")


def test_what_a_summary_discloses_is_acknowledged_in_the_first_words():
    opening = Talk(TOUCHED, "participant").asked[0]
    assert ACKNOWLEDGED in opening
    assert opening.index(ACKNOWLEDGED) < opening.index("You write")


@pytest.mark.parametrize(
    "harmless",
    [
        "He never touched me.",
        "He told me that she hit her brother.",
        "He pushed Tom.",
        "They sang and I could not sleep until five.",
    ],
)
def test_what_did_not_happen_to_the_person_is_no_disclosure(harmless):
    assert ACKNOWLEDGED not in Talk(role="participant").say(harmless)


def read_back(talk):
    talk.say_until_read_back("I don't know.")
    return talk


@pytest.mark.parametrize(
    "courtesy",
    [
        "nope thats it",
        "that's all thank you",
        "No, that's all, thank you.",
        "Thanks, that's everything.",
        "nah all good",
    ],
)
def test_courtesy_closes_the_read_back(courtesy):
    talk = read_back(Talk(WINDOW))
    talk.say(courtesy)
    assert talk.session.status == "complete"
    assert talk.session.corrections == []


@pytest.mark.parametrize("courtesy", ["nope thats it", "that's all thank you", "thanks"])
def test_courtesy_after_a_correction_closes(courtesy):
    talk = read_back(Talk(WINDOW))
    talk.say("It was on Saturday, not on Friday.")
    talk.say(courtesy)
    assert talk.session.status == "complete"
    assert talk.session.corrections == ["It was on Saturday, not on Friday."]


def test_what_follows_the_courtesy_is_kept():
    talk = read_back(Talk(WINDOW))
    talk.say("No, that's all, thank you. Except that I have been driving for thirty years.")
    assert talk.session.status == "active"
    assert "thirty years" in talk.session.corrections[0]


def test_the_receipt_shows_the_whole_correction_and_what_it_marked():
    talk = read_back(Talk("On Wednesday two men shouted at Katrin Lehmann by the loading dock at the red door."))
    said = talk.say(
        "It was Tuesday, not Wednesday, as I have looked it up since then in my diary at home. And there were three "
        "men, not two, who shouted at her by the dock. And the door is blue."
    )
    assert "And the door is blue" in said
    assert "“On Wednesday" in said.partition("the door is blue")[2]


def test_the_receipt_of_a_correction_that_marks_nothing_says_so_plainly():
    talk = read_back(Talk(WINDOW))
    assert "Corrections by the interviewee" in talk.say("The bin is green.")


def test_the_opening_cuts_no_quote_to_nonsense():
    opening = Talk(
        "My son Emil, 5, fell at the climbing frame on the forest outing of the Rabbits group on Wednesday and broke "
        "his arm."
    ).asked[0]
    assert "“My son Emil, 5 …”" not in opening
    assert "My son Emil, 5, fell at the climbing frame" in opening
