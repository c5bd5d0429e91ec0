"""How far a move has come: a small file, so that one that was killed goes on where it was.

It is believed only as far as time is to be saved: the verification that follows every copy looks at all sessions.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from domain.errors import Busy, Unavailable
from services.whole_files import whole_file


class Reached(msgspec.Struct, frozen=True):
    """Everything up to and with the session `after` was copied; `skipped` of these were at the target before."""

    after: str = ""
    skipped: int = 0


class Checkpoint:
    """One file for one pair of places."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others of this machine from the same move while the block runs. Raises Busy when one runs already."""
        handle = self._locked()
        try:
            yield
        finally:
            os.close(handle)

    def _locked(self) -> int:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._refusal(error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Busy("This move is running already, in another process.") from None
        return handle

    def load(self) -> Reached:
        """How far it came; the beginning when there is no file, or none that can be read."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Reached)
        except (FileNotFoundError, msgspec.MsgspecError):
            return Reached()

    def save(self, reached: Reached) -> None:
        """Put another file in place of the last one. Raises Unavailable when the disk refuses."""
        try:
            with whole_file(self._file) as file:
                file.write(msgspec.json.encode(reached))
        except OSError as error:
            raise self._refusal(error) from error

    def remove(self) -> None:
        """Forget how far it came."""
        self._file.unlink(missing_ok=True)

    def _refusal(self, error: OSError) -> Unavailable:
        return Unavailable(f"The checkpoint {self._file} cannot be written: {error.strerror}.")
