"""What moves, backups and migrations need of a storage, on every backend that has it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import islice
from threading import Event

import pytest

from domain.errors import SessionNotFound
from domain.succession import OtherHistory
from storage.addresses import open_at
from storage.base import Stamp, Unreadable
from tests.contract.storage.conftest import BULK, params
from tests.contract.storage.samples import at, full_sessions, interview, live, message


def spoken(session_id, count, **fields):
    """A session with so many messages, as a scan gives it."""
    fields = {"revision": 1, "message_count": count} | fields
    session = interview(session_id, **{"updated_at": at(fields["revision"])} | fields)
    return session.with_messages([message(f"m-{n}", n=n) for n in range(1, count + 1)])


def test_the_count_is_that_of_all_sessions(bulk):
    assert bulk.count() == 0
    bulk.write_many([spoken(f"s-{n}", n % 3) for n in range(7)])
    assert bulk.count() == 7


def test_a_scan_goes_on_behind_any_id_whether_it_is_there_or_not(bulk):
    bulk.write_many([spoken(name, 1) for name in ("B", "a", "a-1", "a1", "b")])
    assert [each.session_id for each in bulk.scan("a")] == ["a-1", "a1", "b"]
    assert [each.session_id for each in bulk.scan("Z")] == ["a", "a-1", "a1", "b"]
    assert list(bulk.scan("b")) == []


def test_a_scan_of_more_than_is_read_at_once_repeats_and_skips_nothing(bulk):
    bulk.write_many(spoken(f"s-{n:04}", 3) for n in range(450))
    scanned = list(bulk.scan())
    assert [each.session_id for each in scanned] == [f"s-{n:04}" for n in range(450)]
    assert {len(each.messages) for each in scanned} == {3}


def test_long_conversations_are_scanned_whole(bulk):
    bulk.write_many([spoken("long-1", 2_100), spoken("long-2", 2_100), spoken("short", 1)])
    scanned = list(bulk.scan())
    assert [[said.n for said in each.messages] for each in scanned] == [
        list(range(1, 2_101)),
        list(range(1, 2_101)),
        [1],
    ]


def test_stamps_tell_revision_and_count_of_those_that_are_there(bulk):
    bulk.write_many([spoken("a", 2, revision=7), spoken("b", 0)])
    assert bulk.stamps(["a", "b", "missing"]) == {"a": Stamp(7, 2), "b": Stamp(1, 0)}
    assert bulk.stamps([]) == {}
    bulk.append_message("b", message("m-1"))
    assert bulk.stamps(["b"]) == {"b": Stamp(1, 1)}


def test_a_session_that_still_has_its_stamp_is_removed_with_everything_of_it(bulk):
    bulk.write_many([spoken("a", 2, exclusive_key="key"), spoken("b", 1)])
    assert bulk.remove(spoken("a", 2)) is True
    with pytest.raises(SessionNotFound):
        bulk.load("a")
    assert [each.session_id for each in bulk.scan()] == ["b"]
    bulk.create(live("next", exclusive_key="key"))
    bulk.create(interview("a"))
    assert bulk.messages("a") == []


@pytest.mark.parametrize(("revision", "count"), [(1, 2), (2, 1), (3, 2), (2, 3)])
def test_a_session_with_another_stamp_stays(bulk, revision, count):
    bulk.write_many([spoken("a", 2, revision=2)])
    assert bulk.remove(spoken("a", count, revision=revision)) is False
    assert bulk.load("a", messages=None).messages == spoken("a", 2).messages


def test_a_session_that_was_deleted_and_created_anew_stays_though_its_revision_is_the_same(bulk):
    seen = spoken("a", 0)
    bulk.write_many([seen])
    bulk.delete("a")
    bulk.create(interview("a", title="anew", created_at=at(1)))
    assert bulk.remove(seen) is False
    assert bulk.load("a").title == "anew"


def test_what_is_not_there_is_not_removed(bulk):
    assert bulk.remove(spoken("missing", 0)) is False


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_conversation_that_went_another_way_is_kept_to_the_last_word(bulk, count):
    bulk.create(interview("a", title="there"))
    bulk.append_message("a", message("m-1"))
    bulk.append_message("a", message("m-2", "said here"))
    with pytest.raises(OtherHistory) if count > 1 else nullcontext():
        bulk.write_many([spoken("a", count, revision=4, title="newer")])
    there = bulk.load("a", messages=None)
    assert [each.content for each in there.messages] == ["Hello", "said here"]
    assert there.title == ("newer" if count == 1 else "there")


@pytest.mark.parametrize("fields", [{"created_at": at(1)}, {"revision": 2, "updated_at": at(9)}])
def test_a_session_of_the_same_id_that_is_another_one_is_not_overwritten(bulk, fields):
    there = spoken("a", 1, title="there", **fields)
    bulk.write_many([there])
    with pytest.raises(OtherHistory):
        bulk.write_many([spoken("a", 2, revision=4, title="newer")])
    assert list(bulk.scan()) == [there]


def test_a_header_of_the_same_revision_with_other_content_is_not_overwritten(bulk):
    bulk.write_many([spoken("a", 1, title="there")])
    with pytest.raises(OtherHistory):
        bulk.write_many([spoken("a", 2, title="here")])
    there = bulk.load("a", messages=None)
    assert (there.title, there.message_count, len(there.messages)) == ("there", 1, 1)


def test_a_place_is_there_once_it_was_prepared(shared_home):
    assert shared_home.open().is_there()


def test_looking_for_a_place_that_was_never_prepared_makes_nothing(unprepared, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert not unprepared.is_there()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_key_that_went_from_one_session_to_another_arrives_in_one_batch(bulk):
    bulk.write_many([spoken("b", 0, exclusive_key="key")])
    bulk.write_many([spoken("a", 0, revision=1, exclusive_key="key"), spoken("b", 0, revision=2, status="complete")])
    assert (bulk.load("a").exclusive_key, bulk.load("b").exclusive_key) == ("key", None)


def test_what_cannot_be_read_has_no_stamp_and_comes_with_its_reason(shared_home):
    storage = shared_home.open()
    storage.write_many(session.with_messages([]) for session in _uncounted())
    shared_home.damage("full-live", kind="opera")
    assert storage.stamps(["full-live", "full-training"]).keys() == {"full-training"}
    found = {each.session_id: type(each) for each in storage.scan()}
    assert found.pop("full-live") is Unreadable
    assert Unreadable not in found.values()
    assert storage.count() == 3


def _uncounted():
    sessions = full_sessions()
    for session in sessions:
        session.message_count = 0
    return sessions


def test_every_session_of_a_scan_is_whole_while_others_speak_save_delete_and_create(shared_home):
    storage, other = shared_home.open(), shared_home.open()
    storage.write_many(spoken(f"s-{n:02}", 1) for n in range(30))
    done = Event()

    def others():
        for rounds in range(1, 6):
            for n in range(0, 30, 3):
                other.append_message(f"s-{n:02}", message(f"r-{rounds}"))
                other.update_fields(f"s-{n:02}", {"title": f"{rounds}"}, kind="interview")
                other.delete(f"s-{n + 1:02}")
                other.create(interview(f"s-{n + 1:02}", title="anew"))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(others)
        running.add_done_callback(lambda _: done.set())
        while not done.is_set():
            for session in storage.scan():
                _assert_whole(session)
        running.result()


def _assert_whole(session):
    assert not isinstance(session, Unreadable), session
    assert len(session.messages) == session.message_count, session.session_id
    assert [said.n for said in session.messages] == list(range(1, session.message_count + 1))
    if session.title == "anew":
        assert session.message_count == 0
    elif session.title.isdigit():
        assert session.message_count in (1 + int(session.title), 2 + int(session.title))


def test_nothing_is_held_between_two_sessions_of_a_scan(shared_home):
    storage = shared_home.open()
    storage.write_many(spoken(f"s-{n:02}", 1) for n in range(60))
    scan = storage.scan()
    assert len(list(islice(scan, 3))) == 3
    storage.append_message("s-02", message("said meanwhile"))
    storage.delete("s-59")
    storage.purge_deleted()
    assert len(list(scan)) in (56, 57)


@pytest.fixture(params=params(*BULK))
def unprepared(request, tmp_path):
    """A handle onto a place that nobody prepared."""
    addresses = {
        "file": lambda: f"file:{tmp_path}/nothing",
        "sqlite": lambda: f"sqlite:///{tmp_path}/nothing.sqlite",
        "postgresql": lambda: request.getfixturevalue("postgresql_server").fresh_database(),
        "mongodb": lambda: request.getfixturevalue("mongodb_url").replace("/?", "/never_prepared?"),
    }
    handle = open_at("--to", addresses[request.param]())
    yield handle
    handle.close()
