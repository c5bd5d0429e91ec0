"""What is acknowledged survives a power failure: on a model that loses whatever was not synced, checked at random."""

import random
import sqlite3
from copy import deepcopy

import pytest

from domain.session import Message
from storage.file import FileSessionStorage
from storage.file import index as index_module
from tests.reliability.book import Book, Op, Story
from tests.reliability.checking import violations
from tests.reliability.writing import Writer, interview
from tests.storage.file.disks import Unsynced
from tests.storage.file.medium import ForgetsFiles, ForgetsFolders, RecordingDisk, write_out

pytestmark = pytest.mark.slow

FAILURES = 100
WRITES = 150


class Scribe(Writer):
    """A writer that keeps its book itself."""

    def __init__(self, storage, book, seed):
        super().__init__(storage, "life", book.shared.session_id, seed, pipe=-1)
        self.book = book

    def tell(self, word, *more):
        if word == "begin":
            self.book.begin(0, Op(*more[0]))
        elif word == "done":
            self.book.acknowledge(0)
        else:
            self.book.refuse(0)


def failures_of(disk_class, folder, seed):
    """States in which the power failed at random moments of a run of writes, each with the book of that moment."""
    chance = random.Random(seed)  # noqa: S311  # a seed repeats a run
    book = Book("shared")
    moments = []

    def watch():
        if chance.random() < 0.12:
            moments.append((disk.medium.after_power_failure(chance), deepcopy(book)))

    disk = disk_class(watch)
    storage = FileSessionStorage(folder, disk)
    storage.prepare()
    storage.create(interview("shared", "shared"))
    disk.begin(folder)
    scribe = Scribe(storage, book, seed)
    for _ in range(WRITES):
        scribe.write(scribe.next_op())
        if chance.random() < 0.4:
            moments.append((disk.medium.after_power_failure(chance), deepcopy(book)))
    storage.close()
    return chance.sample(moments, min(FAILURES, len(moments)))


def found_wrong(moments, folder):
    """What a storage that starts on these states has lost."""
    for number, (found, book) in enumerate(moments):
        place = folder / f"after-{number}"
        write_out(found, place)
        book.close()
        storage = FileSessionStorage(place, Unsynced())
        storage.prepare()
        yield from violations(storage, book)
        storage.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_power_failure_at_any_moment_loses_nothing_acknowledged(memory_folder, seed):
    moments = failures_of(RecordingDisk, memory_folder / "sessions", seed)
    assert len(moments) == FAILURES
    assert sum(book.acknowledged for _, book in moments) > FAILURES
    assert list(found_wrong(moments, memory_folder)) == []


@pytest.mark.parametrize("forgetful", [ForgetsFiles, ForgetsFolders])
def test_the_model_catches_a_storage_that_does_not_sync(memory_folder, forgetful):
    moments = failures_of(forgetful, memory_folder / "sessions", seed=3)
    assert any(wrong.startswith(("lost", "torn")) for wrong in found_wrong(moments, memory_folder))


def test_an_index_from_before_the_machine_started_is_not_trusted(storage, opened, monkeypatch):
    storage.create(interview("one", "ada"))
    with storage._index._connections.writing() as connection:
        connection.execute("UPDATE sessions SET summary = json_set(summary, '$.title', 'not so')")
    monkeypatch.setattr(index_module, "boot_id", lambda: "another start")
    reopened = opened()
    assert list(violations(reopened, _book_with_one())) == []


def _book_with_one():
    book = Book("one")
    book.shared.added = 0
    return book


@pytest.mark.parametrize("share_of_writes", [0.0, 0.3, 0.7])
def test_an_index_that_lost_its_last_commits_is_brought_in_step(memory_folder, monkeypatch, share_of_writes):
    folder = memory_folder / "sessions"
    storage = FileSessionStorage(folder, Unsynced())
    storage.prepare()
    storage.create(interview("shared", "shared"))
    book = Book("shared")
    scribe = Scribe(storage, book, seed=4)
    for number in range(WRITES):
        if number == int(WRITES * share_of_writes):
            with storage._index._connections.reading() as connection:
                connection.execute("VACUUM INTO ?", (str(memory_folder / "older.sqlite"),))
        scribe.write(scribe.next_op())
    storage.close()
    older = memory_folder / "older.sqlite"
    sqlite3.connect(older).execute("PRAGMA journal_mode = WAL").connection.close()
    older.rename(folder / "index.sqlite")
    monkeypatch.setattr(index_module, "boot_id", lambda: "another start")
    restarted = FileSessionStorage(folder, Unsynced())
    restarted.prepare()
    assert list(violations(restarted, book)) == []
    for session_id in book.session_ids():
        for message_id in (book.stories[session_id] or Story()).said:
            again = Message(message_id=message_id, role="note", content="again")
            assert restarted.append_message(session_id, again).content != "again"
    restarted.close()
