"""What is not asked: what was said already, and what would be senseless or wounding to ask."""

import pytest

from tests.services.interviews import accounts
from tests.services.interviews.talking import Talk

BLAND = "It was just as it was."


def asked(*says, role="witness", summary="", then=BLAND):
    """Every question of an interview in which this was said, joined."""
    talk = Talk(summary, role)
    for text in says:
        talk.say(text)
    return "\n".join(talk.say_until_read_back(then)[1:-1])


@pytest.fixture(scope="module")
def cashbox():
    return asked(accounts.CASHBOX, role="secondhand")


@pytest.fixture(scope="module")
def forklift():
    return asked(accounts.FORKLIFT)


@pytest.fixture(scope="module")
def nurse():
    return asked(accounts.NURSE, role="participant")


@pytest.fixture(scope="module")
def supervisor():
    return asked(accounts.SUPERVISOR, role="participant")


@pytest.fixture(scope="module")
def knife():
    return asked(accounts.KNIFE, role="participant")


@pytest.fixture(scope="module")
def phishing():
    return asked(accounts.PHISHING, role="friend", summary=accounts.PHISHING_SUMMARY)


@pytest.fixture(scope="module")
def kindergarten():
    return asked(accounts.KINDERGARTEN, role="participant", summary=accounts.KINDERGARTEN_SUMMARY)


@pytest.fixture(scope="module")
def car_park():
    return asked(accounts.CAR_PARK, role="participant")


@pytest.mark.parametrize(
    "known",
    [
        "Who told you about this",
        "I was there for all of it",
        "When did it happen, as far as you were told?",
        "In which order did it happen",
        "The box is kept in the cupboard",
        "three people”",
        "You mentioned the notes",
        "how long it lasted",
    ],
)
def test_of_what_was_told_by_others_nothing_is_asked_that_was_said(cashbox, known):
    assert known not in cashbox


@pytest.mark.parametrize(
    "senseless",
    [
        "and somebody screaming”. Which words",
        "nobody should touch anything”. Which words",
        "nobody should touch anything”. What happened right after",
        "“at six”",
        "You spoke of this place: “between aisle 4”.",
    ],
)
def test_of_an_accident_at_work_nothing_senseless_is_asked(forklift, senseless):
    assert senseless not in forklift


def test_the_day_is_asked_plainly_where_only_a_shift_was_given(forklift):
    assert "On which day did this happen?" in forklift


def test_who_screamed_is_not_asked_once_a_name_was_given():
    said = asked(accounts.FORKLIFT, "I think it was Pavel who screamed, but I can't swear to it.")
    assert "who that was" not in said


@pytest.mark.parametrize(
    "account",
    [
        "Then somebody banged on the door, I opened the door and it was Darren's brother Lee.",
        "Somebody was standing behind the shed. It was Lee Marsh, I am sure.",
        "A man came out of the bar. His name is Tom Reuter, he works there.",
    ],
)
def test_somebody_who_is_named_in_the_same_or_the_next_sentence_is_not_asked_for(account):
    said = asked(f"He hit me. {account} He took my bag.")
    assert "who that was" not in said
    assert "What else did you notice about him" not in said


@pytest.mark.parametrize(
    "senseless",
    [
        "an incident form, which is what we are supposed to do”. What happened right after",
        "“in the staff room”",
        "You mentioned your notes",
        "the part Mr. Okafor",
        "the part Beth",
    ],
)
def test_of_a_quarrel_on_a_ward_nothing_senseless_is_asked(nurse, senseless):
    assert senseless not in nurse


def test_what_came_after_hangs_on_the_last_deed_as_it_was_told(nurse):
    assert "It hit my left shoulder”. What happened right after that?" in nurse


def test_the_quote_holds_the_words_it_is_asked_about(nurse):
    line = next(line for line in nurse.splitlines() if "Which words were used" in line)
    assert "shouted that I had stabbed her in the back" in line


@pytest.mark.parametrize(
    "wounding",
    [
        "the part Viktor Stahl",
        "the part Da Gino",
        "which did you learn from others",
        "he sent me a message at eleven at night …”. What happened right after",
    ],
)
def test_of_what_was_done_to_the_person_nothing_wounding_is_asked(supervisor, wounding):
    assert wounding not in supervisor


