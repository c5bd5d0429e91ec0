"""The messages of one session in a file: one a line, each line JSON with its own checksum.

    {"crc32":"89abcdef","message":{"n":1,"message_id":"…",…}}

Nothing here needs an index: how many there are stands in the last line, and a place is found by halving the file.
Reading needs no lock. What the last line lacks (a crash stopped its write, or somebody is writing it right now) is no
message yet; any other line that does not match its checksum is damage, and is said to be.
"""

import os
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from domain.session import Message

_OPENING = b'{"crc32":"'
_BODY = len(_OPENING) + 8 + len(b'","message":')
_BLOCK = 8192
_LINE = msgspec.json.Decoder(Message)


class _Numbered(msgspec.Struct):
    n: int


_NUMBER = msgspec.json.Decoder(_Numbered)


class DamagedMessages(Exception):
    """A line before the last one does not match its checksum."""


class Tail(NamedTuple):
    """How a file ends: `n` of its last message, where that line ends, and how large the file is.

    `size` is greater than `end` while there is a torn line.
    """

    n: int
    end: int
    size: int


class Placed(NamedTuple):
    """A message and the place where its line begins."""

    start: int
    message: Message


def line_of(message: Message) -> bytes:
    """The line that stores a message."""
    body = msgspec.json.encode(message)
    return b'%s%08x","message":%s}\n' % (_OPENING, zlib.crc32(body), body)


def tail_of(path: Path) -> Tail:
    """How the file ends, at a cost that does not depend on its length. Raises DamagedMessages."""
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        lines = list(islice(_backwards(file.fileno(), size), 2))
    for start, line in lines:
        if _is_whole(line):
            return Tail(_NUMBER.decode(line[_BODY:-2]).n, start + len(line), size)
    if len(lines) > 1:
        raise DamagedMessages(f"more than the last line is damaged, from byte {lines[1][0]}")
    return Tail(0, 0, size)


def last_messages(path: Path, count: int) -> list[Message]:
    """The last `count` messages in order, read from the end of the file."""
    found: list[Message] = []
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        for start, line in _backwards(file.fileno(), size):
            if len(found) == count:
                break
            if _is_whole(line):
                found.append(_LINE.decode(line[_BODY:-2]))
            elif start + len(line) < size:
                raise DamagedMessages(f"the line at byte {start} is damaged")
    return found[::-1]


def messages_after(path: Path, after: int, limit: int | None) -> list[Message]:
    """Messages with `n > after` in order, at most `limit`; what lies far before them is not read."""
    with path.open("rb") as file:
        start = _place_before(file, after) if after else 0
        following = (placed.message for placed in _forwards(file, start) if placed.message.n > after)
        return list(islice(following, limit))


def all_messages(path: Path) -> list[Message]:
    """Every message in order, from one reading of the file. Raises DamagedMessages."""
    *lines, torn = path.read_bytes().split(b"\n")
    whole = [line for line in lines if _matches(line)]
    if len(whole) < len(lines) - 1 or (len(whole) < len(lines) and (torn or _matches(lines[-1]))):
        raise DamagedMessages("a line before the last one is damaged")
    return [_LINE.decode(line[_BODY:-1]) for line in whole]


def placed_messages(path: Path, start: int) -> Iterator[Placed]:
    """Messages with their places, from the line that begins at `start`, in constant memory."""
    with path.open("rb") as file:
        yield from _forwards(file, start)


def message_at(path: Path, start: int) -> Message | None:
    """The message whose line begins at this place; None when none does."""
    with path.open("rb") as file:
        file.seek(start)
        line = file.readline()
    return _LINE.decode(line[_BODY:-2]) if _is_whole(line) else None


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") and _matches(line[:-1])


def _matches(line: bytes) -> bool:
    """Whether a line, without its end, is as its checksum says."""
    if not (line.startswith(_OPENING) and line.endswith(b"}")):
        return False
    return line[len(_OPENING) : len(_OPENING) + 8] == b"%08x" % zlib.crc32(line[_BODY:-1])


def _forwards(file: BinaryIO, start: int) -> Iterator[Placed]:
    file.seek(start)
    damaged_at: int | None = None
    for line in file:
        if damaged_at is not None:
            raise DamagedMessages(f"the line at byte {damaged_at} is damaged")
        if not line.endswith(b"\n"):
            return
        if _is_whole(line):
            yield Placed(start, _LINE.decode(line[_BODY:-2]))
        else:
            damaged_at = start
        start += len(line)


def _backwards(fd: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Lines with their places, the last one first; a last piece without its line's end counts as a line."""
    known, block = b"", _BLOCK
    while end or known:
        cut = known.rfind(b"\n", 0, -1) + 1
        if cut or not end:
            yield end + cut, known[cut:]
            known = known[:cut]
            block = _BLOCK
        else:
            start = max(0, end - block)
            known = _read(fd, start, end - start) + known
            end, block = start, block * 2


def _read(fd: int, start: int, size: int) -> bytes:
    """Exactly these bytes, or fewer where the file was cut meanwhile."""
    parts = []
    while size and (part := os.pread(fd, size, start)):
        parts.append(part)
        start, size = start + len(part), size - len(part)
    return b"".join(parts)


def _place_before(file: BinaryIO, after: int) -> int:
    """The beginning of a line at or before the first one with `n > after`, and not far from it."""
    low, high = 0, os.fstat(file.fileno()).st_size
    while high - low > _BLOCK:
        middle = (low + high) // 2
        file.seek(middle)
        start = middle + len(file.readline())
        line = file.readline()
        if start < high and _is_whole(line) and _NUMBER.decode(line[_BODY:-2]).n <= after:
            low = start
        else:
            high = middle
    return low
