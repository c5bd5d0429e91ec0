"""What the file storage asks of the operating system: one method a call, so that a test can stop between any two.

`Disk` promises nothing by itself; `DurableFiles` builds the few durable steps from it. Order matters: a file's bytes
are kept only after its own sync, and its name only after the sync of the folder it stands in.
"""

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class Disk:
    """The system calls that change the folder."""

    def mkdir(self, path: Path) -> None:
        """Make one folder. Raises FileExistsError."""
        path.mkdir(FOLDER_MODE)

    def open(self, path: Path, flags: int) -> int:
        """Open a file for writing; what it creates only its owner may read."""
        return os.open(path, flags | os.O_CLOEXEC, FILE_MODE)

    def write(self, fd: int, data: bytes) -> int:
        """Write some of the bytes; return how many."""
        return os.write(fd, data)

    def truncate(self, fd: int, size: int) -> None:
        """Cut a file to this many bytes."""
        os.ftruncate(fd, size)

    def sync(self, fd: int) -> None:
        """Wait until a file, or a folder's list of names, is on the medium."""
        os.fsync(fd)

    def sync_data(self, fd: int) -> None:
        """Wait until a file's bytes, and the size needed to read them, are on the medium."""
        os.fdatasync(fd)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file or folder another name, replacing a file of that name, all at once."""
        old.rename(new)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def rmdir(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()


class DurableFiles:
    """Whole steps on a disk; what a step wrote is on the medium when it returns, unless it says otherwise."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.disk = disk or Disk()

    def ensure_folder(self, path: Path) -> bool:
        """Make the folder if it is missing and tell whether it was. Its name is durable after `sync_folder`."""
        try:
            self.disk.mkdir(path)
        except FileExistsError:
            return False
        return True

    def sync_folder(self, path: Path) -> None:
        """Make the names in this folder durable: what was created, renamed or removed there."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.disk.sync(fd)
        finally:
            os.close(fd)

    def replace(self, path: Path, data: bytes) -> None:
        """Put a file in place of whatever has its name: a reader sees the old one or the new one, whole."""
        fresh = path.with_name(f".{path.name}.new")
        self.write(fresh, data)
        self.disk.rename(fresh, path)
        self.sync_folder(path.parent)

    def write(self, path: Path, data: bytes) -> None:
        """Write a file that nobody reads yet. Its name is durable after the next sync of its folder."""
        fd = self.disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            self._write_all(fd, data)
            self.disk.sync(fd)
        finally:
            os.close(fd)

    def extend(self, path: Path, data: bytes, size: int) -> None:
        """Add bytes behind the first `size` ones of a file, cutting off whatever stood there.

        When the disk refuses, the file is cut to `size` again before the error goes on.
        """
        fd = self.disk.open(path, os.O_WRONLY)
        try:
            if os.fstat(fd).st_size != size:
                self.disk.truncate(fd, size)
            os.lseek(fd, size, os.SEEK_SET)
            try:
                self._write_all(fd, data)
                self.disk.sync_data(fd)
            except OSError:
                self.disk.truncate(fd, size)
                raise
        finally:
            os.close(fd)

    def move_away(self, path: Path, to: Path) -> None:
        """Take a folder out of its place in one step; afterwards nothing can be found there, even after a crash."""
        self.disk.rename(path, to)
        self.sync_folder(path.parent)

    def remove(self, path: Path) -> None:
        """Remove a file that may be gone already. Not durable by itself."""
        try:
            self.disk.unlink(path)
        except FileNotFoundError:
            return

    def remove_folder(self, path: Path) -> None:
        """Remove a folder and the files in it; others may be removing it too. Not durable by itself."""
        try:
            for file in list(path.iterdir()):
                self.remove(file)
            self.disk.rmdir(path)
        except FileNotFoundError:
            return

    def _write_all(self, fd: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self.disk.write(fd, bytes(rest)) :]
