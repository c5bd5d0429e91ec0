"""Batches of sessions, written where they are missing or older; what is newer or contradicts stays as it is."""

from collections.abc import Iterable, Sequence

from domain.errors import Conflict, CorruptSession, Invalid, SessionNotFound
from domain.session import Session
from services.moving.patience import Patience
from services.moving.verdict import TO_COPY, Verdict, by_stamp, judge, stamp_of
from storage.base import MovableStorage, Unreadable

REFUSALS = (Conflict, Invalid, CorruptSession)
"""What a target says about one session, not about itself."""


class Copier:
    """Writes to one target, waiting for it when it is away. `refusals` tells, by id, why it refused some of a batch."""

    def __init__(self, target: MovableStorage, patience: Patience) -> None:
        self._target = target
        self._patience = patience
        self.refusals: dict[str, str] = {}

    def copy(self, found: Iterable[Session | Unreadable]) -> int:
        """Write those of a batch that are missing or older at the target; return how many are there already."""
        sessions = [each for each in found if isinstance(each, Session)]
        ids = [session.session_id for session in sessions]
        stamps = self._patience.run("target", lambda: self._target.stamps(ids))
        verdicts = [by_stamp(stamp_of(session), stamps.get(session.session_id)) for session in sessions]
        pairs = list(zip(sessions, verdicts, strict=True))
        wanted = [session for session, verdict in pairs if verdict is Verdict.MISSING]
        wanted += [session for session, verdict in pairs if verdict is Verdict.OLDER and self._continues(session)]
        self.write(wanted)
        return verdicts.count(Verdict.EQUAL)

    def write(self, sessions: Sequence[Session]) -> int:
        """Write these; return how many were not refused. The refused ones keep none of the others back."""
        self.refusals.clear()
        if not sessions:
            return 0
        try:
            self._patience.run("target", lambda: self._target.write_many(sessions))
        except REFUSALS:
            return sum(self._write_one(session) for session in sessions)
        return len(sessions)

    def _write_one(self, session: Session) -> bool:
        try:
            self._patience.run("target", lambda: self._target.write_many([session]))
        except REFUSALS as refusal:
            holder = f" ({refusal.facts['holder']})" if "holder" in refusal.facts else ""
            self.refusals[session.session_id] = f"is refused by the target: {refusal.message}{holder}"
            return False
        return True

    def _continues(self, session: Session) -> bool:
        """Whether what is at the target is an earlier state of this session, and nothing else."""
        return judge(session, self._at_target(session.session_id)) in TO_COPY

    def _at_target(self, session_id: str) -> Session | Unreadable | None:
        try:
            return self._patience.run("target", lambda: self._target.load(session_id, messages=None))
        except SessionNotFound:
            return None
        except CorruptSession as error:
            return Unreadable(session_id, error.message)
