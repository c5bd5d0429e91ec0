"""What the writers were told is stored: the book that a storage is checked against after they were killed."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import NamedTuple

INTERVIEW_STATUSES = ("active", "paused")


class Op(NamedTuple):
    """One write: `do` is create, save, append, move, delete (of a session that only its writer touches), or add and
    say (to the session that all writers of a round share)."""

    do: str
    session_id: str
    value: str = ""
    key: str | None = None


@dataclass
class Story:
    """A session as it must be found."""

    title: str = "new"
    status: str = "active"
    key: str | None = None
    revision: int = 1
    said: list[str] = field(default_factory=list)


@dataclass
class Shared:
    """The session that all writers of a round change at once."""

    session_id: str
    added: int = 0
    perhaps_added: int = 0
    said: set[str] = field(default_factory=set)
    perhaps_said: set[str] = field(default_factory=set)


class Book:
    """What was acknowledged, and what was begun by a writer that did not live to hear the answer."""

    def __init__(self, shared_id: str) -> None:
        self.shared = Shared(shared_id)
        self.stories: dict[str, Story | None] = {}
        self.begun: dict[int, Op] = {}
        self.acknowledged = 0
        self.failures: list[str] = []

    def begin(self, writer: int, op: Op) -> None:
        """A writer is about to write."""
        self.begun[writer] = op

    def refuse(self, writer: int) -> None:
        """The storage refused; nothing may have changed."""
        del self.begun[writer]

    def acknowledge(self, writer: int) -> None:
        """The storage said that it is stored."""
        op = self.begun.pop(writer)
        self.acknowledged += 1
        if op.do == "add":
            self.shared.added += 1
        elif op.do == "say":
            self.shared.said.add(op.value)
        else:
            self.stories[op.session_id] = after(self.stories.get(op.session_id), op)

    def close(self) -> None:
        """All writers are dead: what they had begun may have happened or not."""
        for op in self.begun.values():
            if op.do == "add":
                self.shared.perhaps_added += 1
            elif op.do == "say":
                self.shared.perhaps_said.add(op.value)

    def possible(self, session_id: str) -> list[Story | None]:
        """The ways in which a session may be found; None means not at all."""
        told = self.stories.get(session_id)
        begun = [op for op in self.begun.values() if op.session_id == session_id]
        return [told, *(after(told, op) for op in begun)]

    def session_ids(self) -> list[str]:
        """Every session that some writer had to itself."""
        begun = {op.session_id for op in self.begun.values()} - {self.shared.session_id}
        return sorted(self.stories.keys() | begun)


def after(story: Story | None, op: Op) -> Story | None:
    """A session after one more write."""
    if op.do == "create":
        return Story()
    if op.do == "delete" or story is None:
        return None
    changed = deepcopy(story)
    if op.do == "append":
        changed.said.append(op.value)
        return changed
    changed.revision += 1
    if op.do == "save":
        changed.title = op.value
    else:
        changed.status, changed.key = op.value, op.key
    return changed
