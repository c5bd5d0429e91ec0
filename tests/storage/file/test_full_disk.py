"""A disk that is full or may not be written: a clear refusal, and nothing broken."""

import errno
import os
import resource
import signal
import tempfile
from itertools import count
from pathlib import Path

import pytest

from domain.errors import SessionNotFound, StorageUnavailable
from domain.session import Message
from storage.file import FileSessionStorage
from tests.contract.storage.samples import interview
from tests.storage.file.disks import Refuses, Unsynced
from tests.storage.file.test_crashes import (
    WRITES,
    assert_each_key_has_one_holder_and_is_not_stuck,
    assert_listed_as_stored,
    state,
)

NOBODY = 65534


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize(("before", "write"), WRITES, ids=lambda part: getattr(part, "__name__", str(part)))
def test_a_write_refused_at_any_step_breaks_nothing_and_works_later(memory_folder, before, write, error):
    for step in count(1):
        folder = memory_folder / f"place-{step}"
        storage = FileSessionStorage(folder, Unsynced())
        storage.prepare()
        before(storage)
        was = state(storage)
        refused = _refused(FileSessionStorage(folder, Refuses(step, error)), write)
        if not refused:
            break
        assert_listed_as_stored(storage)
        if state(storage) == was:
            write(storage)
        assert state(storage) != was
        assert_listed_as_stored(storage)
        assert_each_key_has_one_holder_and_is_not_stuck(storage)
        storage.close()
    assert step > 2


def _refused(storage, write):
    try:
        write(storage)
    except StorageUnavailable as error:
        return str(error).startswith("The session storage cannot be used: ")
    finally:
        storage.close()
    return False


def test_a_message_that_found_no_space_is_not_there_and_its_retry_is_the_next_one(folder, storage):
    storage.create(interview("one"))
    storage.append_message("one", Message(message_id="a", role="note", content="first"))
    full = FileSessionStorage(folder, Refuses(2))
    with pytest.raises(StorageUnavailable, match="No space left on device"):
        full.append_message("one", Message(message_id="b", role="note", content="second"))
    full.close()
    assert [message.message_id for message in storage.messages("one")] == ["a"]
    assert storage.append_message("one", Message(message_id="b", role="note", content="second")).n == 2


def test_a_limit_on_the_size_of_files_is_met_with_a_refusal(folder, storage):
    storage.create(interview("one"))
    said = Message(message_id="a", role="note", content="x" * 90_000)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
        try:
            FileSessionStorage(folder).append_message("one", said)
        except StorageUnavailable:
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert storage.messages("one") == []
    assert storage.append_message("one", said).n == 1


def test_a_folder_that_may_not_be_written_is_named_at_the_start():
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o555)
        child = os.fork()
        if not child:
            try:
                if not os.geteuid():
                    os.setuid(NOBODY)
                FileSessionStorage(Path(parent) / "sessions").prepare()
            except StorageUnavailable as error:
                os._exit(7 if f"{parent}/sessions" in error.message and "Permission denied" in error.message else 8)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_folder_that_is_not_there_is_no_missing_session(tmp_path):
    storage = FileSessionStorage(tmp_path / "not-mounted")
    for ask in (
        lambda: storage.load("one"),
        lambda: storage.create(interview("one")),
        lambda: storage.delete("one"),
        storage.ping,
    ):
        with pytest.raises(StorageUnavailable):
            ask()


def test_a_folder_that_is_there_says_that_a_session_is_missing(storage):
    storage.ping()
    with pytest.raises(SessionNotFound):
        storage.load("one")
