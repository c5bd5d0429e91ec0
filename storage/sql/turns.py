"""A queue in front of a bounded number of places: first come, first served."""

import threading
from collections import deque


class Turns:
    """A semaphore that hands a free place to whoever has waited longest.

    A plain lock or a connection pool gives it to whoever asks next, and that is mostly the one who just gave it back:
    with a few busy writers on one connection, another one waited for more than ten seconds.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.free = places
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, timeout_seconds: float) -> bool:
        """Wait for a place; tell whether one was had in time."""
        with self._guard:
            if self.free:
                self.free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=timeout_seconds) or not self._left_the_queue(turn)

    def _left_the_queue(self, turn: threading.Lock) -> bool:
        """False when the place came at the very last moment and is ours after all."""
        with self._guard:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def give_back(self) -> None:
        """Pass the place on to the next in the queue."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self.free += 1
