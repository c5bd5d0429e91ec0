"""`LegacyImport`: takes the interviews of an old installation over into a storage, and tells what came of each file."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from domain.errors import CorruptSession, Invalid, SessionNotFound
from domain.interview import Interview
from domain.session import Session
from services.legacy_import.files import SUFFIX, LegacyFiles
from services.legacy_import.reading import Defaults, read_interview
from storage.base import MovableStorage

BATCH_SESSIONS = 100
BATCH_MESSAGES = 5_000
"""A batch is written when either is reached."""


class Outcome(StrEnum):
    """What came of a file."""

    MIGRATED = "migrated"
    SKIPPED = "skipped"
    ERROR = "error"


class FileResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file: why, where it is not plain, and what does not come over as it stands."""

    name: str
    outcome: Outcome
    reason: str = ""
    notes: list[str] = []


class _Waiting(msgspec.Struct, frozen=True):
    """An interview that was read and is not written yet."""

    name: str
    interview: Interview
    notes: list[str]


class LegacyImport:
    """Takes interviews over. The old files are only read; a storage is never made to hold less than it does.

    Running again is safe at any time: what is there already is passed by.
    """

    def __init__(self, files: LegacyFiles, target: MovableStorage, defaults: Defaults) -> None:
        self._files = files
        self._target = target
        self._defaults = defaults
        self._names_of: dict[str, str] = {}

    def rehearse(self) -> Iterator[FileResult]:
        """What `run` would come to, file by file; nothing is written, and nothing made at the target."""
        empty = not self._target.is_there()
        for found in self._read_all():
            if isinstance(found, FileResult):
                yield found
            else:
                yield (
                    _result(found, Outcome.MIGRATED)
                    if empty
                    else self._judge(found) or _result(found, Outcome.MIGRATED)
                )

    def run(self) -> Iterator[FileResult]:
        """Take every file over that is not there yet, and tell what came of each.

        What was written is read back and compared, field by field. Raises StorageUnavailable when the target is away;
        what was told of by then is kept.
        """
        self._target.prepare()
        batch: list[_Waiting] = []
        for found in self._read_all():
            if isinstance(found, FileResult):
                yield found
                continue
            batch.append(found)
            messages = sum(waiting.interview.message_count for waiting in batch)
            if len(batch) >= BATCH_SESSIONS or messages >= BATCH_MESSAGES:
                yield from self._write(batch)
                batch = []
        yield from self._write(batch)

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read_all(self) -> Iterator[_Waiting | FileResult]:
        self._names_of = {}
        names = self._files.names()
        known = frozenset(names)
        for name in names:
            try:
                yield self._read(name, known)
            except Invalid as refusal:
                yield FileResult(name=name, outcome=Outcome.ERROR, reason=refusal.message)

    def _read(self, name: str, known: frozenset[str]) -> _Waiting:
        read = read_interview(name, self._files.read(name), self._defaults)
        session_id = read.interview.session_id
        namesake = f"{session_id}{SUFFIX}"
        first = namesake if namesake in known else self._names_of.get(session_id, name)
        if first != name:
            raise Invalid("session_id", session_id, f"an id of its own; {first} has this one")
        self._names_of[session_id] = name
        return _Waiting(name, read.interview, read.notes)

    # --- writing ------------------------------------------------------------------------------------------------------

    def _write(self, batch: list[_Waiting]) -> Iterator[FileResult]:
        judged = [(waiting, self._judge(waiting)) for waiting in batch]
        self._target.write_many(waiting.interview for waiting, judgement in judged if judgement is None)
        for waiting, judgement in judged:
            yield judgement or self._verified(waiting)

    def _judge(self, waiting: _Waiting) -> FileResult | None:
        """What is to be said of an interview that is there already; None when it is not."""
        session_id = waiting.interview.session_id
        try:
            present = self._target.load(session_id, messages=None)
        except SessionNotFound:
            return None
        except CorruptSession:
            return _result(waiting, Outcome.ERROR, "a session with this id is there and cannot be read; it stays")
        differing = differences(waiting.interview, present)
        if not differing:
            return _result(waiting, Outcome.SKIPPED, "is there already")
        if _went_on(waiting.interview, present):
            return _result(waiting, Outcome.SKIPPED, "is there already, and went on since")
        reason = f"a session with this id is there and differs in {', '.join(differing)}; it stays"
        return _result(waiting, Outcome.ERROR, reason)

    def _verified(self, waiting: _Waiting) -> FileResult:
        present = self._target.load(waiting.interview.session_id, messages=None)
        differing = differences(waiting.interview, present)
        if not differing:
            return _result(waiting, Outcome.MIGRATED)
        return _result(waiting, Outcome.ERROR, f"was written, and came back with another {', '.join(differing)}")


def differences(one: Session, other: Session) -> list[str]:
    """The fields in which two sessions of one kind differ, messages last."""
    if one.kind != other.kind:
        return ["kind"]
    found = [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
    return found if list(one.messages) == list(other.messages) else [*found, "messages"]


def _went_on(old: Interview, present: Session) -> bool:
    """Whether what is there came from this file, and was changed or spoken in since."""
    said = len(old.messages)
    newer = present.revision > old.revision or present.message_count > said
    return newer and present.created_at == old.created_at and list(present.messages)[:said] == list(old.messages)


def _result(waiting: _Waiting, outcome: Outcome, reason: str = "") -> FileResult:
    return FileResult(name=waiting.name, outcome=outcome, reason=reason, notes=waiting.notes)
