"""The file of messages: torn ends, damage, and reading no more than is needed."""

import io
import os

import pytest
import structlog

from domain.errors import CorruptSession
from domain.session import Message
from storage.base import Unreadable
from storage.file import messages as messages_module
from tests.contract.storage.samples import interview


def said(message_id, content="something"):
    return Message(message_id=message_id, role="note", content=content)


@pytest.fixture
def lines(storage):
    """A session with three messages, and its file."""
    storage.create(interview("one"))
    for n in range(1, 4):
        storage.append_message("one", said(f"m{n}"))
    return storage._layout.messages("one")


TORN = [b"{", b'{"crc32":"0000', b'{"crc32":"00000000","message":{}}\n', b"\x00" * 300, b"\n", b"x" * 20_000]


@pytest.mark.parametrize("torn", TORN, ids=range(len(TORN)))
def test_a_torn_end_is_never_read_and_is_cut_and_reported_by_the_next_append(storage, lines, torn):
    whole = lines.stat().st_size
    with lines.open("ab") as file:
        file.write(torn)
    assert storage.load("one").message_count == 3
    assert [message.n for message in storage.messages("one")] == [1, 2, 3]
    assert [message.n for message in storage.messages("one", last=2)] == [2, 3]
    with structlog.testing.capture_logs() as logs:
        assert storage.append_message("one", said("m4")).n == 4
    assert [(log["event"], log["at_byte"], log["cut_bytes"]) for log in logs] == [
        ("torn_message_cut", whole, len(torn))
    ]
    assert [message.message_id for message in storage.messages("one")] == ["m1", "m2", "m3", "m4"]


@pytest.mark.parametrize("line", [0, 1])
def test_damage_before_the_end_is_said_and_nothing_is_changed(storage, lines, line):
    stored = lines.read_bytes().split(b"\n")
    stored[line] = stored[line].replace(b"something", b"somethinG")
    damaged = b"\n".join(stored)
    lines.write_bytes(damaged)
    with pytest.raises(CorruptSession, match="damaged"):
        storage.messages("one")
    with pytest.raises(CorruptSession):
        storage.messages("one", last=3)
    assert lines.read_bytes() == damaged
    (unreadable,) = storage.scan()
    assert unreadable == Unreadable("one", unreadable.reason)


def test_two_damaged_lines_at_the_end_are_no_torn_write(storage, lines):
    lines.write_bytes(lines.read_bytes() + b"damaged\ndamaged\n")
    with pytest.raises(CorruptSession):
        storage.append_message("one", said("m4"))


@pytest.fixture
def long_talk(storage):
    """A session with 10,000 messages."""
    session = interview("long")
    storage.write_many([session.with_messages([said(f"m{n}", f"{n} " * 50) for n in range(1, 10_001)])])
    return storage


class _Counted(io.FileIO):
    read_bytes = 0

    def readinto(self, buffer):
        got = super().readinto(buffer)
        _Counted.read_bytes += got or 0
        return got


@pytest.fixture
def bytes_read(monkeypatch):
    """How many bytes of messages a call reads."""
    pread, plain_open = os.pread, messages_module.Path.open

    def counted(fd, size, start):
        data = pread(fd, size, start)
        _Counted.read_bytes += len(data)
        return data

    def opened(path, mode="r", buffering=-1):
        counts = mode == "rb" and buffering
        return io.BufferedReader(_Counted(path, "r")) if counts else plain_open(path, mode, buffering)

    monkeypatch.setattr(messages_module.os, "pread", counted)
    monkeypatch.setattr(messages_module.Path, "open", opened)

    def measure(call):
        _Counted.read_bytes = 0
        result = call()
        return _Counted.read_bytes, result

    return measure


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"last": 20}, range(9_981, 10_001)),
        ({"after": 9_990}, range(9_991, 10_001)),
        ({"after": 5_000, "limit": 3}, range(5_001, 5_004)),
        ({"after": 1, "limit": 2}, range(2, 4)),
        ({"after": 10_000}, range(0)),
        ({"after": 20_000}, range(0)),
        ({"limit": 1}, range(1, 2)),
    ],
)
def test_a_slice_of_a_long_file_reads_a_small_part_of_it(long_talk, bytes_read, asked, wanted):
    size = long_talk._layout.messages("long").stat().st_size
    read, found = bytes_read(lambda: long_talk.messages("long", **asked))
    assert [message.n for message in found] == list(wanted)
    assert read < size / 20, "negative control: reading it whole"


def test_reading_all_of_it_is_what_the_measure_would_see(long_talk, bytes_read):
    size = long_talk._layout.messages("long").stat().st_size
    read, found = bytes_read(lambda: long_talk.messages("long"))
    assert len(found) == 10_000
    assert read >= size


def test_an_append_reads_as_little_after_10000_messages_as_after_one(long_talk, bytes_read):
    long_talk.append_message("long", said("first after the import"))
    read, stored = bytes_read(lambda: long_talk.append_message("long", said("next")))
    assert stored.n == 10_002
    assert read < 40_000
    read, again = bytes_read(lambda: long_talk.append_message("long", said("m5000")))
    assert again.n == 5_000
    assert read < 40_000


def test_every_slice_of_uneven_lines_is_what_a_list_would_give(storage):
    session = interview("uneven")
    talk = [said(f"m{n}", "x" * (n * n * 7919 % 30_000)) for n in range(1, 121)]
    storage.write_many([session.with_messages(talk)])
    for after in range(0, 125, 3):
        assert [message.n for message in storage.messages("uneven", after=after, limit=4)] == list(
            range(after + 1, min(after + 5, 121))
        )
        assert [message.n for message in storage.messages("uneven", last=after)] == list(
            range(max(1, 121 - after), 121)
        )
