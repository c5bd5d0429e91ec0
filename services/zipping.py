"""A ZIP archive that is written in one go and knows the size and the SHA-256 of everything in it.

Members are written as they come, so that memory grows with their number and not with what they hold.
"""

import hashlib
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Self

import msgspec

_OWNER_ONLY = 0o600 << 16


class Member(msgspec.Struct, frozen=True):
    """What a file of the archive has to be: `bytes` counts what it holds, not what that takes when it is packed."""

    name: str
    bytes: int
    sha256: str


class ZipWriter:
    """An archive in the making. After an error it is let go of: nothing more is written, and it is not whole."""

    def __init__(self, file: BinaryIO, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._made_at = made_at
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is not None:
            self._zip.fp = None  # else it would try to write its end when it is forgotten
        self._zip.close()

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Write one member, part by part. Raises ValueError for a name that is taken."""
        if self.has(name):
            raise ValueError(f"the archive has a {name} already")
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._info(name), "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
        self.members.append(Member(name, size, digest.hexdigest()))

    def has(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return name in self._zip.NameToInfo

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = _OWNER_ONLY
        return info
