"""Links that are mailed: what they are good for, how long and how often, and that they stand in the mail alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from database.tables import Base, MailedLinkRow
from domain.clock import now
from domain.mailed_link import LIFETIMES, LinkGone, Purpose
from services.accounts.mailed_links import KEPT, spend_links_of
from tests.services.accounts.racing import at_once

EMAIL = "ada@example.org"


@pytest.fixture
def spend(links, unified):
    def use(purpose, secret):
        with unified.get_db_session() as db:
            return links.spend(db, purpose, secret)

    return use


def everything_kept(plain):
    """Every value of every column of every row, as text."""
    with plain.session_scope() as db:
        return [
            str(value) for table in Base.metadata.sorted_tables for row in db.execute(select(table)) for value in row
        ]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_is_good_to_the_end_of_its_time_and_not_for_a_moment_longer(links, clock, spend, purpose):
    secret = links.make(purpose, "row", email=EMAIL)
    clock.moment += LIFETIMES[purpose] - timedelta(milliseconds=1)
    assert links.find(purpose, secret).email == EMAIL
    clock.moment += timedelta(milliseconds=1)
    with pytest.raises(LinkGone):
        links.find(purpose, secret)
    with pytest.raises(LinkGone):
        spend(purpose, secret)


def test_a_link_for_a_password_is_good_for_an_hour_and_none_for_more_than_a_week():
    assert LIFETIMES[Purpose.RESET] == timedelta(hours=1)
    assert max(LIFETIMES.values()) == timedelta(days=7)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_does_nothing_but_what_it_is_for(links, spend, purpose):
    secret = links.make(purpose, "row", email=EMAIL)
    for other in set(Purpose) - {purpose}:
        with pytest.raises(LinkGone):
            spend(other, secret)
    assert spend(purpose, secret).purpose is purpose


def test_a_link_is_used_once(links, spend):
    secret = links.make(Purpose.RESET, "row", email=EMAIL)
    assert spend(Purpose.RESET, secret).email == EMAIL
    for use in (spend, links.find):
        with pytest.raises(LinkGone):
            use(Purpose.RESET, secret)


def test_of_many_who_use_a_link_at_once_one_does(links, spend):
    secret = links.make(Purpose.RESET, "row", email=EMAIL)
    outcomes = at_once(*[lambda: spend(Purpose.RESET, secret)] * 6)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkGone"] * 5 + ["MailedLink"]


def test_of_two_at_once_one_uses_a_link_even_when_it_began_to_look_first(links, clock, spend):
    """Whoever waits for the lock compares with a moment that lies before the one in which the link was used."""
    secret = links.make(Purpose.RESET, "row", email=EMAIL)
    clock.pass_seconds(60)
    spend(Purpose.RESET, secret)
    clock.pass_seconds(-30)
    with pytest.raises(LinkGone):
        spend(Purpose.RESET, secret)


def test_a_use_that_is_not_kept_leaves_the_link_good(links, unified, spend):
    secret = links.make(Purpose.RESET, "row", email=EMAIL)

    def spend_and_fail():
        with unified.get_db_session() as db:
            links.spend(db, Purpose.RESET, secret)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        spend_and_fail()
    assert spend(Purpose.RESET, secret)


def test_a_mail_that_is_worded_again_has_the_same_link_and_no_longer_time(links, clock):
    secret = links.make(Purpose.RESET, "row", email=EMAIL)
    clock.pass_seconds(3_000)
    assert links.make(Purpose.RESET, "row", email=EMAIL) == secret
    assert links.make(Purpose.RESET, "another row", email=EMAIL) != secret
    clock.pass_seconds(600)
    with pytest.raises(LinkGone):
        links.find(Purpose.RESET, secret)


@pytest.mark.parametrize("how", ["by its reader", "with all of its user"])
def test_a_mail_that_is_worded_again_does_not_make_a_used_link_good_once_more(links, ada, spend, unified, how):
    secret = links.make(Purpose.RESET, "row", email=EMAIL, user=ada)
    if how == "by its reader":
        spend(Purpose.RESET, secret)
    else:
        with unified.get_db_session() as db:
            spend_links_of(db, ada.user_id)
    links.make(Purpose.RESET, "row", email=EMAIL, user=ada)
    with pytest.raises(LinkGone):
        links.find(Purpose.RESET, secret)


def test_only_links_of_one_user_are_made_void_with_them(links, ada, ben, unified):
    hers = links.make(Purpose.VERIFY, "hers", email=EMAIL, user=ada)
    his = links.make(Purpose.VERIFY, "his", email="ben@example.org", user=ben)
    with unified.get_db_session() as db:
        spend_links_of(db, ada.user_id)
    with pytest.raises(LinkGone):
        links.find(Purpose.VERIFY, hers)
    assert links.find(Purpose.VERIFY, his).user_id == ben.user_id


def test_the_secret_of_a_link_stands_in_no_table(links, plain, registration, ada, post):
    registration.request(email="new@example.org", display_name="New")
    secrets = [links.make(purpose, "row", email=EMAIL, user=ada) for purpose in Purpose]
    secrets.append(post.secret())
    kept = everything_kept(plain)
    assert "new@example.org" in kept
    for secret in secrets:
        assert len(secret) == 43
        assert not [value for value in kept if secret in value]


def test_the_search_for_a_secret_would_find_one(links, plain, unified):
    with unified.get_db_session() as db:
        db.add(kept_openly(links.make(Purpose.RESET, "row", email=EMAIL)))
    assert [value for value in everything_kept(plain) if links.make(Purpose.RESET, "row", email=EMAIL) in value]


def kept_openly(secret):
    moment = now()
    return MailedLinkRow(
        token_hash=secret, purpose="reset", email="", display_name="", created_at=moment, expires_at=moment
    )


def test_a_link_is_forgotten_when_no_mail_is_tried_any_more(links, clock, plain):
    links.make(Purpose.RESET, "row", email=EMAIL)
    clock.moment += KEPT
    assert links.drop_old() == 0
    clock.pass_seconds(1)
    assert links.drop_old() == 1
    assert EMAIL not in everything_kept(plain)


@pytest.mark.parametrize("secret", ["", "guess", "\x00", "\ud800", "x" * 10_000])
def test_a_guess_is_no_link(links, spend, secret):
    for use in (spend, links.find):
        with pytest.raises(LinkGone):
            use(Purpose.RESET, secret)


def test_what_stands_behind_a_secret_makes_it_another(links):
    secret = links.make(Purpose.RESET, "row", email=EMAIL)
    for other in (secret + "x", secret[:-1], secret + "=" * 500, " " + secret):
        with pytest.raises(LinkGone):
            links.find(Purpose.RESET, other)
