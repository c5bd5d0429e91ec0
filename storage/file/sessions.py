"""One session's files, read and written; what the index makes of them is nobody's business here."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import structlog

from domain.errors import CorruptSession, StorageUnavailable
from domain.session import Message, Session
from storage.file import header, messages
from storage.file.messages import DamagedMessages, Tail
from storage.file.place import Place

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Stored(NamedTuple):
    """A session as it stands on the disk: its header file, what that says, and how its messages end."""

    data: bytes
    session: Session
    tail: Tail


class Stamp(NamedTuple):
    """What can be seen of a session's files without reading them."""

    header: str
    messages_size: int
    changed_at: float


class SessionFiles:
    """Headers and messages by session id. Reading needs no lock; writing needs the session's."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def header(self, session_id: str) -> bytes | None:
        """The header file as it is; None when there is no such session. Raises StorageUnavailable."""
        try:
            return self._place.layout.header(session_id).read_bytes()
        except FileNotFoundError:
            self.check_shelf(session_id)
            return None

    def check_shelf(self, session_id: str) -> None:
        """Raise StorageUnavailable when a volume that is not mounted would look like a session that does not exist."""
        if not self._place.layout.session(session_id).parent.is_dir():
            raise StorageUnavailable("The folder of the session storage is not there.")

    def read(self, session_id: str) -> Stored | None:
        """What is stored of a session, but for the messages themselves. Raises CorruptSession."""
        data = self.header(session_id)
        if data is None:
            return None
        try:
            session = header.parse(data, session_id)
        except CorruptSession:
            log.exception("session_header_damaged", path=str(self._place.layout.header(session_id)))
            raise
        tail = self.tail(session_id)
        session.message_count = tail.n
        return Stored(data, session, tail)

    def load(self, session_id: str) -> Session | None:
        """The session with the count of its messages. Raises CorruptSession."""
        stored = self.read(session_id)
        return None if stored is None else stored.session

    def stamp(self, session_id: str) -> Stamp | None:
        """What tells these files from those before and after them; None when there is no session."""
        try:
            header_file = self._place.layout.header(session_id).stat()
        except FileNotFoundError:
            return None
        try:
            messages_size = self._place.layout.messages(session_id).stat().st_size
        except FileNotFoundError:
            messages_size = 0
        header_stamp = f"{header_file.st_mtime_ns}-{header_file.st_size}-{header_file.st_ino}"
        return Stamp(header_stamp, messages_size, header_file.st_mtime)

    def carries(self, session_id: str, key: str) -> bool:
        """Whether the stored header carries this exclusive key."""
        data = self.header(session_id)
        return data is not None and header.parse(data, session_id).exclusive_key == key

    def names_owner(self, session_id: str, user_id: str) -> bool:
        """Whether a header that may be damaged says that the session is this user's."""
        data = self.header(session_id)
        return data is not None and header.names_owner(data, user_id)

    def write_header(self, session_id: str, data: bytes) -> None:
        """Put a header in place; durable when this returns."""
        self._place.files.replace(self._place.layout.header(session_id), data)

    def write_messages(self, session_id: str, stored: bytes) -> None:
        """Put all messages in place; durable when this returns."""
        self._place.files.replace(self._place.layout.messages(session_id), stored)

    def append(self, session_id: str, line: bytes, tail: Tail) -> None:
        """Add a line behind the last whole one; durable when this returns. A torn line is cut off and reported."""
        path = self._place.layout.messages(session_id)
        if tail.size > tail.end:
            log.warning("torn_message_cut", path=str(path), at_byte=tail.end, cut_bytes=tail.size - tail.end)
        if not path.exists():
            self._place.files.replace(path, b"")
        self._place.files.extend(path, line, tail.end)

    def tail(self, session_id: str) -> Tail:
        """How the messages end."""
        return self._read(session_id, messages.tail_of, missing=Tail(0, 0, 0))

    def last(self, session_id: str, count: int) -> list[Message]:
        """The last `count` messages, in order."""
        return self._read(session_id, lambda path: messages.last_messages(path, count), missing=[])

    def after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        """Messages with `n > after`, at most `limit`."""
        return self._read(session_id, lambda path: messages.messages_after(path, after, limit), missing=[])

    def all(self, session_id: str) -> list[Message]:
        """Every message, in order."""
        return self._read(session_id, messages.all_messages, missing=[])

    def places_from(self, session_id: str, start: int) -> list[tuple[str, int]]:
        """The ids of the messages from a line's beginning on, each with the place of its line."""
        return self._read(session_id, lambda path: _ids_and_places(path, start), missing=[])

    def stored_as(self, session_id: str, message_id: str, places: list[int]) -> Message | None:
        """The message of this id, if it stands at one of these places."""
        for place in places:
            message = messages.message_at(self._place.layout.messages(session_id), place)
            if message is not None and message.message_id == message_id:
                return message
        return None

    def _read(self, session_id: str, read: Callable[[Path], T], missing: T) -> T:
        path = self._place.layout.messages(session_id)
        for last_time in (False, False, True):
            try:
                return read(path)
            except FileNotFoundError:
                return missing
            except DamagedMessages as damage:
                # Read without a lock, a torn line that is being replaced may look like damage, for a moment.
                if last_time:
                    log.exception("session_messages_damaged", path=str(path))
                    raise header.corrupt(session_id, f"its messages: {damage}") from damage
        raise AssertionError("unreachable: the last time returns or raises")


def _ids_and_places(path: Path, start: int) -> list[tuple[str, int]]:
    return [(placed.message.message_id, placed.start) for placed in messages.placed_messages(path, start)]
