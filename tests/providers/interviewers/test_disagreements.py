"""Which pairs of one sort disagree: counts, doers, places of things, what was told or touched; and which are invented."""

import pytest

from domain.interview import Fact
from providers.interviewers.rules.contradictions import find


def fact(number, quote, topic="what", message=None, **more):
    return Fact(fact_id=f"f{number}", topic=topic, claim=quote, quote=quote, message_id=message or f"m{number}", **more)


def abouts(*quotes, topic="what", message=None):
    return [pair.about for pair in find([fact(n, quote, topic, message) for n, quote in enumerate(quotes)])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "He closed the door and said that if I wanted my contract renewed I should be a bit nicer to him.",
            "My contract ran out on the 30th of June and wasn't renewed.",
        ),
        ("He promised that my bike would be repaired.", "My bike was not repaired."),
        ("He said he would return the money.", "The money wasn't returned."),
        ("He threatened to burn the shed.", "He did not burn the shed."),
        ("He wanted to lock the safe.", "He did not lock the safe."),
        ("I was going to call the police.", "I did not call the police."),
        ("She will sign the form.", "She did not sign the form."),
        ("If he had locked the safe, the money would be there.", "He did not lock the safe."),
        ("He told me that he locked the safe.", "He did not lock the safe."),
        ("I asked him to repair the bike.", "He did not repair the bike."),
        ("Da Gino is the restaurant, not a person!", "Da Gino is a restaurant."),
        ("I opened the door, Lee came in and grabbed me.", "I opened the door myself, not Mick."),
        ("They took Pavel away at about ten past ten.", "They took Pavel away at the end, not at the beginning."),
        ("Guy w the beard hit the other one.", "N other guy spat not the beard guy."),
        ("The door was open when I came back.", "The back door was locked."),
        ("I did not lock the back door.", "I locked the door."),
        ("They do go together, he closed the door.", "He did not close the door, that's not a contradiction."),
        ("I never said Darren pushed me on purpose.", "Darren pushed me on purpose."),
        ("You have written that I locked the safe.", "I did not lock the safe."),
    ],
)
def test_no_disagreement_is_invented(one, other):
    assert abouts(one, other) == []
    assert abouts(other, one) == []


