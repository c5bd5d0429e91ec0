"""Which files of the data folder belong to a backup, and how they come back.

What is not named here is not in a backup: the databases and the session storage, whose contents are there in a form of
their own, and what belongs to a running installation (Redis, locks, drafts, older backups).
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from domain.errors import Invalid, Unavailable
from services.whole_files import remove_abandoned, sync_folder, whole_file

KEYS = "secrets"
KEPT = ("exports", "mail", KEYS)
"""The folders that are kept, with all files in them but drafts, whose names begin with a dot."""
LEFT_OUT = (
    "backups",
    "greenroom.sqlite",
    "mongo",
    "moves",
    "redis",
    "restore-unfinished.json",
    "serve.lock",
    "sessions",
    "sessions.sqlite",
)
"""What else a data folder may hold."""

CHUNK = 1024 * 1024


def kept_files(folder: Path, *, with_keys: bool) -> Iterator[Path]:
    """The files to keep, in the order of their names; some may go away before they are read."""
    for name in KEPT:
        if name != KEYS or with_keys:
            yield from sorted(path for path in (folder / name).rglob("*") if _is_kept(path))


def name_of(folder: Path, path: Path) -> str:
    """The name of a file within the folder. Raises Invalid for one that could not come back under it."""
    name = path.relative_to(folder).as_posix()
    if not is_safe(name):
        raise Invalid("file", name, "a file of " + ", ".join(KEPT) + " with a plain name")
    return name


def is_safe(name: str) -> bool:
    """Whether a name stays within the folders that are kept, whatever system reads it."""
    parts = name.split("/")
    plain = all(part.strip(".") and part.isprintable() and "\\" not in part and ":" not in part for part in parts)
    return plain and len(parts) > 1 and parts[0] in KEPT and len(os.fsencode(name)) <= 1_000  # noqa: PLR2004  # a path


def parts_of(file: BinaryIO) -> Iterator[bytes]:
    """What a file holds, piece by piece."""
    while part := file.read(CHUNK):
        yield part


def put(folder: Path, name: str, parts: Iterable[bytes]) -> None:
    """Put a file in its place, whole, for its owner alone. Raises Unavailable."""
    place = folder / PurePosixPath(name)
    try:
        _make_folders(folder, place.parent)
        with whole_file(place) as file:
            file.writelines(parts)
    except OSError as error:
        raise Unavailable(f"{place} cannot be written: {error.strerror}.") from error


def count(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """How many files these folders hold, those that hold some."""
    counts = {name: sum(1 for path in (folder / name).rglob("*") if path.is_file()) for name in names}
    return {name: held for name, held in counts.items() if held}


def empty(folder: Path, names: Iterable[str]) -> None:
    """Remove these folders. Raises Unavailable."""
    for name in names:
        shutil.rmtree(folder / name, onerror=_refuse)


def tidy(folder: Path) -> None:
    """Remove the drafts that an interrupted restore left."""
    for name in KEPT:
        remove_abandoned(folder / name)


def _is_kept(path: Path) -> bool:
    try:
        return not path.name.startswith(".") and stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _make_folders(folder: Path, wanted: Path) -> None:
    """Each with 0700, and durable in the one above it."""
    missing = [path for path in (wanted, *wanted.parents) if folder in (path, *path.parents) and not path.is_dir()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent)


def _refuse(_function: Callable[..., object], path: str, info: tuple[type, BaseException, object]) -> None:
    error = info[1]
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        raise Unavailable(f"{path} cannot be removed: {error.strerror}.") from error
