"""The figures that the relational side keeps of itself, per process."""

import threading

import msgspec


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One reading. A scope is an outermost block; `leaked` ones were still open when their request or job ended."""

    checked_out: int
    longest_hold_seconds: float
    scopes_opened: int
    scopes_rolled_back: int
    scopes_leaked: int


class Counters:
    """Counts scopes; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = self._rolled_back = self._leaked = 0

    def opened(self) -> None:
        """A scope was opened."""
        with self._lock:
            self._opened += 1

    def rolled_back(self) -> None:
        """A scope ended without committing."""
        with self._lock:
            self._rolled_back += 1

    def leaked(self) -> None:
        """A scope had to be closed for somebody who forgot it."""
        with self._lock:
            self._leaked += 1

    def figures(self, checked_out: int, longest_hold_seconds: float) -> Figures:
        """The counts together with what the pool says."""
        with self._lock:
            return Figures(
                checked_out=checked_out,
                longest_hold_seconds=longest_hold_seconds,
                scopes_opened=self._opened,
                scopes_rolled_back=self._rolled_back,
                scopes_leaked=self._leaked,
            )
