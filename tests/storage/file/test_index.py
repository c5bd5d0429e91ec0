"""The index decides nothing: whatever happens to it, the files are what is true."""

import json
import multiprocessing
import shutil
import sqlite3
import threading

import pytest
import structlog

from domain.session import Message
from storage.base import SessionQuery
from storage.file import FileSessionStorage
from storage.file.listing import statement_for
from tests.contract.storage.samples import at, interview, live, training
from tests.storage.file.disks import Unsynced


def said(message_id):
    return Message(message_id=message_id, role="note", content="something")


@pytest.fixture
def filled(storage):
    """Ten sessions with two messages each."""
    for n in range(10):
        storage.create(interview(f"s{n}", created_at=at(n)))
        storage.append_message(f"s{n}", said("a"))
        storage.append_message(f"s{n}", said("b"))
    return storage


def rows(storage):
    return [(row.session_id, row.title, row.revision, row.message_count) for row in storage.find(SessionQuery()).items]


def remove(folder):
    for file in folder.glob("index.sqlite*"):
        file.unlink()


def fill_with_rubbish(folder):
    (folder / "index.sqlite").write_bytes(b"rubbish" * 10_000)


def cut_to_nothing(folder):
    (folder / "index.sqlite").write_bytes(b"")
    for companion in folder.glob("index.sqlite-*"):
        companion.unlink()


