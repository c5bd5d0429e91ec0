"""One mechanism for every status: a kind declares its table, and nothing else decides what may follow what."""

from collections.abc import Mapping, Set
from enum import StrEnum

from domain.errors import Invalid, TransitionRefused


class Phase(StrEnum):
    """What a status means to somebody who does not know the kind."""

    PLANNED = "planned"
    ACTIVE = "active"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Lifecycle:
    """The declared statuses of one kind and the ways between them.

    A status without a way out is terminal. The declaration is checked here, once, when the class is made: every status
    has a phase and a row, can be reached from `initial`, and `reopenable` kinds may say that they have no terminal one.
    Raises ValueError on a broken declaration, because that is a programming mistake and no input.
    """

    def __init__(
        self,
        kind: str,
        *,
        initial: StrEnum,
        transitions: Mapping[StrEnum, Set[StrEnum]],
        phase: Mapping[StrEnum, Phase],
        terminal: Set[StrEnum],
    ) -> None:
        self.kind = kind
        self.initial = initial
        self.statuses: type[StrEnum] = type(initial)
        self.transitions = {status: frozenset(following) for status, following in transitions.items()}
        self.phase = dict(phase)
        self.terminal = frozenset(terminal)
        self._check_declaration()

    def parse(self, status: str) -> StrEnum:
        """Read a status that arrived as text: stripped, lower-cased. Raises Invalid naming the allowed ones."""
        try:
            return self.statuses(status.strip().lower())
        except (ValueError, AttributeError):
            raise Invalid("status", status, [str(known) for known in self.statuses]) from None

    def check(self, current: str, to: str) -> StrEnum:
        """Return the status to move to. Raises TransitionRefused when the table has no such way."""
        target = self.parse(to)
        following = self.transitions[self.parse(current)]
        if target not in following:
            raise TransitionRefused(self.kind, str(current), str(target), [str(way) for way in following])
        return target

    def is_terminal(self, status: str) -> bool:
        """True when nothing can follow this status."""
        return self.parse(status) in self.terminal

    def phase_of(self, status: str) -> Phase:
        """The shared phase of a status of this kind."""
        return self.phase[self.parse(status)]

    def statuses_in(self, *phases: Phase) -> list[str]:
        """Every status of this kind that lies in one of the phases, in the order of declaration."""
        return [str(status) for status in self.statuses if self.phase[status] in phases]

    def _check_declaration(self) -> None:
        declared = set(self.statuses)
        self._expect_all(declared, "transitions", set(self.transitions))
        self._expect_all(declared, "phase", set(self.phase))
        unknown = set().union(*self.transitions.values()) | self.terminal
        if not unknown <= declared:
            raise ValueError(f"{self.kind}: unknown statuses {sorted(unknown - declared)}")
        if unreachable := declared - self._reachable():
            raise ValueError(f"{self.kind}: nothing leads to {sorted(unreachable)}")
        dead_ends = {status for status, following in self.transitions.items() if not following}
        if dead_ends != self.terminal:
            raise ValueError(f"{self.kind}: terminal says {sorted(self.terminal)}, the table says {sorted(dead_ends)}")

    def _expect_all(self, declared: set[StrEnum], table: str, rows: set[StrEnum]) -> None:
        if rows != declared:
            raise ValueError(f"{self.kind}: {table} must have a row for exactly {sorted(declared)}, has {sorted(rows)}")

    def _reachable(self) -> set[StrEnum]:
        seen: set[StrEnum] = set()
        ahead = [self.initial]
        while ahead:
            status = ahead.pop()
            if status not in seen:
                seen.add(status)
                ahead.extend(self.transitions[status])
        return seen
