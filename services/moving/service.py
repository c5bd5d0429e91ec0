"""A move: copy, verify, copy again what changed meanwhile, verify again; at the end the source may be emptied.

It trusts neither side to stand still. What decides is the last verification, which looks at everything.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from domain.session import Session
from services.moving.checkpoint import Checkpoint, Reached
from services.moving.copying import Copier
from services.moving.outcome import Outcome, Problem
from services.moving.passes import Removal, Verification, merged
from services.moving.patience import Patience
from services.moving.reading import Batch, Found, ahead, batches
from services.moving.verdict import TO_COPY, Verdict, by_stamp, stamp_of
from storage.base import MovableStorage, Stamp

ROUNDS: Final = 5
"""How often what changed at the source meanwhile is copied again."""

Shown = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]
"""Shows how far a long piece of work has come: its name, how many there are, and then how many more are done."""


class Move:
    """One move between two storages.

    Every method raises StorageUnavailable when one of them is away for longer than patience lasts; what was copied is
    kept, and the same move goes on later.
    """

    def __init__(
        self,
        source: MovableStorage,
        target: MovableStorage,
        *,
        patience: Patience,
        shown: Shown,
    ) -> None:
        self._source = source
        self._target = target
        self._patience = patience
        self._shown = shown

    def run(self, checkpoint: Checkpoint, *, restart: bool = False, delete_source: bool = False) -> Outcome:
        """Copy everything, verified; go on behind the checkpoint of a run that was interrupted, unless `restart`.

        With `delete_source` each verified session is removed from the source, but only when the verification found no
        problem at all. Raises Busy when the same move runs already, Conflict when both sides are one place.
        """
        with checkpoint.held():
            self._patience.run("target", self._target.prepare)
            reached = self.copy(checkpoint, Reached() if restart else checkpoint.load())
            outcome = self._settled()
            outcome.skipped = max(0, min(reached.skipped - outcome.other_content, outcome.equal))
            if delete_source and outcome.is_complete:
                self._delete(outcome)
            checkpoint.remove()
        return outcome

    def verify(self) -> Outcome:
        """Compare both sides and write nothing. What is the same counts as skipped."""
        outcome = self._verified(None)
        outcome.skipped = outcome.equal
        return outcome

    def rehearse(self) -> Outcome:
        """Say what a run would do, by revisions and counts of messages alone; write nothing."""
        outcome, is_there = Outcome(), self._target_is_there()
        with self._showing("Looking") as advance:
            for batch in batches(self._patience.scan("source", self._source)):
                self._foresee(batch, self._stamps(batch) if is_there else {}, outcome)
                advance(len(batch))
        return outcome

    def copy(self, checkpoint: Checkpoint, reached: Reached) -> Reached:
        """The first part of `run`: copy what lies behind this place to a prepared target, unverified."""
        copier, found = Copier(self._target, self._patience), self._patience.scan("source", self._source, reached.after)
        with self._showing("Copying") as advance, self._read_ahead(found) as read:
            for batch in read:
                reached = Reached(batch[-1].session_id, reached.skipped + copier.copy(batch))
                checkpoint.save(reached)
                advance(len(batch))
        return reached

    def _settled(self) -> Outcome:
        """The first verification that finds nothing more to copy, or the last one there is time for."""
        for _ in range(ROUNDS):
            outcome = self._verified(Copier(self._target, self._patience))
            if not outcome.repaired:
                return outcome
        return self._verified(None)

    def _verified(self, copier: Copier | None) -> Outcome:
        with self._showing("Verifying") as advance:
            return Verification(self._pairs(), advance).run(copier)

    def _delete(self, outcome: Outcome) -> None:
        with self._showing("Deleting") as advance:
            for _ in Removal(self._source, self._target, self._patience, outcome).run(self._pairs()):
                advance(1)
        self._patience.run("source", self._source.purge_deleted)

    def _pairs(self) -> Iterator[tuple[Found | None, Found | None]]:
        there = self._patience.scan("target", self._target) if self._target_is_there() else iter(())
        return merged(self._patience.scan("source", self._source), there)

    def _target_is_there(self) -> bool:
        return self._patience.run("target", self._target.is_there)

    def _stamps(self, batch: Batch) -> dict[str, Stamp]:
        ids = [found.session_id for found in batch]
        return self._patience.run("target", lambda: self._target.stamps(ids))

    def _foresee(self, batch: Batch, stamps: dict[str, Stamp], outcome: Outcome) -> None:
        outcome.total += len(batch)
        for found in batch:
            if not isinstance(found, Session):
                outcome.problems.append(Problem(found.session_id, f"cannot be read at the source: {found.reason}"))
                continue
            verdict = by_stamp(stamp_of(found), stamps.get(found.session_id))
            outcome.equal += verdict in TO_COPY or verdict is Verdict.EQUAL
            outcome.skipped += verdict is Verdict.EQUAL
            if verdict is Verdict.NEWER:
                outcome.newer.append(found.session_id)
            elif verdict is Verdict.CHANGED_AT_BOTH:
                outcome.problems.append(Problem(found.session_id, verdict.value))

    @contextmanager
    def _read_ahead(self, found: Iterator[Found]) -> Iterator[Iterator[Batch]]:
        with ahead(batches(found)) as read:
            try:
                yield read
            except BaseException:
                self._patience.stop()  # or the reader would wait for a source that nobody needs any more
                raise

    def _showing(self, label: str) -> AbstractContextManager[Callable[[int], None]]:
        return self._shown(label, self._patience.run("source", self._source.count))
