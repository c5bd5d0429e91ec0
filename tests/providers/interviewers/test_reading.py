"""How the rules read sentences: people, times, places, hearsay, reservations, claims, talk."""

from datetime import UTC, datetime

import pytest

from domain.interview import IntervieweeRole
from providers.interviewers.rules import talk
from providers.interviewers.rules.claims import as_claim
from providers.interviewers.rules.facts import is_its_own
from providers.interviewers.rules.hedging import hedged_spans, is_opinion
from providers.interviewers.rules.people import names_in, role_mentions
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.sentences import sentences
from providers.interviewers.rules.sources import origin_in_context, origin_of
from providers.interviewers.rules.statements import statements
from providers.interviewers.rules.times import suggestion, time_spans

SATURDAY = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        (
            "On Tuesday 10 November, at about 4 pm, I was in",
            "On Tuesday 10 November, at about 4 pm",
            "2026-11-10T16:00",
        ),
        (
            "it was last Tuesday around half past four in the afternoon",
            "last Tuesday around half past four in the afternoon",
            "2026-11-17T16:30",
        ),
        ("yesterday evening at 7.30 pm", "yesterday evening at 7.30 pm", "2026-11-20T19:30"),
        ("at four Jonas came", "at four", "T16:00"),
        ("the accident was on 3 May", "on 3 May", "2026-05-03"),
        ("two weeks ago", "two weeks ago", "2026-11-07"),
        ("on Monday morning at quarter to nine", "on Monday morning at quarter to nine", "2026-11-16T08:45"),
        ("the lab is closed until Monday", "until Monday", None),
        ("it was about five, I think", "about five", "T17:00"),
        ("she called at ten to nine", "at ten to nine", "T08:50"),
        ("it was on the 13th around 7.30", "on the 13th around 7.30", "2026-11-13T07:30"),
    ],
)
def test_a_time_keeps_its_words_and_gets_a_suggestion(text, words, meaning):
    (span,) = time_spans(text)
    assert (span.text, suggestion(span, SATURDAY)) == (words, meaning)


@pytest.mark.parametrize(
    "text",
    [
        "I may have seen him",
        "around four people came",
        "It cost 4.50 euros",
        "we marched on",
        "I waited for ten minutes",
        "second of all",
        "the sun was out",
        "The window costs about 1,200 euros",
        "we paid around 12, maybe 15 euros",
        "it cost 4.50",
        "he stood five to ten metres away",
        "about 1 or 2 metres from me",
        "she was about five when she moved",
        "my son was 9 and very small",
        "there were about ten, all of them drunk",
        "I live at 12 Garden Street",
        "the 2nd patient cried",
        "I sat in room 2.14",
        "about ten in total",
    ],
)
def test_no_time_is_found_where_none_was_said(text):
    assert time_spans(text) == ()


def test_names_are_found_and_ordinary_words_are_not():
    account = (
        "On Tuesday I met Jonas Berg, our shift lead, and Priya. Yesterday Anna told me that Kowalski took the file from Google Drive. "
        "My manager Petra Lang used Outlook. Security came. Dr. Weber treated me in Berlin. In May I left Siemens. Honestly, Jonas lied.",
    )
    assert names_in(account) == ("Jonas Berg", "Priya", "Anna", "Kowalski", "Petra Lang", "Dr. Weber")


@pytest.mark.parametrize(
    "text", ["he hit his head on a hook", "a scratch on the passenger side", "she does the youth training"]
)
def test_what_only_sounds_like_a_person_is_none(text):
    assert role_mentions(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Femi later said it could have been the brother of a patient who was sent away on Thursday",
        "I called Pia and she said she hadn't been there since Sunday",
        "He carried the ladder over because ours broke in August",
        "She had presented the numbers for October",
    ],
)
def test_the_time_of_an_explaining_clause_is_not_that_of_the_statement(text):
    (span,) = time_spans(text)
    assert not is_its_own(text, span)


def test_names_typed_in_lower_case_are_found():
    assert names_in(("tom shouted at me and my boss anna left in may",)) == ("Tom", "Anna")


def test_people_are_found_by_role_but_not_within_other_words():
    found = [
        mention.text
        for mention in role_mentions("my brother and the new receptionist saw the customer list of a colleague")
    ]
    assert found == ["my brother", "the new receptionist", "a colleague"]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Anna told me that Tom took the laptop", "hearsay"),
        ("She said she saw Tom", "hearsay"),
        ("Apparently he was fired", "hearsay"),
        ("I heard he got fired", "hearsay"),
        ("According to Petra the door was open", "hearsay"),
        ("he told me to get out", "first_hand"),
        ("he told me that I was useless", "first_hand"),
        ("She said she would kill me", "first_hand"),
        ("he shouted 'get out' at me", "first_hand"),
        ("I heard a bang", "first_hand"),
        ("I heard him shout", "first_hand"),
        ("the driver said nothing", "first_hand"),
        ("Georg said it in front of all 9 people", "first_hand"),
        ("he later wrote me a text message", "first_hand"),
    ],
)
def test_hearsay_is_told_from_first_hand(text, source):
    assert origin_of(text).source == source


