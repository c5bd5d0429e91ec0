"""The facade over the session storage: the one way in which the product reads and writes sessions."""

from collections.abc import Callable, Mapping
from typing import Any

from database.unit import a_write_is_open
from domain.errors import Invalid
from domain.kinds import make_session
from domain.session import Message, Session
from storage.base import KEEP_KEY, Keep, Page, SessionQuery, SessionStorage

_chosen: list[SessionStorage] = []


def choose_storage(storage: SessionStorage | None) -> None:
    """Say which storage a `SessionManager()` takes when none is given. Called by bootstrap; None takes it back."""
    _chosen[:] = [storage] if storage is not None else []


class SessionManager:
    """Sessions of one owner, or of everybody.

    `user_id=None` means unfiltered and is for staff code, jobs and scripts. With an owner, a missing session and
    somebody else's raise the same SessionAccessDenied.

    Every method raises RuntimeError inside an open `get_db_session` block: a lock held over another store's wait stops
    everybody else who writes.
    """

    def __init__(self, storage: SessionStorage | None = None, user_id: str | None = None) -> None:
        """Take the given storage, or the one that bootstrap chose; raise RuntimeError when there is neither."""
        if storage is None and not _chosen:
            raise RuntimeError("no session storage was chosen: build the application first, or give one")
        self._storage = storage or _chosen[0]
        self.user_id = user_id

    @property
    def storage(self) -> SessionStorage:
        """The storage behind the facade, once it is sure that no relational write is open."""
        if a_write_is_open():
            raise RuntimeError("no session storage inside a get_db_session block: commit first, then call it")
        return self._storage

    def create_session(self, kind: str = "interview", **fields: Any) -> Session:
        """Store and return a new session of this kind, owned by this manager's user unless `user_id` is given.

        Raises Invalid naming the field, SessionExists, SlotTaken.
        """
        owner = fields.pop("user_id", self.user_id)
        if owner is None:
            raise Invalid("user_id", None, "an owner; an unfiltered manager has none of its own")
        if self.user_id is not None and owner != self.user_id:
            raise Invalid("user_id", owner, "the owner of this manager")
        return self.storage.create(make_session(kind, {**fields, "user_id": owner}))

    def save_session(self, session: Session) -> Session:
        """Write what changed since the session was loaded. Raises StaleSession, or as `load_session`."""
        return self.storage.save(session, self.user_id)

    def load_session(self, session_id: str, messages: int | None = None) -> Session:
        """A session with all its messages; `messages=0` brings the header alone, `messages=20` the last twenty."""
        return self.storage.load(session_id, self.user_id, messages=messages)

    def messages(self, session_id: str, *, after: int = 0, limit: int | None = None) -> list[Message]:
        """The messages behind place `after`, oldest first, at most `limit` of them."""
        return self.storage.messages(session_id, self.user_id, after=after, limit=limit)

    def list_sessions(self, **filters: Any) -> Page:
        """A page of this owner's sessions; the filters are the fields of `storage.base.SessionQuery`."""
        if unknown := sorted(set(filters) - set(SessionQuery.__struct_fields__)):
            raise Invalid(unknown[0], filters[unknown[0]], SessionQuery.__struct_fields__)
        if self.user_id is not None:
            filters["user_id"] = self.user_id
        return self.storage.find(SessionQuery(**filters))

    def delete_session(self, session_id: str) -> bool:
        """Remove a session with its messages; tell whether there was one."""
        return self.storage.delete(session_id, self.user_id)

    def append_message(self, session_id: str, message: Message) -> Message:
        """Add a message; the same `message_id` again returns the one that is stored."""
        return self.storage.append_message(session_id, message, self.user_id)

    def transition(
        self, session_id: str, to: str, *, by: str, why: str = "", exclusive_key: str | Keep | None = KEEP_KEY
    ) -> Session:
        """Move a session to another status; the only way a status changes. Raises TransitionRefused, SlotTaken."""
        return self.storage.transition(
            session_id, to, by=by, why=why, exclusive_key=exclusive_key, user_id=self.user_id
        )

    def update_fields(self, session_id: str, fields: Mapping[str, Any], *, kind: str) -> int:
        """Change some fields without loading the session; return its new revision."""
        return self.storage.update_fields(session_id, fields, kind=kind, user_id=self.user_id)

    def update_voice_metadata(self, session_id: str, **fields: Any) -> int:
        """Note what a voice call said of itself (the VOICE_FIELDS), without loading the session."""
        if unknown := sorted(set(fields) - VOICE_FIELDS):
            raise Invalid(unknown[0], fields[unknown[0]], sorted(VOICE_FIELDS))
        return self.update_fields(session_id, fields, kind="interview")


VOICE_FIELDS = frozenset(
    {"hume_conversation_id", "voice_call_started_at", "voice_call_ended_at", "voice_call_duration_seconds"}
)

SessionsOf = Callable[[str | None], SessionManager]
"""Gives the facade for one owner; None for everybody's."""
