"""What is asked first: the worst, each episode, what is disputed and unclear, before anything peripheral."""

from providers.interviewers.base import InterviewState
from providers.interviewers.rules.bystanders import who_could_tell
from tests.services.interviews import accounts
from tests.services.interviews.talking import Talk

BLAND = "It was just as it was."


def interview(*says, role="participant", summary="", then=BLAND):
    talk = Talk(summary, role)
    for text in says:
        talk.say(text)
    talk.say_until_read_back(then)
    return talk


def place(asked, words):
    return next((n for n, question in enumerate(asked) if words in question), len(asked) + 1)


def offered(talk, words):
    """What was suggested along with the question that holds these words."""
    messages = talk.service.load(talk.ACTOR, talk.session_id).messages
    return next(list(one.meta["suggestions"]) for one in messages if words in one.content)


def test_the_worst_is_asked_for_before_anything_else():
    asked = interview(accounts.SUPERVISOR).asked
    assert "the worst was on the 2nd of April" in asked[1]
    assert "from beginning to end" in asked[1]


def test_each_dated_episode_is_asked_for_before_people_who_were_mentioned():
    asked = interview(accounts.SUPERVISOR).asked
    episodes = [place(asked, words) for words in ("the 3rd of March", "Wednesday the 12th", "the 20th of March")]
    assert episodes == sorted(episodes)
    assert episodes[-1] < place(asked, "the part")
    assert episodes[-1] < len(asked)


def test_one_event_that_spans_some_days_is_not_cut_into_episodes():
    asked = interview(accounts.PHISHING, role="friend", summary=accounts.PHISHING_SUMMARY).asked
    assert place(asked, "take me through that day") > len(asked)


def test_an_anonymous_claim_is_asked_about_also_of_who_knows_it_from_others():
    asked = interview(accounts.CASHBOX, role="secondhand").asked
    claim = place(asked, "Somebody told Gareth")
    assert "who that was" in asked[claim]
    assert claim < place(asked, "the part")


def test_of_two_versions_it_is_asked_what_exactly_each_did():
    asked = interview(accounts.CAR_PARK).asked
    versions = place(asked, "the other one do")
    assert versions < len(asked)
    assert "fault" not in asked[versions]


def test_a_camera_is_asked_for_its_recording():
    asked = interview(accounts.FORKLIFT, "There is a camera above the charging station.", role="witness").asked
    assert place(asked, "Who has its recording") < len(asked)


def test_several_things_are_asked_about_in_the_plural():
    asked = interview("He hit me at the gate. Marta took two photos of it.").asked
    assert place(asked, "Where are they now") < len(asked)


def test_who_saw_it_is_offered_before_others_and_never_the_victim_first():
    talk = interview(
        accounts.KINDERGARTEN,
        "Jonas is the trainee. One of the mothers, Mrs Aydin, told me that he was on his phone the whole time.",
        summary=accounts.KINDERGARTEN_SUMMARY,
    )
    names = offered(talk, "Who else could tell something about it?")
    assert names[0] != "Emil"
    assert "Mrs Aydin" in names
    assert {"Mia", "Theo"} & set(names)


def test_those_who_were_only_spoken_of_by_role_are_offered_too():
    talk = interview("A man hit another one. Then the bouncer came and held him.", role="witness")
    assert "the bouncer" in offered(talk, "Who else could tell something about it?")


def test_a_touch_weighs_more_than_a_missing_key():
    opening = Talk(
        "My key was missing on Monday. He said hello. He took my pen. He put his hand on my waist.", "participant"
    ).asked[0]
    assert "put his hand on my waist" in opening


def test_the_day_is_asked_for_where_only_a_vague_hour_was_said():
    asked = interview("saw a fight. guy w the beard hit the other one. idk maybe 9ish", role="witness").asked
    assert place(asked, "On which day did this happen?") < len(asked)


def test_the_place_is_asked_for_where_only_a_surface_was_named():
    asked = interview("The other guy fell over and hit his head on the kerb.", role="witness").asked
    assert place(asked, "Where did this happen?") < len(asked)


def test_whoever_filmed_it_is_offered_too():
    talk = interview("A man hit another one. Some girl filmed it.", role="witness")
    messages = talk.service.load(talk.ACTOR, talk.session_id).messages
    assert "the girl who filmed it" in who_could_tell(InterviewState(interview=talk.session, messages=messages))


def test_four_dates_of_a_summary_are_episodes():
    asked = interview(
        "It was always the same man, Ralf Stein.",
        summary="On 3 May there was an argument in the office. On 9 May he followed me to the car. On 14 May the "
        "meeting was in his office and he shouted at me. On 20 May he rang my mother.",
    ).asked
    days = [place(asked[1:], words) for words in ("On 3 May", "On 9 May", "On 14 May")]
    assert days == sorted(days)
    assert days[-1] < len(asked) - 1
    assert place(asked, "the part Ralf Stein") > len(asked)


def test_a_deed_that_could_show_something_is_a_sequel_too():
    asked = interview("The door was open and her laptop was gone. The police came and took fingerprints.").asked
    assert place(asked, "took fingerprints”. What happened right after that?") < len(asked)
