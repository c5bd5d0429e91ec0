"""The note that a restore has begun and not ended, so that the same one may go on where it was."""

import hashlib

import msgspec

from domain.errors import Unavailable
from services.backup.manifest import Manifest
from services.backup.targets import Targets
from services.whole_files import whole_file

NAME = "restore-unfinished.json"


class _Note(msgspec.Struct, frozen=True):
    archive: str
    sessions_at: str
    database_at: str


class Unfinished:
    """Kept in the folder that is restored to."""

    def __init__(self, targets: Targets) -> None:
        self._place = targets.folder / NAME
        self._targets = targets

    def is_of(self, manifest: Manifest) -> bool:
        """Whether a restore of this very archive to these very places was interrupted."""
        try:
            return msgspec.json.decode(self._place.read_bytes(), type=_Note) == self._note(manifest)
        except (FileNotFoundError, msgspec.MsgspecError):
            return False

    def begin(self, manifest: Manifest) -> None:
        """Note it. Raises Unavailable."""
        try:
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole_file(self._place) as file:
                file.write(msgspec.json.encode(self._note(manifest)))
        except OSError as error:
            raise Unavailable(f"{self._place} cannot be written: {error.strerror}.") from error

    def end(self) -> None:
        """It is finished."""
        self._place.unlink(missing_ok=True)

    def _note(self, manifest: Manifest) -> _Note:
        archive = hashlib.sha256(msgspec.json.encode(manifest)).hexdigest()
        return _Note(archive, self._targets.sessions_at, self._targets.database_at)
