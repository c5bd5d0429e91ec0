"""A ZIP archive that is written in one go and at the end says what it holds.

Entries are written as they come, so that memory grows with their number and not with what they hold.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

MANIFEST = "manifest.json"
_OWNER_ONLY = 0o600 << 16


class Archive:
    """An archive in the making. `close` writes the manifest; without it the archive is not whole."""

    def __init__(self, file: BinaryIO, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._made_at = made_at
        self._entries: list[dict[str, Any]] = []

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Write one entry, part by part. Raises ValueError for a name that is taken."""
        if name in self._zip.NameToInfo:
            raise ValueError(f"the archive has a {name} already")
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name), "w") as entry:
            for part in parts:
                entry.write(part)
                digest.update(part)
                size += len(part)
        self._entries.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})

    def has_folder(self, name: str) -> bool:
        """Whether a session took this folder already."""
        return f"{name}/session.json" in self._zip.NameToInfo

    def close(self) -> None:
        """Write what every entry must be for the archive to be the one that we made."""
        self.add(MANIFEST, [as_json({"made_at": self._made_at, "files": self._entries})])
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = _OWNER_ONLY
        return info


def as_json(value: Any) -> bytes:
    """JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def as_json_list(values: Iterable[Any]) -> Iterator[bytes]:
    """The same for a list, which is never in memory as a whole."""
    before = b"[\n"
    for value in values:
        yield before + msgspec.json.encode(value)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
