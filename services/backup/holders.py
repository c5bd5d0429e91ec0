"""Sessions that hold an exclusive key, read so that no two of them hold the same one.

Read one after the other, a key may have gone from one session to another in between, and the archive would hold what
never was: two holders. So these few are read again until each key has one.
"""

from domain.errors import Busy, CorruptSession, SessionNotFound
from domain.session import Session
from storage.base import SessionStorage, Unreadable

TRIES = 50


class Holders:
    """Collects their ids while everything is read; `read` gives them at the end. They are all in memory then."""

    def __init__(self, storage: SessionStorage) -> None:
        self._storage = storage
        self._ids: list[str] = []

    def set_aside(self, session: Session) -> bool:
        """Whether this session holds a key and is read later."""
        if session.exclusive_key is None:
            return False
        self._ids.append(session.session_id)
        return True

    def read(self) -> list[Session | Unreadable]:
        """Those that are still there, in the order in which they were set aside. Raises Busy when they never rest."""
        found = {session_id: read_whole(self._storage, session_id) for session_id in self._ids}
        for _ in range(TRIES):
            doubted = _doubted(found)
            if not doubted:
                return [each for each in found.values() if each is not None]
            found.update({session_id: read_whole(self._storage, session_id) for session_id in doubted})
        raise Busy("Sessions hand exclusive keys to each other all the time; try again.")


def read_whole(storage: SessionStorage, session_id: str) -> Session | Unreadable | None:
    """A session with the messages that its header counts; None when it is gone."""
    try:
        session = storage.load(session_id)
        return session.with_messages(storage.messages(session_id, limit=session.message_count))
    except SessionNotFound:
        return None
    except CorruptSession as damage:
        return Unreadable(session_id, damage.message)


def _doubted(found: dict[str, Session | Unreadable | None]) -> list[str]:
    """The ids of those that seem to hold one key together."""
    by_key: dict[str, list[str]] = {}
    for session_id, each in found.items():
        if isinstance(each, Session) and each.exclusive_key is not None:
            by_key.setdefault(each.exclusive_key, []).append(session_id)
    return [session_id for ids in by_key.values() if len(ids) > 1 for session_id in ids]