def make_it_of_another_version(folder):
    with sqlite3.connect(folder / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize("spoil", [remove, fill_with_rubbish, cut_to_nothing, make_it_of_another_version])
def test_a_spoilt_index_is_made_anew_at_the_next_start(folder, filled, opened, spoil):
    before = rows(filled)
    filled.close()
    spoil(folder)
    reopened = opened()
    assert rows(reopened) == before
    assert reopened.append_message("s0", said("a")).n == 1
    assert reopened.append_message("s0", said("c")).n == 3


@pytest.mark.parametrize("spoil", [remove, fill_with_rubbish])
def test_an_index_spoilt_while_others_work_is_made_anew_by_whoever_notices(folder, filled, opened, spoil):
    other = opened()
    before = rows(filled)
    filled.close()
    other.close()
    spoil(folder)
    assert filled.append_message("s0", said("b")).n == 2
    assert rows(other) == before
    other.append_message("s3", said("c"))
    assert rows(filled) == rows(other)


def test_what_was_restored_or_removed_by_hand_is_seen_at_the_next_start(folder, filled, opened):
    shutil.rmtree(filled._layout.session("s1"))
    shutil.copytree(filled._layout.session("s2"), folder / "aside")
    filled.delete("s2")
    shutil.move(folder / "aside", filled._layout.session("s2"))
    header = filled._layout.header("s3")
    header.write_text(json.dumps(json.loads(header.read_text()) | {"title": "by hand"}))
    reopened = opened()
    found = {row[0]: row[1] for row in rows(reopened)}
    assert "s1" not in found
    assert "s2" in found
    assert found["s3"] == "by hand"


def test_the_command_brings_the_index_in_step_while_it_is_used(filled):
    with filled._index._connections.writing() as connection:
        connection.execute("UPDATE sessions SET summary = json_set(summary, '$.title', 'wrong')")
        connection.execute("DELETE FROM sessions WHERE session_id = 's4'")
    assert filled.rebuild_index() == 10
    assert {row[1] for row in rows(filled)} == {"Bicycle"}
    assert len(rows(filled)) == 10


def test_a_rebuild_gives_a_lost_claim_back(folder, storage):
    storage.create(live("one", exclusive_key="channel:7"))
    shutil.rmtree(folder / "keys")
    (folder / "keys").mkdir()
    storage.rebuild_index()
    assert storage._layout.claim("channel:7").read_text() == "one\n"


def test_a_write_that_the_index_cannot_follow_is_acknowledged_and_repaired_later(filled, monkeypatch):
    def broken(*_):
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as logs:
        patched.setattr(filled._index, "put", broken)
        patched.setattr(filled._index, "count", broken)
        session = filled.load("s5")
        session.title = "changed"
        filled.save(session)
        filled.append_message("s6", said("c"))
    assert [log["event"] for log in logs] == ["session_index_behind"] * 2
    found = {row[0]: row for row in rows(filled)}
    assert found["s5"] == ("s5", "changed", 2, 2)
    assert found["s6"] == ("s6", "Bicycle", 1, 3)


def test_another_process_sees_a_write_as_soon_as_it_is_acknowledged(folder, filled):
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def follow():
        storage = FileSessionStorage(folder, Unsynced())
        while (title := there.recv()) is not None:
            session = storage.load("s0")
            session.title = title
            storage.save(session)
            storage.append_message("s0", said(title))
            there.send(rows(storage))

    child = context.Process(target=follow)
    child.start()
    for number in range(20):
        here.send(f"title {number}")
        theirs = here.recv()
        assert rows(filled) == theirs
        assert ("s0", f"title {number}", number + 2, number + 3) in theirs
    here.send(None)
    child.join(timeout=30)
    assert child.exitcode == 0


def test_threads_and_processes_that_append_at_once_lose_and_double_nothing(folder, storage):
    storage.create(interview("one"))
    context = multiprocessing.get_context("fork")

    def talk(name):
        own = FileSessionStorage(folder, Unsynced())
        threads = [threading.Thread(target=_say_all, args=(own, f"{name}-{number}")) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    children = [context.Process(target=talk, args=(name,)) for name in ("ada", "bob")]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=120)
    ids = [message.message_id for message in storage.messages("one")]
    assert sorted(ids) == sorted(f"{name}-{n}-{k}" for name in ("ada", "bob") for n in range(3) for k in range(20))
    assert storage.load("one").message_count == len(ids)


def _say_all(storage, name):
    for number in range(20):
        storage.append_message("one", said(f"{name}-{number}"))
        storage.append_message("one", said(f"{name}-{number}"))


def test_a_storage_may_be_used_after_a_fork(filled):
    before = rows(filled)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def child():
        filled.append_message("s0", said("from the child"))
        there.send(rows(filled))

    process = context.Process(target=child)
    process.start()
    seen = here.recv()
    process.join(timeout=30)
    assert seen != before
    assert rows(filled) == seen


def test_locks_take_no_memory_when_nobody_holds_them(filled):
    assert filled._writer._place.locks._shared == {}
    assert filled._writer._place.locks._held == set()


FILTERS = [
    {},
    {"user_id": "ada"},
    {"user_id": "ada", "kind": "interview"},
    {"user_id": "ada", "statuses": ["active"]},
    {"user_id": "ada", "statuses": ["active", "paused"], "mode": "text"},
    {"kind": "live"},
    {"kind": "live", "statuses": ["live"]},
    {"statuses": ["live", "active"]},
    {"parent_id": "event"},
    {"parent_id": "event", "user_id": "ada", "statuses": ["active"]},
    {"mode": "voice"},
]


@pytest.mark.parametrize("order", ["-created_at", "starts_at"])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_no_page_is_sorted_or_scanned_for(filled, filters, order):
    statement, values = statement_for(SessionQuery(order=order, since=at(0), **filters), None, 51)
    with filled._index._connections.reading() as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    walks = [step for step in plan if "sessions" in step]
    assert walks
    assert all(step.startswith("SEARCH") for step in walks), plan
    if len(filters.get("statuses", ())) < 2:
        assert not any("TEMP B-TREE" in step for step in plan), plan


def test_the_list_of_one_user_is_read_from_the_index_alone(filled):
    statement, values = statement_for(SessionQuery(user_id="ada"), None, 51)
    with filled._index._connections.reading() as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plan == ["SEARCH sessions USING COVERING INDEX created_by_user (user_id=?)"]


@pytest.mark.parametrize("order", ["-created_at", "starts_at"])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_every_filter_finds_what_a_look_at_all_sessions_finds(storage, filters, order):
    for n in range(12):
        owner = ("ada", "bob")[n % 2]
        storage.create(interview(f"i{n}", owner, created_at=at(n // 3), mode=("text", "voice")[n // 2 % 2]))
        storage.create(training(f"t{n}", owner, created_at=at(n // 2), start=at(60 + n // 4), parent_id="event"))
        storage.create(live(f"l{n}", owner, created_at=at(n), starts_at=at(n) if n % 3 else None))
        if n % 3:
            storage.transition(f"i{n}", "paused", by="ada")
    everything = list(storage.scan())
    wanted = [session for session in everything if _fits(session, filters, order)]
    key = "created_at" if order == "-created_at" else "starts_at"
    wanted.sort(key=lambda session: (getattr(session, key), session.session_id), reverse=order == "-created_at")
    found, cursor = [], None
    while True:
        page = storage.find(SessionQuery(order=order, limit=5, cursor=cursor, **filters))
        found += [row.session_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [session.session_id for session in wanted]


def _fits(session, filters, order):
    for name, value in filters.items():
        if name == "statuses":
            if session.status not in value:
                return False
        elif getattr(session, name, None) != value:
            return False
    return order == "-created_at" or session.starts_at is not None
