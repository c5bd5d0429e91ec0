"""What is a step of what happened, and in which order steps stand."""

from datetime import UTC, datetime

import pytest

from domain.interview import Fact, Interview
from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.extraction import extract
from providers.interviewers.rules.facts import propose
from providers.interviewers.rules.timeline import timeline

MOMENT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def told(*texts):
    """The timeline of what was said in these messages, one after the other."""
    return timeline(state_of(*texts))


def state_of(*texts):
    """An interview in which this was said and read."""
    interview = Interview(
        session_id="s",
        user_id="u",
        title="t",
        incident_name="t",
        interviewee_name="Hannah",
        interviewee_role="witness",
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    messages = []
    for number, text in enumerate(texts):
        said = Message(message_id=f"m{number}", role="interviewee", content=text, timestamp=MOMENT)
        messages.append(said)
        state = InterviewState(interview=interview, messages=messages)
        first = len(interview.facts)
        for place, fact in enumerate(propose(state, said, None, None)):
            about = f"f{first + fact.completes}" if fact.completes is not None else fact.about
            interview.facts.append(
                Fact(
                    fact_id=f"f{first + place}",
                    topic=fact.topic,
                    claim=fact.claim,
                    quote=fact.quote,
                    message_id=fact.message_id,
                    timestamp=fact.timestamp,
                    parsed_time=fact.parsed_time,
                    also=fact.also,
                    about=about,
                )
            )
    return InterviewState(interview=interview, messages=messages)


@pytest.mark.parametrize(
    "placed",
    [
        "It was Friday the 13th of November, I looked at the clock on the screen: 2:41.",
        "No, the bang was at 2:41, I said 2:40 roughly.",
        "Friday the 13th, sorry, not quarter past ten.",
    ],
)
def test_being_placed_in_time_is_no_step(placed):
    steps = told("Last Friday around 2:40 am somebody smashed the window.", placed)
    assert [step.label for step in steps] == ["Last Friday around 2:40 am somebody smashed the window."]


def test_a_weekday_means_the_date_that_is_named_for_it_later():
    steps = told("Last Friday somebody smashed the window.", "It was Friday the 13th of November.")
    assert [step.parsed_time for step in steps] == ["2026-11-13"]


def test_what_was_said_later_stands_after_the_event():
    steps = told(
        "Last Friday somebody smashed the window. I called the police.",
        "Femi later said it could have been the brother of a patient who was sent away on Thursday.",
    )
    assert [step.label.split()[0] for step in steps] == ["Last", "Hannah", "Femi"]


def test_a_step_that_begins_with_a_time_and_was_not_done_stays_a_step():
    assert (
        len(told("On Monday I got an email which looked strange. I paid it, and on Tuesday I did not call the bank."))
        > 1
    )


def test_a_step_that_is_put_right_stands_beside_its_correction():
    steps = told(
        "I prepared the cups at 9 pm. I came back and took the wrong cup. No wait, I prepared them at 8, not at 9."
    )
    assert [step.quote.split()[-2] for step in steps] == ["9", "at", "wrong"]


def test_a_time_of_day_alone_is_one_of_the_only_day_there_is():
    steps = told("On Monday I paid it at 11.", "Nobody stopped it. Silke helped me.", "The mail came at 10:42.")
    assert steps[0].quote.startswith("The mail")


def words_of(steps):
    """The steps by the first words of what was said."""
    return [" ".join(step.quote.split()[:4]) for step in steps]


def in_order(steps, *pieces):
    places = [next(n for n, step in enumerate(steps) if piece in step.quote) for piece in pieces]
    assert places == sorted(places), [step.quote for step in steps]


DANA = (
    "It started on the 3rd of March, a Monday, in the copy room. My supervisor came in and put his hand on my waist. "
    "I said 'please don't' and he laughed and went out. About a week later, it was Wednesday the 12th, he sent me a "
    "message at eleven at night, asking what I was wearing. Then on the 20th of March there was the team lunch at the "
    "Italian place and he made a joke about me in front of everybody. And the worst was on the 2nd of April, in the "
    "afternoon, in his office. He closed the door and said that I should be nicer to him."
)
MIRIAM = (
    "It was really the end of it when she threw the chart. That was about quarter past three, right before handover. "
    "But it had started much earlier. In the morning, around eight, I was doing the drug round with Beth and we came to "
    "bed 12. So I checked with the pharmacy. Colleen had signed for the night dose at 10 pm. I wrote an incident form. "
    "Around noon Beth told me about it. Then at three, I was at the nurses' station typing up my notes, she came out of "
    "the treatment room and shouted. She picked up the chart and threw it at me."
)


def test_a_date_opens_an_episode_even_when_a_state_is_told_of_it():
    steps = told(
        "On the 3rd of May there was an argument in the yard. On the 9th of May he followed me to the car. "
        "On the 14th of May the meeting was in his office. On the 20th of May he rang my mother."
    )
    assert [step.parsed_time for step in steps] == ["2026-05-03", "2026-05-09", "2026-05-14", "2026-05-20"]


def test_what_is_told_after_a_date_belongs_to_that_day_until_another_is_named():
    steps = told(DANA, "On the 10th of March he waited at my car.")
    assert [step.parsed_time for step in steps if step.parsed_time] == [
        "2026-03-03",
        "2026-03-10",
        "2026-03-12T23:00",
        "2026-03-20",
        "2026-04-02",
    ]
    in_order(
        steps, "my waist", "please don't", "at my car", "what I was wearing", "team lunch", "a joke", "worst", "closed"
    )


def test_an_early_hour_is_not_forced_into_the_afternoon():
    steps = told(
        "I came to the bakery at five. At half past five I saw the broken window. At ten past nine the police came and "
        "at eleven we opened."
    )
    assert [step.parsed_time for step in steps] == ["T05:00", "T05:30", "T09:10"]


def test_a_shift_begins_before_what_happened_in_it():
    steps = told(
        "Well, I was on the early shift, I start at six, and I was stacking pallets. It was maybe twenty to ten, just "
        "before our break. I heard the horn and then a bang. They took Pavel away at about ten past ten."
    )
    assert [step.timestamp for step in steps] == ["at six", "maybe twenty to ten", "at about ten past ten"]
    assert [step.parsed_time for step in steps] == ["T06:00", "T09:40", "T10:10"]


def test_a_bare_hour_does_not_overturn_the_order_of_telling():
    in_order(told("At four the police came. At three they took him away."), "At four", "At three")
    in_order(
        told("At nine we met at the pub. At half past twelve he hit me. At two I got home."), "nine", "twelve", "two"
    )


def test_a_time_told_in_another_answer_lies_near_the_others():
    steps = told("The horn sounded at twenty to ten. They took him away at ten past ten.", "I clocked in at six.")
    assert steps[0].parsed_time == "T06:00"


def test_the_weekdays_of_an_account_form_one_run():
    steps = told(
        "On Wednesday a man called her and she read him the codes. On Saturday she told Petra. On Sunday Petra rang me. "
        "On Monday I drove over."
    )
    assert [step.parsed_time for step in steps] == ["2026-11-11", "2026-11-14", "2026-11-15", "2026-11-16"]


def test_what_was_told_happened_before_it_was_told():
    steps = told(
        "Petra rang me on Sunday evening and said that Gisela had been crying. On Thursday around half past ten a man "
        "called her landline. He kept her on the phone. I drove over on Monday morning and looked at the tablet."
    )
    in_order(steps, "On Thursday", "He kept", "Petra rang", "I drove")


def test_past_perfect_and_the_turns_of_a_telling_go_before():
    steps = told(MIRIAM)
    in_order(
        steps, "at 10 pm", "around eight", "pharmacy", "incident form", "Around noon", "Then at three", "picked up"
    )
    assert not any("much earlier" in step.quote for step in steps)


def test_past_perfect_stands_before_what_it_explains_and_the_telling_goes_on():
    in_order(told("He came in. He had taken the key. She screamed."), "taken", "came", "screamed")
    in_order(told("We ordered. I had just sat down when he came in. He hit me."), "ordered", "sat", "hit")
    in_order(
        told("On Friday we drove there. The night before I had packed the bags. We drank."), "packed", "drove", "drank"
    )


def test_the_day_before_is_counted_from_the_day_that_was_told():
    steps = told(
        "On Monday he rang me. On Tuesday he came. The day before he had threatened me. At night, at two, he left."
    )
    in_order(steps, "On Monday", "threatened", "On Tuesday")
    assert [step.parsed_time for step in steps][1] == "2026-11-16"


def test_a_night_goes_on_after_midnight():
    steps = told("There was a fire on Sunday night. The alarm went off at two. I ran out.")
    assert steps[1].parsed_time == "2026-11-16T02:00"


def test_the_end_stands_at_the_end():
    steps = told(
        "There was an argument. It ended with Colleen throwing a chart at me.", "I came in at eight. She shouted at me."
    )
    in_order(steps, "came in", "shouted", "It ended")


def test_what_is_told_again_more_fully_appears_once():
    steps = told(
        "She threw the chart at me.", "She picked up the chart, a metal one, and threw it at me.", "She threw a chart."
    )
    assert words_of(steps) == ["She picked up the"]
    assert len(told("He hit me on Monday.", "He hit me on Tuesday with a stick.")) == 2
    assert len(told("Lena saw a van at noon.", "Lena told me about the van on Friday.")) == 2


def test_a_fuller_telling_keeps_the_time_of_the_shorter_one():
    (step,) = told(
        "They carried Pavel away at ten past ten.", "Two paramedics put a collar on Pavel and carried him away."
    )
    assert step.timestamp == "at ten past ten"


@pytest.mark.parametrize(
    "said",
    [
        "Between Thursday night and Friday lunchtime, like I told you.",
        "It's fixed up on the wall above the charging station, as I told you.",
        "That's just where the box is kept, nothing happened after that.",
        "The box is kept in the cupboard behind the bar.",
        "I told you.",
        "The 14th of May is missing under When.",
        "Please take out what I said about the dog.",
        "You have written that Katrin is the other woman.",
        "That was before they even rang me!",
        "sat. no wait friday",
        "nah it was sat not friday",
        "Our daughter's birthday is on Sunday.",
    ],
)
def test_what_is_no_event_is_no_step(said):
    assert [step.quote for step in told("He hit me.", said)] == ["He hit me."]


def test_a_relative_time_is_kept():
    steps = told(
        "On Friday we drove to the lake. The day after, Tim was operated on. Afterwards 9,800 went to an account."
    )
    assert [step.timestamp for step in steps] == ["On Friday", "The day after", "Afterwards"]
    assert [step.parsed_time for step in steps] == ["2026-11-20", "2026-11-21", None]
    (step,) = told("About ten minutes later Frau Yilmaz found him crying behind the shed.")
    assert step.timestamp == "About ten minutes later"


def test_two_times_of_two_deeds_are_not_made_into_one():
    (step,) = told("Somebody saw Jamie around half past ten, and on Friday at lunchtime Nigel opened the box.")
    assert step.timestamp == "around half past ten"


def test_nobody_called_until_then_is_a_time():
    steps = told(
        "They walked there. Nobody called me until half past twelve. I drove there.", "She wrote a message at 11:40."
    )
    in_order(steps, "11:40", "Nobody called", "I drove")


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (
            ["It was on Saturday at about eleven. My training ends at quarter to ten and the shop opens at nine."],
            ["on Saturday at about eleven"],
        ),
        (["He came home on Friday evening and cried.", "Our daughter's birthday is on Sunday."], ["on Friday evening"]),
        (["We hit at eleven.", "Swimming finishes at quarter to eleven."], ["at eleven"]),
        (["He fell at ten.", "I hear that horn at night, to be honest."], ["at ten"]),
        (["He hit me.", "My knee has been terrible this week."], []),
        (["He hit me.", "I've been under him since January."], []),
        (
            ["Saturday the 14th, must have been shortly after eleven because I came from the pool."],
            ["Saturday the 14th, shortly after eleven"],
        ),
        (["We crashed.", "It's a Skoda, and it was half past eleven."], ["half past eleven"]),
    ],
)
def test_only_the_times_of_what_happened_are_those_of_the_incident(texts, times):
    state = state_of(*texts)
    assert extract(state).general_details.timeline_markers == times