def test_what_a_correction_puts_right_does_not_disagree_with_it():
    old = fact(1, "I opened the door.", replaced_by="f2")
    amended = fact(3, "I had two beers at the hut.", corrected_by=["f4"])
    told = [old, fact(2, "Mick opened the door."), amended, fact(4, "I had three beers.")]
    assert find(told) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Well, there is one thing, our daughter's birthday is on Sunday.",
        "My shift starts on Sunday.",
        "The shop opens on Sunday.",
        "The swimming lesson is on Sunday.",
        "They meet on Sunday.",
    ],
)
def test_a_time_of_something_else_is_no_time_of_the_incident(elsewhere):
    told = [
        fact(1, "Between Thursday night and Friday lunchtime, like I told you."),
        fact(2, "Between Thursday night and Friday lunchtime", "when", "m1", about="f1"),
        fact(3, elsewhere, message="m3"),
        fact(4, "on Sunday", "when", "m3", about="f3"),
    ]
    assert find(told) == []


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        (
            "I'd had two beers, no more.",
            "I was there, but I'd had maybe five or six beers, so it's a bit blurry.",
            "beers",
        ),
        ("I had two beers.", "I had five beers, I think.", "beers"),
        ("There were two men in the van.", "There were five men in the van.", "men"),
        ("I saw three boxes on the shelf.", "I saw 12 boxes on the shelf.", "boxes"),
        ("Only one man was in the car.", "Three men were in the car.", "men"),
        ("He hit me two times.", "He hit me four times.", "times"),
        ("She had one glass of wine.", "She had four glasses of wine.", "glasses"),
        ("There were 18 units on the chart.", "There were 14 units on the chart.", "units"),
    ],
)
def test_counts_of_the_same_are_compared_with_their_hedges(one, other, about):
    for topic in ("what", "where", "who"):
        assert abouts(one, other, topic=topic) == [f"how many {about}"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I had two beers.", "Mick had five beers."),
        ("I had two beers at the hut.", "I had three beers at home."),
        ("I had two beers.", "I bought five beers."),
        ("I had two beers.", "Later I had another three beers."),
        ("I had two beers.", "I had two or three beers."),
        ("I had two beers.", "I had at least one beer."),
        ("There were about four men in the van.", "There were five men in the van."),
        ("There were about twenty people in the hall.", "There were thirty people in the hall, I think."),
        ("It took two minutes.", "It took ten minutes."),
        ("I waited two hours.", "I waited five minutes."),
        ("He had two bags.", "She had three bags."),
        ("Two men stood at the gate.", "Three men ran away."),
        ("Two of the men ran away.", "Five men ran away."),
        ("First two men came in.", "Then five men came in."),
        ("He said there were two men in the van.", "There were five men in the van."),
        ("I would have had two beers.", "I had five beers."),
        ("On Monday I had two beers.", "On Tuesday I had five beers."),
        ("I had two beers and three sausages.", "I had two beers."),
        ("I gave him two tablets.", "I gave her three tablets."),
        ("Two men held me.", "One man hit me."),
        ("There were two men in the van.", "There were five men in the yard."),
        ("The chart said 14 units.", "I gave 4 units."),
        ("I have two brothers.", "He has three brothers."),
    ],
)
def test_counts_of_different_things_go_together(one, other):
    assert abouts(one, other) == []
    assert abouts(other, one) == []


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("I opened the door, Lee came in and grabbed me by the throat.", "Actually it was Mick who opened the door, I was still sitting down.", "who opened the door"),
        ("Then somebody banged on the door, I opened the door and it was Darren's brother Lee.", "It was Mick who opened the door.", "who opened the door"),
        ("Ola opened the gate.", "Pia opened the gate.", "who opened the gate"),
        ("I locked the safe.", "My colleague locked the safe.", "who locked the safe"),
        ("Tom switched off the machine.", "I switched off the machine.", "who switched off the machine"),
        ("I opened the door.", "It was Mick, not me, who opened the door.", "who opened the door"),
        ("I opened the door.", "It wasn't me who opened the door.", "who opened the door"),
        ("Mick pushed the ladder.", "It was not Mick who pushed the ladder.", "who pushed the ladder"),
        ("Anna found the wallet.", "It was me who found the wallet.", "who found the wallet"),
    ],
)  # fmt: skip
def test_the_same_deed_has_one_doer(one, other, about):
    assert abouts(one, other) == [about]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I opened the door.", "Then Mick opened the door again."),
        ("In the morning I opened the door.", "Mick opened the door in the evening."),
        ("I opened the front door.", "Mick opened the back door."),
        ("I opened the door.", "Mick opened the window."),
        ("I opened a window.", "Mick opened a window."),
        ("I opened my bag.", "Mick opened his bag."),
        ("I opened the door of the office.", "Mick opened the door of the kitchen."),
        ("I opened the door.", "Mick closed the door."),
        ("I called the police.", "Anna called the police."),
        ("I saw the man.", "Anna saw the man."),
        ("Mick opened the door.", "Mick Brown opened the door."),
        ("He opened the door.", "Mick opened the door."),
        ("We opened the door.", "Mick opened the door."),
        ("I opened the door.", "Mick did not open the door."),
        ("I opened the door.", "Lena says that Mick opened the door."),
        ("I opened the door.", "Mick wanted to open the door."),
        ("My brother opened the door.", "Mick opened the door."),
        ("I opened the door.", "It wasn't Mick who opened the door."),
        ("I opened the door.", "It wasn't me who closed the door."),
        ("I pushed the ladder.", "Mick pushed the ladder."),
        ("I went to the kitchen and opened the window.", "My boss opened the window in the office."),
        ("Tom switched off the light.", "I switched off the light in the hall."),
        ("I opened the letter.", "My boss opened the letter as well."),
        ("He did not open the letter.", "Mira opened the letter."),
        ("I threw the bag on the floor.", "He threw the bag at me."),
        ("I usually lock the shop.", "Anna locked the shop."),
        ("I opened the door first.", "Mick opened the door."),
        ("The door opened.", "I opened the door."),
        ("I drove the car.", "Anna drove the car on the way back."),
    ],
)
def test_deeds_that_two_may_have_done_go_together(one, other):
    assert abouts(one, other) == []
    assert abouts(other, one) == []


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("The bag was on the chair.", "The bag was under the chair.", "where the bag was"),
        ("The knife was lying on the table because we'd been cutting sausages.", "The knife was in the sink.", "where the knife was"),
        ("The knife was lying on the table.", "The knife wasn't on the table, it was in the sink, Mick had washed it, I remember now.", "where the knife was"),
        ("The key was inside the car.", "The key was outside the car.", "where the key was"),
        ("My phone lay in front of the door.", "My phone lay behind the door.", "where the phone was"),
        ("The bag was in the kitchen.", "The bag was in the bathroom.", "where the bag was"),
    ],
)  # fmt: skip
def test_a_thing_is_in_one_place(one, other, about):
    assert abouts(one, other) == [about]
    assert abouts(one, other, topic="where") == [about]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bag was on the chair.", "The hat was under the chair."),
        ("The bag was on the chair.", "The bag was in the kitchen."),
        ("The bag was on the chair.", "Later the bag was under the chair."),
        ("The knife was on the table.", "The knife was on the floor when the police came."),
        ("At first the knife was on the table.", "The knife was in the sink."),
        ("The knife was in the bag.", "The knife was on the table."),
        ("The phone lay under the table.", "The phone lay on the floor."),
        ("The kitchen knife was on the table.", "The bread knife was in the sink."),
        ("My bag was on the chair.", "Her bag was under the chair."),
        ("The glass was on the table.", "My glass was on the chair."),
        ("The car was in front of the garage.", "The car was in the garage."),
        ("The glass was on the shelf.", "The glass was on the floor."),
        ("Tom was on the chair.", "Tom was under the chair."),
        ("The box is kept in the cupboard.", "The box was on the table."),
        ("The bag should be on the chair.", "The bag was under the chair."),
        ("He said the bag was on the chair.", "The bag was under the chair."),
        ("The bag was on a chair.", "The bag was on the chair."),
        ("The ladder stood at the wall.", "The ladder was in the van after work."),
    ],
)
def test_places_that_go_together_raise_no_alarm(one, other):
    assert abouts(one, other) == []
    assert abouts(other, one) == []


