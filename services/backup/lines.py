"""How a session and a row are written: one line of JSON each, exactly as they are."""

from collections.abc import Sequence
from typing import Any

import msgspec

from database.columns import TableShape, decode_row, encode_row
from domain.checks import check_session_id
from domain.errors import GreenroomError, Invalid
from domain.kinds import HEADER
from domain.session import Message, Session


class Line(msgspec.Struct):
    """A session: its header as the file storage knows it, and what was said, in order."""

    header: msgspec.Raw
    messages: list[Message]


_LINE = msgspec.json.Decoder(Line)


def session_line(session: Session) -> bytes:
    """The line of a session with its messages; equal for sessions that are equal field by field."""
    line = Line(msgspec.Raw(msgspec.json.encode(session)), list(session.messages))
    return msgspec.json.encode(line) + b"\n"


def session_of(line: bytes) -> Session:
    """The session behind a line. Raises Invalid for anything that `session_line` does not make."""
    try:
        read = _LINE.decode(line)
        session: Session = HEADER.decode(read.header)
        check_session_id(session.session_id)
    except (msgspec.MsgspecError, GreenroomError, UnicodeDecodeError) as error:
        raise Invalid("session", line[:80].decode(errors="replace"), f"a session ({error})") from None
    if [message.n for message in read.messages] != [*range(1, session.message_count + 1)]:
        raise Invalid("session", session.session_id, f"one with its {session.message_count} messages in their order")
    return session.with_messages(read.messages)


def row_line(shape: TableShape, row: Sequence[Any]) -> bytes:
    """The line of a row."""
    return msgspec.json.encode(encode_row(shape, row)) + b"\n"


def row_of(shape: TableShape, line: bytes) -> tuple[Any, ...]:
    """The row behind a line. Raises Invalid."""
    try:
        return decode_row(shape, msgspec.json.decode(line))
    except msgspec.MsgspecError as error:
        raise Invalid(shape.table, line[:80].decode(errors="replace"), f"a row ({error})") from None
