"""Guest links: whom they let in and where, what a guest reaches there, and when it ends."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from database.tables import Base
from domain.actor import GuestPass, guest_actor
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, SessionAccessDenied
from domain.guest_link import GUEST_LINK_DAYS, GuestLinkGone
from domain.training import SessionDate
from providers.interviewers.rules import RulesInterviewer
from services.accounts.guests import AT_MOST, GuestService
from services.accounts.secrets import DerivedSecrets
from services.interviews.service import InterviewService
from services.search import Search
from services.session_manager import SessionManager
from tests.services.accounts.racing import at_once
from tests.services.interviews.conftest import Bus
from tests.services.interviews.memory import MemoryStorage

NEW = {"incident_name": "Theft", "interviewee_name": "Gus", "interviewee_role": "witness", "summary": "It was gone."}
EVERYTHING_AN_OWNER_DOES = {
    "pause": lambda service, guest, where: service.pause(guest, where),
    "resume": lambda service, guest, where: service.resume(guest, where),
    "complete": lambda service, guest, where: service.complete(guest, where),
    "reopen": lambda service, guest, where: service.reopen(guest, where),
    "delete": lambda service, guest, where: service.delete(guest, where),
    "change": lambda service, guest, where: service.change(guest, where, {"title": "Mine"}),
    "correct": lambda service, guest, where: service.change(guest, where, {"extracted_summary": {}}),
    "report": lambda service, guest, where: service.report(guest, where),
    "assess": lambda service, guest, where: service.assess(guest, where),
}


@pytest.fixture
def sessions():
    return partial(SessionManager, MemoryStorage())


@pytest.fixture
def interviews(sessions, clock):
    return InterviewService(sessions, RulesInterviewer(), Bus(), clock)


@pytest.fixture
def interview(interviews, as_ada):
    return interviews.open(as_ada, **NEW)


@pytest.fixture
def make_guests(sessions, unified, plain, clock):
    return lambda keys: GuestService(sessions, DerivedSecrets(keys), unified, plain, clock)


@pytest.fixture
def guests(make_guests):
    return make_guests(["one key of this house " * 3])


@pytest.fixture
def link(guests, as_ada, interview):
    return guests.invite(as_ada, interview.session_id, guest_name=" Gus ", days=7)


@pytest.fixture
def guest(guests, link):
    return guest_actor(guests.look_at(link.token), "request-3")


def test_a_link_lets_one_person_into_one_session_of_its_owner(guests, link, interview, ada):
    assert guests.look_at(link.token) == GuestPass(
        link_id=link.link_id, session_id=interview.session_id, owner_id=ada.user_id, guest_name="Gus"
    )
    assert guests.find(link.link_id) == guests.look_at(link.token)


@pytest.mark.parametrize("days", GUEST_LINK_DAYS)
def test_a_link_is_good_to_the_end_of_its_days(guests, as_ada, interview, clock, days):
    link = guests.invite(as_ada, interview.session_id, guest_name="Gus", days=days)
    clock.moment += timedelta(days=days, milliseconds=-1)
    assert guests.look_at(link.token)
    clock.moment += timedelta(milliseconds=1)
    assert guests.find(link.link_id) is None
    assert guests.list_links(as_ada, interview.session_id) == []
    with pytest.raises(GuestLinkGone):
        guests.look_at(link.token)


def test_whoever_came_by_a_link_is_out_when_it_ends(guests, link, as_ada, interview):
    guests.end(as_ada, interview.session_id, link.link_id)
    assert guests.find(link.link_id) is None
    with pytest.raises(GuestLinkGone):
        guests.look_at(link.token)
    with pytest.raises(NotFound):
        guests.end(as_ada, interview.session_id, link.link_id)


def test_a_guest_is_out_as_long_as_the_owner_is(guests, link, accounts, ada):
    accounts.suspend(ada.user_id)
    assert guests.find(link.link_id) is None
    with pytest.raises(GuestLinkGone):
        guests.look_at(link.token)
    accounts.restore(ada.user_id)
    assert guests.look_at(link.token)


def test_a_link_into_a_session_that_is_gone_lets_nobody_in(guests, link, interviews, as_ada, guest):
    interviews.delete(as_ada, link.session_id)
    with pytest.raises(GuestLinkGone):
        guests.look_at(link.token)
    with pytest.raises(SessionAccessDenied):
        interviews.load(guest, link.session_id)


def test_nobody_makes_sees_or_ends_links_of_somebody_elses_session(guests, link, as_ben, interview):
    for refused in (
        lambda: guests.invite(as_ben, interview.session_id, guest_name="Gus"),
        lambda: guests.list_links(as_ben, interview.session_id),
    ):
        with pytest.raises(SessionAccessDenied):
            refused()
    with pytest.raises(NotFound):
        guests.end(as_ben, interview.session_id, link.link_id)
    assert guests.look_at(link.token)


def test_a_link_is_not_ended_under_the_name_of_another_session(guests, link, interviews, as_ada):
    other = interviews.open(as_ada, **NEW)
    with pytest.raises(NotFound):
        guests.end(as_ada, other.session_id, link.link_id)


def test_a_guest_makes_sees_and_ends_no_links(guests, link, guest, interview):
    for refused in (
        lambda: guests.invite(guest, interview.session_id, guest_name="Friend"),
        lambda: guests.list_links(guest, interview.session_id),
    ):
        with pytest.raises(SessionAccessDenied):
            refused()
    with pytest.raises(NotFound):
        guests.end(guest, interview.session_id, link.link_id)


def test_a_guest_reads_and_answers_and_the_owner_reads_it(interviews, guest, as_ada, interview):
    where = interview.session_id
    assert interviews.load(guest, where).current_question == interview.current_question
    interviews.answer(guest, where, message_id="g1", content="I saw a man with a saw on Tuesday.")
    assert "g1" in [said.message_id for said in interviews.messages(as_ada, where)]
    assert "g1" in [said.message_id for said in interviews.messages(guest, where)]


def test_a_guest_reads_what_was_said_and_not_what_was_made_of_it(interviews, guest, as_ada, interview):
    owned, told = (interviews.messages(actor, interview.session_id) for actor in (as_ada, guest))
    assert [said.content for said in told] == [said.content for said in owned]
    assert any(said.meta.get("goals") for said in owned)
    assert not any(said.meta for said in told)


@pytest.mark.parametrize("what", EVERYTHING_AN_OWNER_DOES)
def test_a_guest_does_nothing_that_is_the_owners(interviews, guest, interview, as_ada, what):
    before = interviews.load(as_ada, interview.session_id)
    with pytest.raises(SessionAccessDenied):
        EVERYTHING_AN_OWNER_DOES[what](interviews, guest, interview.session_id)
    assert interviews.load(as_ada, interview.session_id) == before


def test_a_guest_reaches_no_other_session_of_the_owner(interviews, guest, as_ada):
    other = interviews.open(as_ada, **NEW).session_id
    for refused in (
        lambda: interviews.load(guest, other),
        lambda: interviews.messages(guest, other),
        lambda: interviews.answer(guest, other, message_id="g1", content="Hello."),
    ):
        with pytest.raises(SessionAccessDenied):
            refused()


def test_a_guest_has_no_list_finds_nothing_and_opens_nothing(interviews, sessions, guest):
    assert interviews.list_interviews(guest).items == []
    assert interviews.list_interviews(guest).next_cursor is None
    assert not list(Search(sessions).find(guest, "Theft").items)
    with pytest.raises(NotAllowed):
        interviews.open(guest, **NEW)


def test_there_are_at_most_twenty_links_to_a_session_also_when_many_are_made_at_once(guests, as_ada, interview):
    invite = partial(guests.invite, as_ada, interview.session_id, guest_name="Gus")
    made = [invite() for _ in range(AT_MOST - 2)]
    outcomes = at_once(*[invite] * 6)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 4 + ["GuestLink"] * 2
    guests.end(as_ada, interview.session_id, made[0].link_id)
    assert invite()


def test_a_session_of_another_kind_takes_no_guests(guests, sessions, as_ada, clock):
    begins = SessionDate(start=clock(), time_zone="UTC", wall_clock="2026-03-01T09:30")
    own = sessions(as_ada.user_id)
    training = own.create_session("training", title="First aid", session_date=begins, instructor_id=as_ada.user_id)
    with pytest.raises(Conflict, match="training"):
        guests.invite(as_ada, training.session_id, guest_name="Gus")


@pytest.mark.parametrize("bad", [{"guest_name": " "}, {"guest_name": "a\nb"}, {"guest_name": "x" * 201}, {"days": 2}])
def test_a_mistake_is_named(guests, as_ada, interview, bad):
    with pytest.raises(Invalid):
        guests.invite(as_ada, interview.session_id, **{"guest_name": "Gus", **bad})


@pytest.mark.parametrize("guess", ["", "guess", "\x00", "\ud800", "x" * 10_000])
def test_a_guess_lets_nobody_in(guests, link, guess):
    assert guests.find(guess) is None
    for token in (guess, link.token + guess + "x", link.link_id):
        with pytest.raises(GuestLinkGone):
            guests.look_at(token)


def test_a_link_works_on_when_the_key_is_replaced_and_is_shown_as_long_as_its_key_is_there(
    make_guests, as_ada, interview
):
    old, new = "an old key " * 4, "a new key " * 4
    made = make_guests([old]).invite(as_ada, interview.session_id, guest_name="Gus")
    for keys, shown in (([new, old], made.token), ([new], None)):
        guests = make_guests(keys)
        assert guests.look_at(made.token).link_id == made.link_id
        assert guests.list_links(as_ada, interview.session_id)[0].token == shown


def test_only_a_hash_of_a_link_is_kept(link, plain):
    with plain.session_scope() as db:
        kept = [
            str(value) for table in Base.metadata.sorted_tables for row in db.execute(select(table)) for value in row
        ]
    assert link.link_id in kept
    assert not [value for value in kept if link.token in value]


def test_the_owner_sees_when_the_guest_was_there(guests, link, as_ada, interview, clock):
    assert link.last_seen_at is None
    guests.note_seen(guests.look_at(link.token))
    assert guests.list_links(as_ada, interview.session_id)[0].last_seen_at == clock()


def test_a_link_is_forgotten_when_its_time_is_over(guests, link, clock):
    clock.moment += timedelta(days=7)
    assert guests.drop_old() == 0
    clock.pass_seconds(1)
    assert guests.drop_old() == 1
