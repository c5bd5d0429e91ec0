"""The summary as it is read back: a short text in order, with nothing twice."""

from domain.interview import ExtractedSummary, Fact, GeneralDetails, Interview, IntervieweeRole, Person, TimelineEntry
from services.interviews.read_back import as_text


def fact(number, topic, quote, **fields):
    fields = {"claim": quote, "message_id": "m1"} | fields
    return Fact(fact_id=f"f{number}", topic=topic, quote=quote, **fields)


def read_back(facts, *, steps=(), times=(), people=(), missing=()):
    interview = Interview(
        session_id="s",
        user_id="u",
        incident_name="An incident",
        interviewee_name="Hannah Vogt",
        interviewee_role=IntervieweeRole.WITNESS,
        facts=list(facts),
    )
    interview.extracted_summary = ExtractedSummary(
        actors=list(people), general_details=GeneralDetails(timeline_markers=list(times)), missing_info=list(missing)
    )
    return as_text(interview, list(steps))


def step(of, **fields):
    return TimelineEntry(label=of.claim, quote=of.quote, message_id=of.message_id, **fields)


def test_what_happened_stands_in_the_order_of_the_timeline_with_its_times():
    later, earlier = fact(1, "what", "The police came."), fact(2, "what", "I heard a bang at 2:41.")
    text = read_back([later, earlier], steps=[step(earlier, timestamp="at 2:41"), step(later, timestamp="about three")])
    assert "What happened:\n– I heard a bang at 2:41.\n– The police came (about three)." in text


def test_a_time_or_a_place_that_a_sentence_holds_is_not_named_again():
    told = fact(1, "what", "He stood next to the entrance at 2:41.")
    place = fact(2, "where", "next to the entrance")
    text = read_back([told, place], steps=[step(told)], times=["at 2:41", "2:41"])
    assert "When:" not in text
    assert "Where:" not in text


def test_of_two_places_the_fuller_one_is_named_and_no_mark_is_doubled():
    text = read_back([fact(1, "where", "in room 12"), fact(2, "where", "On ward 4, room 12.")])
    assert "Where: On ward 4, room 12.\n" in text


def test_what_comes_from_others_and_what_is_not_certain_says_so_in_plain_words():
    told = fact(1, "what", "He ran.", source="hearsay", confidence="uncertain")
    assert "– He ran (as told by others, not certain)." in read_back([told], steps=[step(told)])


def test_people_of_whom_nothing_more_is_known_share_a_line():
    people = [Person(name="Hannah Vogt", role="witness"), Person(name="Julia"), Person(name="Officer Klein")]
    assert "– Hannah Vogt – witness\n– also mentioned: Julia, Officer Klein" in read_back([], people=people)


def test_no_disagreement_stays_open_where_there_was_none():
    text = read_back([], missing=["When exactly it happened", "Which of two statements that disagree is right"])
    assert "Still open: when exactly it happened." in text


def test_a_statement_that_is_no_step_is_read_back_too():
    assert "Also:\n– He had something in his hand." in read_back([fact(1, "what", "He had something in his hand.")])


def test_the_day_is_named_even_where_a_step_says_it_and_no_other_line_hides_a_time():
    told = fact(1, "what", "He hit me.")
    echo = fact(2, "what", "Asked “You said: “Saturday the 14th, at eleven”. How sure are you?”, Hannah answered yes.")
    text = read_back(
        [told, echo], steps=[step(told, timestamp="Saturday the 14th")], times=["Saturday the 14th", "at eleven"]
    )
    assert "When: Saturday the 14th; at eleven.\n" in text
