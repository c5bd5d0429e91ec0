"""What the backends share where everything is read or written.

How much is read at once: enough to be quick, little enough to stay in constant memory. In which order to write.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from domain.session import Session

FIRST_SESSIONS: Final = 20
MOST_SESSIONS: Final = 200
MOST_MESSAGES: Final = 4_000
MOST_BYTES: Final = 2**21
"""A part ends with whichever is full first; the last is kept by reading fewer sessions the next time."""

T = TypeVar("T")


def keyless_first(sessions: Iterable[Session]) -> list[Session]:
    """In the order to write them: one without an exclusive key may give up the one that another takes."""
    return sorted(sessions, key=lambda session: session.exclusive_key is not None)


def few_enough(headers: Sequence[T], messages_of: Callable[[T], int]) -> Sequence[T]:
    """As many of the first headers as have few enough messages together; one at the least."""
    said = 0
    for place, header in enumerate(headers):
        said += messages_of(header)
        if place and said > MOST_MESSAGES:
            return headers[:place]
    return headers


def fitting(sessions: int, size: int) -> int:
    """How many sessions may be read next, when so many were of this size together."""
    return max(1, min(MOST_SESSIONS, MOST_BYTES * sessions // max(1, size)))
