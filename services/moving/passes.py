"""Passes over both storages at once, merged by id in constant memory: verification, repair and removal."""

from collections.abc import Callable, Iterator
from typing import TypeGuard

from domain.errors import Conflict
from domain.session import Session
from services.moving.copying import Copier
from services.moving.outcome import Outcome, Problem
from services.moving.patience import Patience
from services.moving.reading import BATCH_BYTES, BATCH_SESSIONS, Found, size_of
from services.moving.verdict import TO_COPY, Verdict, judge, stamp_of
from storage.base import MovableStorage, Unreadable

Advance = Callable[[int], None]


class Verification:
    """Compares every session of the source with the target's, and copies again what is behind there if it may."""

    def __init__(self, pairs: Iterator[tuple[Found | None, Found | None]], advance: Advance) -> None:
        self._pairs = pairs
        self._advance = advance
        self._behind: list[tuple[Session, Verdict]] = []
        self._size = 0
        self.outcome = Outcome()

    def run(self, copier: Copier | None) -> Outcome:
        """One pass. Without a copier nothing is written, and what is behind is a problem."""
        for source, target in self._pairs:
            self._look(source, target)
            if len(self._behind) >= BATCH_SESSIONS or self._size >= BATCH_BYTES:
                self._settle(copier)
        self._settle(copier)
        return self.outcome

    def _look(self, source: Found | None, target: Found | None) -> None:
        if source is None:
            self.outcome.only_at_target += 1
            return
        self.outcome.total += 1
        self._advance(1)
        if isinstance(source, Unreadable):
            self._report(source.session_id, f"cannot be read at the source: {source.reason}")
        else:
            self._note(source, target)

    def _note(self, source: Session, target: Found | None) -> None:
        verdict = judge(source, target)
        if verdict is Verdict.EQUAL:
            self.outcome.equal += 1
        elif verdict is Verdict.NEWER:
            self.outcome.newer.append(source.session_id)
        elif verdict in TO_COPY:
            self._behind.append((source, verdict))
            self._size += size_of(source)
        else:
            self.outcome.other_content += isinstance(target, Session) and stamp_of(source) == stamp_of(target)
            self._report(source.session_id, verdict.value)

    def _settle(self, copier: Copier | None) -> None:
        """Copy again what is behind, or report it."""
        refusals: dict[str, str] = {}
        if copier is not None:
            self.outcome.repaired += copier.write([session for session, _ in self._behind])
            refusals = copier.refusals
        for session, verdict in self._behind:
            if copier is None or session.session_id in refusals:
                self._report(session.session_id, refusals.get(session.session_id, verdict.value))
        self._behind, self._size = [], 0

    def _report(self, session_id: str, why: str) -> None:
        self.outcome.problems.append(Problem(session_id, why))


class Removal:
    """Removes from the source each session that is the same at both sides and stays so."""

    def __init__(self, source: MovableStorage, target: MovableStorage, patience: Patience, outcome: Outcome) -> None:
        self._source = source
        self._target = target
        self._patience = patience
        self._outcome = outcome

    def run(self, pairs: Iterator[tuple[Found | None, Found | None]]) -> Iterator[str]:
        """Give the id of each session looked at. What changed since it was verified stays, and is a problem.

        Raises Conflict when source and target turn out to be one place; then nothing is removed.
        """
        for session, target in pairs:
            if session is None:
                continue
            if _is_same(session, target) and self._remove(session):
                self._outcome.deleted += 1
            else:
                why = "stays at the source: it is not, or no longer, the same at both sides"
                self._outcome.problems.append(Problem(session.session_id, why))
            yield session.session_id

    def _remove(self, session: Session) -> bool:
        if self._outcome.deleted:
            return self._gone(session)
        return self._is_at_target(session) and self._gone(session) and self._is_apart(session)

    def _gone(self, session: Session) -> bool:
        """Remove it, if nobody changed it; one whose removal was not answered counts when it is not there any more."""
        removed = self._patience.run("source", lambda: self._source.remove(session))
        return removed or not self._patience.run("source", lambda: self._source.exists(session.session_id))

    def _is_apart(self, session: Session) -> bool:
        """Whether the first one that was removed is still at the target: two names of one server look like two places.

        Else it is put back.
        """
        if self._is_at_target(session):
            return True
        self._patience.run("source", lambda: self._source.write_many([session]))
        raise Conflict("Source and target seem to be one place under two names; nothing was removed.")

    def _is_at_target(self, session: Session) -> bool:
        return self._patience.run("target", lambda: self._target.exists(session.session_id))


def _is_same(source: Found, target: Found | None) -> TypeGuard[Session]:
    return isinstance(source, Session) and judge(source, target) is Verdict.EQUAL


def merged(sources: Iterator[Found], targets: Iterator[Found]) -> Iterator[tuple[Found | None, Found | None]]:
    """Both sides in the order of the ids, side by side where they have the same; None where one has none."""
    source, target = next(sources, None), next(targets, None)
    while source is not None or target is not None:
        if target is None or (source is not None and source.session_id < target.session_id):
            yield source, None
            source = next(sources, None)
        elif source is None or target.session_id < source.session_id:
            yield None, target
            target = next(targets, None)
        else:
            yield source, target
            source, target = next(sources, None), next(targets, None)
