"""The storage contract. Every promise made here is a test in `tests/contract/storage`, run against every backend.

The public methods check what comes in and say what may go wrong; a backend fills in the few methods below them, whose
names begin with an underscore, and may trust what reaches it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import msgspec

from domain import checks, clock
from domain.errors import (
    Busy,
    Invalid,
    SessionAccessDenied,
    SessionNotFound,
    StaleSession,
)
from domain.kinds import kind_named
from domain.session import Message, Session, SessionSummary, Transition
from storage.bulk import BulkStorage, Stamp, Unreadable
from storage.cursor import Cursor
from storage.query import Page, SessionQuery, checked

if TYPE_CHECKING:
    from storage.registry import StorageConfig

__all__ = [
    "KEEP_KEY",
    "BulkStorage",
    "Keep",
    "MovableStorage",
    "Page",
    "SessionQuery",
    "SessionStorage",
    "Stamp",
    "Unreadable",
]

TRANSITION_TRIES = 8
COUNT_LIMIT = 2**31 - 1


class Keep(msgspec.Struct, frozen=True):
    """The type of `KEEP_KEY`."""


KEEP_KEY: Final = Keep()
"""The key of a session stays as it is through this transition."""


class SessionStorage(ABC):
    """Keeps sessions.

    Implementations are safe to share between threads and to use after a fork. With a `user_id` given, a missing session
    and somebody else's raise the same SessionAccessDenied, so nobody learns which; without one a missing session is
    SessionNotFound. An empty user id is a user id: it never means "no filter".

    Every method raises Invalid for values that no backend would keep, and StorageUnavailable when the engine is away.
    """

    name: ClassVar[str]
    """The alias under which the registry knows this backend."""

    @classmethod
    @abstractmethod
    def from_config(cls, config: "StorageConfig") -> Self:
        """Open the place that the settings name. Engines are connected lazily, per process."""

    @abstractmethod
    def prepare(self) -> None:
        """Bring the place into the shape this release needs: folders, tables, indexes, validators.

        Idempotent, and safe when several processes do it at once. Called once at every start, before anything else.
        """

    # --- writing -----------------------------------------------------------------------------------------------------

    def create(self, session: Session) -> Session:
        """Store a new session and return it with revision 1.

        Raises SessionExists when the id is taken, else SlotTaken when another session holds its exclusive key. Once
        this returns, the session survives the death of the process.
        """
        checks.check_session(session)
        fresh = _as_created(session)
        self._insert(fresh)
        return fresh

    def save(self, session: Session, user_id: str | None = None) -> Session:
        """Write what changed since `session` was loaded, and nothing else.

        Status, history, exclusive key and messages are not written: they have owners of their own. Fields that a newer
        release wrote are kept. Returns the session itself with its new revision; one that has not changed is returned
        as it is. Raises StaleSession (carrying the current revision) if somebody saved in between, SessionNotFound if
        it is gone or its id has become one of another kind. Once this returns, the change survives the death of the
        process.
        """
        checks.check_session_id(session.session_id)
        checks.check_owner(user_id)
        changes = session.changed_fields()
        if not changes:
            return session
        changes = checks.check_changes(session, changes)
        updated_at = clock.now()
        written = self._update(
            session.session_id, changes, updated_at, kind=session.kind, user_id=user_id, revision=session.revision
        )
        if written is None:
            raise self._refusal(session, user_id)
        return _as_saved(session, changes, written, updated_at)

    def update_fields(
        self, session_id: str, fields: Mapping[str, Any], *, kind: str, user_id: str | None = None
    ) -> int:
        """Change some fields without loading the session, whatever its revision is; return the new revision.

        A session of another kind counts as missing. Raises Invalid for a field that the kind does not have or that has
        another owner, SessionNotFound or SessionAccessDenied when there is none.
        """
        checks.check_session_id(session_id)
        checks.check_owner(user_id)
        changes = checks.check_update(kind_named(kind), fields)
        written = self._update(session_id, changes, clock.now(), kind=kind, user_id=user_id, revision=None)
        if written is None:
            raise _missing(session_id, user_id)
        return written

    def transition(
        self,
        session_id: str,
        to: str,
        *,
        by: str,
        why: str = "",
        exclusive_key: str | Keep | None = KEEP_KEY,
        user_id: str | None = None,
    ) -> Session:
        """Move a session to another status, atomically, and write it into its history; return the header.

        A terminal status gives up the exclusive key in the same write; `exclusive_key` takes or gives one up. Raises
        TransitionRefused when the kind's lifecycle knows no such way from the status the session has *then*, SlotTaken
        naming the holder, Busy after too many others moved it at once.
        """
        checks.check_text("by", by, limit=200)
        checks.check_text("why", why, limit=2_000)
        if not isinstance(exclusive_key, Keep) and exclusive_key is not None:
            checks.check_text("exclusive_key", exclusive_key, limit=200)
        for _ in range(TRANSITION_TRIES):
            session = self.load(session_id, user_id)
            step = _step(session, to, by, why)
            moved = self._move(session, step, _key_after(session, step.to_status, exclusive_key))
            if moved is not None:
                return moved
        raise Busy("Too many others changed this session at once; try again.", session_id=session_id)

    def append_message(self, session_id: str, message: Message, user_id: str | None = None) -> Message:
        """Add a message at the end and return it with its place `n`.

        Atomic, at the same cost whatever the length, in no conflict with a `save` at the same time: neither `revision`
        nor `updated_at` change. A `message_id` that is there already is not stored again: the stored message is
        returned. Raises SessionNotFound or
        SessionAccessDenied. Once this returns, the message survives the death of the process.
        """
        checks.check_session_id(session_id)
        checks.check_owner(user_id)
        checks.check_message(message)
        stored = self._append(session_id, message, user_id)
        if stored is None:
            raise _missing(session_id, user_id)
        return stored

    def delete(self, session_id: str, user_id: str | None = None) -> bool:
        """Remove a session with its messages and its claim on an exclusive key; tell whether there was one.

        With a user given, a missing or foreign one raises SessionAccessDenied. A session that `load` calls corrupt can
        be removed too: by its owner, where what is stored still says who that is, else only without a user; with one,
        the same CorruptSession is raised as on `load`.
        """
        checks.check_session_id(session_id)
        checks.check_owner(user_id)
        deleted = self._delete(session_id, user_id)
        if not deleted and user_id is not None:
            raise SessionAccessDenied(session_id)
        return deleted

    # --- reading -----------------------------------------------------------------------------------------------------

    def load(self, session_id: str, user_id: str | None = None, *, messages: int | None = 0) -> Session:
        """A session: the header alone, or with its last `messages`, or with all of them (None).

        Raises SessionNotFound, SessionAccessDenied, CorruptSession.
        """
        checks.check_session_id(session_id)
        checks.check_owner(user_id)
        _check_slice(0, None, messages)
        session, said = (self._load(session_id), []) if messages == 0 else self._load_with(session_id, messages)
        if session is None or (user_id is not None and session.user_id != user_id):
            raise _missing(session_id, user_id)
        return session.with_messages(said) if messages != 0 else session

    def exists(self, session_id: str, user_id: str | None = None) -> bool:
        """Whether `load` would find it for this user."""
        try:
            self.load(session_id, user_id)
        except (SessionNotFound, SessionAccessDenied):
            return False
        return True

    def messages(
        self,
        session_id: str,
        user_id: str | None = None,
        *,
        after: int = 0,
        limit: int | None = None,
        last: int | None = None,
    ) -> list[Message]:
        """A slice of a session's messages, oldest first: those with `n > after`, at most `limit`; or the `last` ones.

        Raises SessionNotFound or SessionAccessDenied; Invalid when `last` is combined with the others.
        """
        _check_slice(after, limit, last)
        self.load(session_id, user_id)
        if last is not None:
            return self._last_messages(session_id, last)
        return self._messages_after(session_id, after, limit)

    def find(self, query: SessionQuery) -> Page:
        """A page of sessions, as summaries.

        Paging neither repeats nor skips a session that was there all along, whatever is added meanwhile. Raises Invalid
        for an unknown kind, status or order, and for a cursor that was tampered with or belongs to another query.
        """
        query = checked(query)
        place = Cursor.read(query.cursor, query) if query.cursor is not None else None
        rows = self._find(query, place, query.limit + 1)
        items = rows[: query.limit]
        more = len(rows) > query.limit
        return Page(items=items, next_cursor=Cursor.after(items[-1], query).text(query) if more else None)

    def ids_of(self, user_id: str) -> Iterator[str]:
        """The id of every session of this user, in no order, also while the ones that were told are being deleted.

        Those that cannot be read are among them, as long as what is stored still says whose they are.
        """
        if user_id is None:
            raise Invalid("user_id", user_id, "a text: this is never asked of everybody")
        checks.check_owner(user_id)
        return self._ids_of(user_id)

    def purge_deleted(self) -> None:
        """Finish the deletions that a crash interrupted, and give up what was kept of deleted sessions beside.

        Idempotent, and safe while others write. What an engine keeps for reasons of its own (a log of its changes, its
        backups) stays as long as the engine says.
        """
        self._purge_deleted()

    @abstractmethod
    def ping(self) -> None:
        """Return when the engine answers within a second; raise StorageUnavailable when it does not."""

    @abstractmethod
    def close(self) -> None:
        """Give back connections and files. The storage is not used afterwards; closing twice is fine."""

    # --- what a backend fills in -------------------------------------------------------------------------------------

    @abstractmethod
    def _insert(self, session: Session) -> None:
        """Store the header durably. Raises SessionExists, SlotTaken."""

    @abstractmethod
    def _load(self, session_id: str) -> Session | None:
        """The header, with `remember` set to read the stored bytes again; None when there is none."""

    def _load_with(self, session_id: str, last: int | None) -> tuple[Session | None, list[Message]]:
        """The header with its last messages, or all of them (None). A backend that can ask for both at once does."""
        said = self._messages_after(session_id, 0, None) if last is None else self._last_messages(session_id, last)
        return self._load(session_id), said

    @abstractmethod
    def _update(
        self,
        session_id: str,
        changes: Mapping[str, Any],
        updated_at: datetime,
        *,
        kind: str,
        user_id: str | None,
        revision: int | None,
    ) -> int | None:
        """Write these fields and `updated_at`, raise the revision by one, return it.

        Only where the id, the kind, the owner (unless None) and the revision (unless None) match; else return None and
        change nothing. Fields that this release does not know stay.
        """

    @abstractmethod
    def _move(self, session: Session, step: Transition, exclusive_key: str | None) -> Session | None:
        """Set status and exclusive key, add the step to the history (cut to its limit), raise the revision by one.

        Only while the stored status and exclusive key are those of `session` as it was loaded, whatever the revision;
        else return None and change nothing. `updated_at` becomes the time of the step. Returns the header as written,
        with `remember` set. Raises SlotTaken when another session holds the key.
        """

    @abstractmethod
    def _append(self, session_id: str, message: Message, user_id: str | None) -> Message | None:
        """Store the message at `n + 1` and count it, or return the one stored under this id; None when no session."""

    @abstractmethod
    def _delete(self, session_id: str, user_id: str | None) -> bool:
        """Remove header, messages and claim, durably; only where the owner matches (unless None).

        Reads no more of what is stored than it needs. Raises CorruptSession when it needs the owner and cannot read it.
        """

    @abstractmethod
    def _messages_after(self, session_id: str, after: int, limit: int | None) -> list[Message]:
        """Messages with `n > after` in order, at most `limit` of them."""

    @abstractmethod
    def _last_messages(self, session_id: str, count: int) -> list[Message]:
        """The last `count` messages, in order."""

    @abstractmethod
    def _find(self, query: SessionQuery, place: Cursor | None, limit: int) -> list[SessionSummary]:
        """Up to `limit` summaries in the order of the query, beginning right behind `place`."""

    @abstractmethod
    def _ids_of(self, user_id: str) -> Iterator[str]:
        """The ids of this user's sessions, read in parts, without reading the sessions themselves."""

    @abstractmethod
    def _purge_deleted(self) -> None:
        """Remove what deletions left behind."""

    def _refusal(self, session: Session, user_id: str | None) -> Exception:
        """Why a save matched nothing: missing, foreign, of another kind by now, or stale."""
        present = self.load(session.session_id, user_id)
        if present.kind != session.kind:
            return _missing(session.session_id, user_id)
        if present.revision == session.revision:
            return Busy("This session changed while it was being saved; try again.", session_id=session.session_id)
        return StaleSession(session.session_id, present.revision)