@pytest.mark.parametrize(
    "moved",
    [
        "I picked up the knife and put it in the sink.",
        "Mick took the knife.",
        "Then the knife fell down.",
        "Somebody moved the knife.",
    ],
)
def test_a_thing_that_was_moved_may_have_been_in_two_places(moved):
    assert abouts("The knife was on the table.", moved, "The knife was in the sink.") == []


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("I never touched the knife.", "I picked up the knife and put it in the sink.", "whether “I picked up the knife”"),
        ("I didn't touch him.", "I pushed him against the wall.", "whether “I pushed him against the wall”"),
        ("Tom never touched the ladder.", "Tom moved the ladder.", "whether “Tom moved the ladder”"),
        ("I didn't answer.", "I answered him the next day.", "whether “I answered him the next day”"),
        ("I never replied to his message.", "I wrote back to him.", "whether “I wrote back to him”"),
        ("I had never spoken to him before.", "He interviewed me in November.", "whether they had met before"),
        ("I had never met her.", "She hired me two years ago.", "whether they had met before"),
        ("I never told anybody about it.", "I told my sister the same evening.", "whether anybody was told"),
        ("I never told anybody about it.", "I told my sister about it the same evening.", "whether anybody was told"),
        ("I never told anybody about the message until last week.", "Although I showed it to Katja the next morning, in the kitchen on the second floor.", "whether anybody was told"),
        ("I didn't tell anybody.", "I told Katja about it on the way home.", "whether anybody was told"),
        ("I did not know him.", "He taught me at school.", "whether they had met before"),
        ("I didn't take the money.", "I took the money.", "whether “I took the money”"),
        ("I wasn't drunk.", "I was drunk.", "whether “I was drunk”"),
        ("The gate was locked.", "The gate was not locked.", "whether “The gate was locked”"),
        ("I told nobody.", "I talked to Katja about it.", "whether anybody was told"),
    ],
)  # fmt: skip
def test_a_denial_is_compared_with_what_amounts_to_the_deed(one, other, about):
    assert abouts(one, other) == [about]
    assert abouts(other, one) == [about]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I never touched the knife.", "Mick picked up the knife."),
        ("I never touched the knife.", "I picked up the plate."),
        ("I never touched the knife.", "I saw the knife."),
        ("I never touched the kitchen knife.", "I picked up the bread knife."),
        ("I never touched the knife.", "I wanted to take the knife."),
        ("I never touched the knife before that.", "I took the knife."),
        ("I had not touched the knife until then.", "I picked up the knife."),
        ("I didn't touch him.", "He pushed me."),
        ("I didn't touch her.", "I pushed him."),
        ("I didn't answer.", "He answered."),
        ("I didn't answer at first.", "I answered him the next day."),
        ("I didn't answer.", "Later I answered him."),
        ("I didn't answer the phone.", "I answered him the next day."),
        ("I didn't answer.", "I answered the door."),
        ("He did not answer.", "She answered him."),
        ("I had never spoken to him before.", "He asked me for the key."),
        ("I had never spoken to him before.", "She interviewed me in November."),
        ("I had never spoken to him before.", "I spoke to him after that."),
        ("I had never met him before January.", "He interviewed me later."),
        ("I never told anybody about it.", "I told him to stop."),
        ("I never told anybody about it.", "I told you that already."),
        ("I never told anybody about it until last week.", "I told my sister last week."),
        ("I never told anybody about it until last week.", "I told the police."),
        ("I never told anybody about the message.", "I told my sister about the copy room the same evening."),
        ("I never told anybody about it except Katja.", "I showed it to Katja."),
        ("I never told anybody about it.", "She told my sister."),
        ("I never told anybody about it.", "I only told my sister much later."),
        ("I never told anybody about it.", "I showed my ticket to the driver."),
        ("I never met her husband.", "She taught me at school in 2010."),
        ("The gate was closed.", "The gate was not open."),
        ("The safe was locked.", "The safe was not locked properly."),
        ("I told nobody the code.", "I told my sister the same evening."),
        ("I did not tell anybody that I was pregnant.", "I told my mum the next day."),
        ("I never told anybody my name.", "I told my sister the same evening."),
        ("I never told anybody about it before.", "I told my sister now."),
        ("I never told anybody about it.", "I should have told my sister."),
        ("I never told anybody about it.", "I would have told my sister the same evening."),
    ],
)
def test_a_denial_reaches_no_further_than_its_words(one, other):
    assert abouts(one, other) == []
    assert abouts(other, one) == []


