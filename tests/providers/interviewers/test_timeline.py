"""What is a step of what happened, and in which order steps stand."""

from datetime import UTC, datetime

import pytest

from domain.interview import Fact, Interview
from domain.session import Message
from providers.interviewers.base import InterviewState
from providers.interviewers.rules.facts import propose
from providers.interviewers.rules.timeline import timeline

MOMENT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def told(*texts):
    """The labels and days of the timeline of what was said in these messages, one after the other."""
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
    return timeline(InterviewState(interview=interview, messages=messages))


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
