"""Claims on exclusive keys. A claim file names a session, and is valid only while that session carries the key.

The order of steps is what makes it safe: the claim is durable before the header that carries the key, and the header
without the key is durable before the claim is removed. A crash in between leaves a claim whose session does not carry
the key; that claim binds nobody. All of it happens under the lock of the key, so a claim that is not valid belongs to
nobody who is still at it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.checks import check_session_id
from domain.errors import Invalid, SlotTaken
from storage.file.place import Place


class Claims:
    """Who holds which key. `carries(session_id, key)` says whether a stored header carries the key."""

    def __init__(self, place: Place, carries: Callable[[str, str], bool]) -> None:
        self._place = place
        self._carries = carries

    @contextmanager
    def taking(self, key: str | None, session_id: str) -> Iterator[None]:
        """Claim a key for as long as it takes to write the header that carries it. Raises SlotTaken."""
        if key is None:
            yield
            return
        with self._place.locks.hold(self._place.layout.claim_lock(key)):
            holder = self._named(key)
            if holder not in (None, session_id) and self._carries(holder, key):
                raise SlotTaken(key, holder)
            self._place.files.replace(self._place.layout.claim(key), f"{session_id}\n".encode())
            yield

    def release(self, key: str | None, session_id: str) -> None:
        """Remove a claim of this session that is not valid any more; anybody else's stays."""
        if key is None:
            return
        with self._place.locks.hold(self._place.layout.claim_lock(key)):
            if self._named(key) == session_id and not self._carries(session_id, key):
                self._place.files.remove(self._place.layout.claim(key))

    def restore(self, key: str | None, session_id: str) -> None:
        """Write the claim of a session that carries the key when there is none, as after a partial restore."""
        if key is None:
            return
        with self._place.locks.hold(self._place.layout.claim_lock(key)):
            if self._named(key) is None:
                self._place.files.replace(self._place.layout.claim(key), f"{session_id}\n".encode())

    def _named(self, key: str) -> str | None:
        try:
            return check_session_id(self._place.layout.claim(key).read_text(errors="replace").strip())
        except (FileNotFoundError, Invalid):
            return None