def test_what_is_plainly_irreconcilable_is_found_within_one_message():
    told = ("I never told anybody about the message.", "I showed it to Katja the next morning.")
    assert abouts(*told, message="m1") == ["whether anybody was told"]
    touched = ("I picked up the knife and put it in the sink.", "I swear I never touched the knife.")
    assert abouts(*touched, message="m1") == ["whether “I picked up the knife”"]


@pytest.mark.parametrize(
    "told",
    [
        ("I had two beers.", "I had five beers at home."),
        ("I didn't answer.", "I answered him the next day."),
        ("I opened the door.", "Mick opened the door."),
        ("The knife was on the table.", "The knife was in the sink."),
    ],
)
def test_what_may_have_come_one_after_the_other_is_not_found_in_one_breath(told):
    assert abouts(*told, message="m1") == []


def test_a_piece_of_what_corrects_a_detail_does_not_disagree_with_it():
    told = [
        fact(1, "It was on Wednesday at the depot.", "when", corrected_by=["f3"]),
        fact(2, "It was Tuesday, not Wednesday.", "when", "m2"),
        fact(3, "Tuesday", "when", "m2", about="f2"),
    ]
    assert find(told) == []


def test_a_pair_is_named_without_the_words_that_tie_a_sentence_to_the_one_before():
    assert abouts("And the back door was open.", "The back door was closed.") == ["whether “the back door was open”"]


def test_what_others_told_is_named_as_such():
    told = [fact(1, "I locked the safe."), fact(2, "I did not lock the safe.", source="hearsay")]
    assert [pair.about for pair in find(told)] == ["whether “I locked the safe” (one of the two was told by others)"]


def test_somebody_else_at_the_door_was_there():
    told = [fact(1, "Nobody else was there."), fact(2, "Katja was standing in the doorway.")]
    assert [pair.about for pair in find(told)] == ["who was there"]


@pytest.mark.parametrize(
    "entering",
    [
        "Suddenly Katja was standing in the doorway.",
        "He was standing in the doorway.",
        "When I turned around Katja was standing in the doorway.",
        "Then Katja was standing in the doorway.",
    ],
)
def test_who_comes_in_was_not_there_before(entering):
    assert abouts("Nobody else was there.", entering) == []


def test_whom_it_is_about_is_nobody_else():
    told = ("Viktor came in and shut the door.", "Nobody else was there.", "Viktor was standing in the doorway.")
    assert abouts(*told) == []


def test_a_correction_in_the_read_back_takes_a_side():
    told = [
        fact(1, "I had two beers."),
        fact(2, "I had maybe five beers."),
        fact(3, "I had three beers."),
    ]
    found = find(told, corrections={"m3"})
    assert {(pair.first_fact_id, pair.second_fact_id): pair.settled_by for pair in found} == {
        ("f1", "f2"): "f3",
        ("f1", "f3"): "f3",
    }


def test_a_doubtful_remark_in_the_read_back_takes_no_side():
    told = [fact(1, "I had two beers."), fact(2, "I had five beers, I think.", confidence="uncertain")]
    assert [pair.settled_by for pair in find(told, corrections={"m2"})] == [None]