@pytest.mark.parametrize(
    "account", ["He locked the door and put his hand under my blouse. I started to cry and I begged him to stop."]
)
def test_nobody_is_offered_that_nothing_more_happened(account):
    talk = Talk(role="participant")
    talk.say(account)
    offered = list(talk.session.answers)
    while talk.session.stage != "read_back":
        talk.say(BLAND)
        offered += talk.session.answers
    assert "Nothing more happened" not in offered


@pytest.mark.parametrize(
    "senseless",
    [
        "it was Darren's brother Lee …”. What happened right after",
        "What can you say about who that was?",
        "at that moment",
        "Mick screamed”. Which words",
    ],
)
def test_of_a_stabbing_nothing_senseless_is_asked(senseless):
    said = asked(
        accounts.KNIFE,
        "I opened the door, Lee came in and grabbed me by the throat. Darren shouted “leave him”. We all fell over the "
        "table, I had the knife pulled out from under me, and then Mick screamed.",
        role="participant",
    )
    assert senseless not in said


@pytest.mark.parametrize(
    "known",
    [
        "how long it lasted",
        "“on the phone”",
        "install AnyDesk on the tablet I gave her for Christmas”. What happened right after",
        "the part AnyDesk",
    ],
)
def test_of_a_fraud_nothing_is_asked_that_was_said(phishing, known):
    assert known not in phishing


@pytest.mark.parametrize(
    "known",
    ["“in the car”", "How does Emil know", "Nobody called me until half past twelve”. What happened right after"],
)
def test_of_an_injured_child_nothing_senseless_is_asked(known):
    said = asked(
        accounts.KINDERGARTEN,
        "I looked at the clock in the car because I was late for work.",
        "I took him to the hospital, and the day after he was operated on.",
        role="participant",
        summary=accounts.KINDERGARTEN_SUMMARY,
    )
    assert known not in said


def test_consequences_that_were_told_are_deepened_and_not_asked_for():
    said = asked(
        accounts.KINDERGARTEN,
        "I took him to the hospital, and the day after he was operated on.",
        role="participant",
        summary=accounts.KINDERGARTEN_SUMMARY,
    )
    assert "What, if anything, followed from it" not in said


@pytest.mark.parametrize("known", ["What, if anything, followed from it", "at that moment"])
def test_of_a_collision_nothing_is_asked_that_was_said(car_park, known):
    assert known not in car_park


def test_a_state_has_no_sequel():
    assert "two men in the van”. What happened right after" not in asked("There were two men in the van.")


def test_what_a_teller_passed_on_has_no_sequel():
    said = asked("He fell off the frame. A mum, Mrs Ray, told me that the teacher was on the phone.")
    assert "on the phone”. What happened right after" not in said


@pytest.mark.parametrize("empty", ["I don't know, everything.", "I told you."])
def test_an_answer_that_says_nothing_is_never_quoted(empty):
    talk = Talk(accounts.KNIFE, "participant")
    for _ in range(4):
        talk.say(empty)
    talk.say("Mick's in hospital and I'm lying awake every night.")
    assert empty.rstrip(".") not in "\n".join(talk.say_until_read_back(BLAND)[:-1])


def test_where_a_cousin_told_it_is_no_place_to_go_back_to():
    said = asked("The bike was stolen at the station. My cousin told me about it in the garden.")
    assert "“in the garden”" not in said


def test_a_view_that_was_described_is_not_asked_for():
    said = asked(
        "I heard the horn and then a bang. From there I could see the charging station at about fifteen metres."
    )
    assert "How much of it could you see" not in said
    assert "How well could you see" not in said


def test_the_parts_of_those_who_were_listed_by_name_are_not_asked_for():
    said = asked(
        "He made a joke about me.", "There were three of them who laughed at the lunch: Ben, Olli and Tom Reuter."
    )
    assert "the part Ben" not in said


def test_who_said_to_have_been_there_for_all_of_it_is_not_asked_what_they_saw():
    said = asked(
        accounts.SUPERVISOR,
        "All of it happened to me, I was there for all of it. Katja told me that he had done it to Sabine.",
        role="participant",
    )
    assert "which did you learn from others" not in said
