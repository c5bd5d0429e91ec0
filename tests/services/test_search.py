"""Search by title: a person's own sessions, every word, any case."""

from functools import partial

import pytest

from domain.actor import Actor
from domain.errors import Invalid
from services import search
from services.search import Search
from services.session_manager import SessionManager
from storage.registry import StorageConfig, open_storage

ADA = Actor(user_id="ada")


@pytest.fixture
def sessions(tmp_path):
    config = StorageConfig(folder=tmp_path / "sessions", database_url="", mongo_url="", mongo_database="")
    storage = open_storage("file", config)
    storage.prepare()
    yield partial(SessionManager, storage)
    storage.close()


@pytest.fixture
def titled(sessions):
    def create(*titles, user_id="ada"):
        for title in titles:
            sessions(user_id).create_session(incident_name=title, interviewee_name="A", interviewee_role="witness")

    return create


def titles(found):
    return [row.title for row in found.items]


def test_every_word_has_to_be_in_the_title_in_any_order_and_case(sessions, titled):
    titled("Quarrel in the stock room", "Stock taking", "Room service", "STRASSE und Straße")
    assert titles(Search(sessions).find(ADA, "room STOCK")) == ["Quarrel in the stock room"]
    assert titles(Search(sessions).find(ADA, "strasse")) == ["STRASSE und Straße"]


def test_only_the_persons_own_sessions_are_found(sessions, titled):
    titled("Quarrel of Bob", user_id="bob")
    assert titles(Search(sessions).find(ADA, "quarrel")) == []


def test_a_blank_text_finds_nothing(sessions, titled):
    titled("Quarrel")
    assert titles(Search(sessions).find(ADA, "  ")) == []


@pytest.mark.parametrize("text", ["x" * 201, "a\x00b"])
def test_a_text_that_no_title_can_hold_is_refused(sessions, text):
    with pytest.raises(Invalid, match="q"):
        Search(sessions).find(ADA, text)


def test_it_says_when_not_everything_was_looked_through(sessions, titled, monkeypatch):
    titled("One", "Two", "Three")
    monkeypatch.setattr(search, "PAGE", 1)
    monkeypatch.setattr(search, "PAGES", 2)
    found = Search(sessions).find(ADA, "o")
    assert (titles(found), found.looked_through_all) == (["Two"], False)
    monkeypatch.setattr(search, "PAGES", 3)
    found = Search(sessions).find(ADA, "o")
    assert (titles(found), found.looked_through_all) == (["Two", "One"], True)