class MovableStorage(SessionStorage, BulkStorage):
    """A storage that can be moved to and from, backed up and restored: both contracts in one."""


def _as_created(session: Session) -> Session:
    fresh = msgspec.structs.replace(session, revision=1, message_count=0, history=[], updated_at=session.created_at)
    return _remembering(fresh)


def _as_saved(session: Session, changes: Mapping[str, Any], revision: int, updated_at: datetime) -> Session:
    session.revision = revision
    session.updated_at = updated_at
    return _remembering(session) if session.as_stored() is None else session.note_written(changes)


def _remembering(session: Session) -> Session:
    written = msgspec.json.encode(session)
    return session.remember(lambda: msgspec.json.decode(written, type=type(session)))


def _step(session: Session, to: str, by: str, why: str) -> Transition:
    target = session.lifecycle.check(session.status, to)
    return Transition(at=clock.now(), by=by, from_status=session.status, to_status=str(target), why=why)


def _key_after(session: Session, to_status: str, asked: str | Keep | None) -> str | None:
    if session.lifecycle.is_terminal(to_status):
        return None
    return session.exclusive_key if isinstance(asked, Keep) else asked


def _missing(session_id: str, user_id: str | None) -> SessionNotFound | SessionAccessDenied:
    return SessionNotFound(session_id) if user_id is None else SessionAccessDenied(session_id)


def _check_slice(after: int, limit: int | None, last: int | None) -> None:
    if last is not None and (after or limit is not None):
        raise Invalid("last", last, "nothing together with after or limit")
    checks.check_count("after", after, 0, COUNT_LIMIT)
    for field, value in (("limit", limit), ("last", last)):
        if value is not None:
            checks.check_count(field, value, 0, COUNT_LIMIT)
