"""The session: the header that every kind shares, its messages, and the summary that lists show.

A header is a msgspec struct tagged by `kind`; the kinds themselves live one in a module beside this one and are
gathered in `domain/kinds.py`. Messages never stand in the header.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import uuid4

import msgspec
from msgspec import Meta

from domain import clock
from domain.errors import Invalid
from domain.lifecycle import Lifecycle, Phase

SCHEMA_VERSION = 1
HISTORY_LIMIT = 1000
"""How many transitions a header remembers; older ones fall off."""

PAGE_LIMIT = 200
"""How many rows one page may hold."""

SESSION_ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"

Identifier = Annotated[str, Meta(max_length=200)]
ShortText = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=2_000)]
LongText = Annotated[str, Meta(max_length=20_000)]
MessageText = Annotated[str, Meta(max_length=100_000)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]

OWNED_BY_TRANSITION = frozenset({"status", "history", "exclusive_key"})
"""Fields that only a transition changes."""
OWNED_BY_STORAGE = frozenset({"session_id", "created_at", "updated_at", "revision", "message_count", "schema_version"})
"""Fields that the storage keeps by itself."""


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a session's history: who moved it when, from where to where, and why."""

    at: datetime
    by: ShortText
    from_status: ShortText
    to_status: ShortText
    why: Text = ""


class Message(msgspec.Struct, kw_only=True):
    """Something said in a session.

    `message_id` comes from whoever sends it, so that a retry is not a second message. `n` counts 1, 2, 3 … within the
    session and is given by the storage; 0 means not stored yet.
    """

    message_id: Identifier
    role: Annotated[str, Meta(min_length=1, max_length=40)]
    content: MessageText
    timestamp: datetime = msgspec.field(default_factory=clock.now)
    meta: dict[str, Any] = msgspec.field(default_factory=dict)
    n: Count = 0


class Session(msgspec.Struct, kw_only=True, tag_field="kind", dict=True):
    """What every kind of session has. Times are UTC in whole milliseconds.

    Subclasses declare `tag=` and a `lifecycle`. `messages` holds what was loaded with the header, read-only; it is no
    field and is never stored with it.
    """

    lifecycle: ClassVar[Lifecycle]
    judged_together: ClassVar[frozenset[str]] = frozenset()
    """Fields that `check_kind` compares with each other, so that none of them can be changed without loading."""

    session_id: str = msgspec.field(default_factory=lambda: str(uuid4()))
    user_id: Identifier
    user_email: Annotated[str, Meta(max_length=320)] | None = None
    title: ShortText = ""
    status: ShortText = ""
    starts_at: datetime | None = None
    parent_id: Identifier | None = None
    exclusive_key: Identifier | None = None
    created_at: datetime = msgspec.field(default_factory=clock.now)
    updated_at: datetime = msgspec.field(default_factory=clock.now)
    archived_at: datetime | None = None
    revision: Count = 0
    message_count: Count = 0
    history: list[Transition] = []
    schema_version: Annotated[int, Meta(ge=1, le=2**31 - 1)] = SCHEMA_VERSION
    extra: dict[str, Any] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not isinstance(getattr(cls, "lifecycle", None), Lifecycle):
            raise TypeError(f"{cls.__name__} declares no lifecycle")

    def __post_init__(self) -> None:
        if not self.status:
            self.status = str(self.lifecycle.initial)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.__struct_fields__:
            raise AttributeError(f"a session of kind {self.kind} has no field {name!r}")
        super().__setattr__(name, value)

    @property
    def kind(self) -> str:
        """The tag that tells the kinds apart in storage."""
        return str(self.__struct_config__.tag)

    @property
    def phase(self) -> Phase:
        """What the status means to somebody who does not know the kind."""
        return self.lifecycle.phase_of(self.status)

    def check_kind(self) -> None:
        """Refuse what contradicts itself in this kind. Raises Invalid; most kinds have no such rule."""

    @property
    def is_over(self) -> bool:
        """True in a terminal status."""
        return self.lifecycle.is_terminal(self.status)

    @property
    def etag(self) -> str:
        """Changes whenever the header or the messages do."""
        return f"{self.revision}-{self.message_count}"

    @property
    def messages(self) -> Sequence[Message]:
        """The messages that were loaded with this header, oldest first; empty when none were asked for."""
        loaded: Sequence[Message] = self.__dict__.get("messages_loaded", ())
        return loaded

    def with_messages(self, messages: Sequence[Message]) -> Self:
        """Attach what was loaded beside the header and return the session itself."""
        self.__dict__["messages_loaded"] = tuple(messages)
        return self

    def remember(self, as_stored: "Callable[[], Session]") -> Self:
        """Keep a way to see this session as it was stored, so that a save can tell what changed.

        It is called only when something is saved: a mere reader pays nothing. Returns the session itself.
        """
        self.__dict__["recall"] = as_stored
        return self

    def as_stored(self) -> "Session | None":
        """The session as it was last loaded or saved; None for one that never was (a new one, or a copy)."""
        recall: Callable[[], Session] | None = self.__dict__.get("recall")
        if recall is None:
            return None
        stored = recall()
        self.remember(lambda: stored)
        return stored

    def note_written(self, changes: Mapping[str, Any]) -> Self:
        """Remember that these fields of it are stored by now, as values that nobody else holds.

        For a session that remembers what was stored before. Returns the session itself.
        """
        stored = self.as_stored()
        for name, value in changes.items():
            setattr(stored, name, value)
        return self

    def changed_fields(self) -> dict[str, Any]:
        """What `save` has to write: every field it owns that differs from what was loaded.

        Everything it owns when nothing is remembered. Raises Invalid when a field was changed that only a transition
        changes, or the id.
        """
        before = self.as_stored()
        if before is not None and before.session_id != self.session_id:
            raise Invalid("session_id", self.session_id, f"the one it was loaded with, {before.session_id}")
        names, values = self.__struct_fields__, msgspec.structs.astuple(self)
        if before is None:
            kept = OWNED_BY_STORAGE | OWNED_BY_TRANSITION
            return {name: value for name, value in zip(names, values, strict=True) if name not in kept}
        rows = zip(names, values, msgspec.structs.astuple(before), strict=True)
        changed = {name: value for name, value, was in rows if value != was and name not in OWNED_BY_STORAGE}
        for name in OWNED_BY_TRANSITION & changed.keys():
            raise Invalid(name, changed[name], "a change by a transition only")
        return changed


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A session as lists show it: enough for a row, nothing that grows."""

    session_id: str
    kind: str
    user_id: str
    title: str
    status: str
    starts_at: datetime | None
    parent_id: str | None
    mode: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    revision: int
    message_count: int


SUMMARY_FIELDS: tuple[str, ...] = SessionSummary.__struct_fields__


def summary_of(session: Session) -> SessionSummary:
    """The row that a list shows for this session."""
    values: dict[str, Any] = {name: getattr(session, name, None) for name in SUMMARY_FIELDS}
    return SessionSummary(**values)
