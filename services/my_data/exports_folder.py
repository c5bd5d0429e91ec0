"""The folder of the archives that people may fetch: each appears whole, its owner's process alone may read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import Unavailable
from services.whole_files import whole_file


class ExportsFolder:
    """One `<job id>.zip` for each finished export, and drafts with a dot in front. Job ids were checked before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self, job_id: str) -> Iterator[BinaryIO]:
        """A draft to fill; when the block ends cleanly it becomes the archive, and stays so through a loss of power.

        Whatever a run before left unfinished is removed first. Raises Unavailable when the disk refuses.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_drafts(job_id)
            with whole_file(self.place(job_id)) as file:
                yield file
        except OSError as error:
            raise Unavailable(f"The export cannot be written: {error.strerror}.") from error

    def place(self, job_id: str) -> Path:
        """Where the archive of this job stands once it is finished."""
        return self.folder / f"{job_id}.zip"

    def size(self, job_id: str) -> int | None:
        """How many bytes it has; None when it is not there (yet, or any more)."""
        try:
            return self.place(job_id).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, job_id: str) -> bool:
        """Remove the archive and every draft of it; tell whether there was an archive."""
        there = self.size(job_id) is not None
        self.place(job_id).unlink(missing_ok=True)
        self._remove_drafts(job_id)
        return there

    def job_ids(self) -> set[str]:
        """The jobs that have an archive or a draft here."""
        if not self.folder.is_dir():
            return set()
        return {path.name.lstrip(".").partition(".")[0] for path in self.folder.iterdir()}

    def _remove_drafts(self, job_id: str) -> None:
        for draft in self.folder.glob(f".{job_id}.*"):
            draft.unlink(missing_ok=True)