def test_who_knows_it_second_hand_is_first_hand_only_in_what_they_did_themselves():
    told = origin_in_context("Tom took the file.", IntervieweeRole.SECONDHAND, None)
    own = origin_in_context("I saw the empty shelf.", IntervieweeRole.SECONDHAND, None)
    assert (told.source, own.source) == ("hearsay", "first_hand")


def test_a_reservation_reaches_as_far_as_its_clause():
    text = "I think it was about four when he shouted at me"
    assert [text[start:end] for start, end in hedged_spans(text)] == ["I think it was about four"]


def test_a_judgement_of_a_person_is_no_statement():
    assert is_opinion("I think he is an idiot")
    assert statements("I think he is an idiot. He pushed me.")[0].text == "He pushed me."


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("I saw Tom take my laptop", "Mira saw Tom take Mira's laptop."),
        ("Well, I think it was about four", "Mira thinks it was about four."),
        (
            "I was told to leave and he shouted 'I hate you' at me.",
            "Mira was told to leave and he shouted 'I hate you' at Mira.",
        ),
        ("And then I don't know what happened", "Then Mira doesn't know what happened."),
        ("We went home", "We went home."),
        ("My phone rang", "Mira's phone rang."),
        ("I'd locked my bike", "Mira had locked their bike."),
        ("Tom and I went out", "Tom and Mira went out."),
        ("I still get nervous when I'm alone at the desk.", "Mira still gets nervous when Mira is alone at the desk."),
        (
            "I counted the money, I put it in the safe and then I left",
            "Mira counted the money, put it in the safe and then left.",
        ),
        ("When I stepped on it it tipped and I fell", "When Mira stepped on it it tipped and Mira fell."),
        (
            "I prepared the cups, then the phone rang and I was interrupted",
            "Mira prepared the cups, then the phone rang and Mira was interrupted.",
        ),
        ("The names I heard myself, lots of times.", "The names I heard myself, lots of times."),
        (
            "My friend gets bullied by three boys in our class",
            "My friend gets bullied by three boys in our class.",
        ),
        ("I saw it, I was there", "Mira saw it, Mira was there."),
        ("I was furious and I still am", "Mira was furious and still is."),
        ("First the bang, then I ran out, then he ran off", "First the bang, then Mira ran out, then he ran off."),
        ("I saw two men and when I shouted they left", "Mira saw two men and when Mira shouted they left."),
        ("he laughed at me and I left", "He laughed at Mira and Mira left."),
        ("The man I did not know.", "Mira did not know the man."),
        ("I kept the letters of the students and my pot", "Mira kept the letters of the students and Mira's pot."),
    ],
)
def test_a_claim_is_the_sentence_in_the_third_person(said, claim):
    assert as_claim(said, "Mira") == claim


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I don't know", ""),
        ("no idea, sorry", ""),
        ("idk", ""),
        ("Sorry, I can't remember what time it was.", ""),
        ("not sure", ""),
        ("I don't know why he did it, but I saw that he ran", "but I saw that he ran"),
    ],
)
def test_not_knowing_is_understood_with_what_is_said_beside_it(text, rest):
    assert talk.without_unknown(text) == rest


@pytest.mark.parametrize("text", ["I don't know him", "I did not lock it", "I do not know the man"])
def test_a_denial_is_no_not_knowing(text):
    assert talk.without_unknown(text) is None
    assert statements(text)


def test_a_half_that_leans_on_the_other_stays_with_it():
    text = "Femi later said it could have been the brother of a patient who was sent away on Thursday, but he only heard that from a nurse, Julia."
    assert [piece.text for piece in sentences(text)] == [text]


def test_sentences_are_exact_pieces_and_keep_titles_and_speech_together():
    text = "Dr. Weber came at 4 p.m. He said 'Do you think I am blind?' and left. \"Stop! Go away!\" she said... then nothing."
    pieces = sentences(text)
    assert [piece.text for piece in pieces] == [
        "Dr. Weber came at 4 p.m.",
        "He said 'Do you think I am blind?' and left.",
        '"Stop! Go away!" she said... then nothing.',
    ]
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("I was in the stock room with Jonas", "in the stock room"),
        ("it stood on the third floor of the building", "on the third floor of the building"),
        ("it was stolen from the yard behind the office", "from the yard behind the office"),
        ("we met in Berlin", "in Berlin"),
    ],
)
def test_places_are_found_as_they_were_said(text, place):
    assert [piece.text for piece in place_spans(text)] == [place]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("On Monday at nine I got an email from our director asking me to pay.", "what"),
        ("I still have the email.", "evidence"),
        ("Ben from 306 and the caretaker who came at half past three.", "who"),
        ("At the main entrance, the window left of the door.", "where"),
        ("I called the doctor, which took maybe 12 minutes.", "what"),
    ],
)
def test_a_statement_is_filed_under_what_it_speaks_of(text, topic):
    assert statements(text)[0].topics[0] == topic


@pytest.mark.parametrize(
    "text", ["Karen said 'Oh God, I didn't see the beam'. Oh God, again.", "Good Heavens. Heavens!"]
)
def test_an_exclamation_is_nobodys_name(text):
    assert not {"Oh God", "God", "Good Heavens", "Heavens"} & set(names_in((text,)))
