"""Reads an archive that somebody hands in: nothing in it is believed before it was compared with its manifest."""

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from domain.errors import Invalid, Unavailable
from services.backup.folder import CHUNK, is_safe, parts_of
from services.backup.manifest import FILES, FORMAT, KEY_HOLDERS, MANIFEST, SESSIONS, Manifest, table_member
from services.zipping import Member

MANIFEST_LIMIT = 256 * 1024 * 1024
"""Bytes; a manifest names every file of the archive, and nothing that is said in a session."""
ENCRYPTED = 0x1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What the ZIP library raises for damage, and for features that we never use."""


class ArchiveReader:
    """An open archive whose names and manifest are in order. `check_members` compares everything else."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = archive
        with self._damage_told():
            for info in archive.infolist():
                self._check_plain(info)
            self.manifest = self._read_manifest()
            self._check_names()

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Open one. Raises Invalid for what is no archive of ours, Unavailable when the file cannot be read."""
        try:
            with path.open("rb") as file, _as_zip(path, file) as archive:
                yield cls(path, archive)
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror}.") from error

    def check_member(self, member: Member) -> None:
        """Compare what a member holds with what the manifest says. Raises Invalid; reads no more than that."""
        digest, size = hashlib.sha256(), 0
        for part in self.parts(member.name):
            size += len(part)
            digest.update(part)
            if size > member.bytes:
                raise self.refused(f"{member.name} holds more than its manifest says")
        if (size, digest.hexdigest()) != (member.bytes, member.sha256):
            raise self.refused(f"{member.name} is not what it was when the backup was made")

    def parts(self, name: str) -> Iterator[bytes]:
        """What a member holds, piece by piece."""
        with self._damage_told(), self._zip.open(name) as file:
            yield from parts_of(io.BufferedReader(file, CHUNK))  # type: ignore[type-var]  # it reads as one

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member, each in memory by itself."""
        with self._damage_told(), self._zip.open(name) as file:
            yield from file

    def refused(self, why: str) -> Invalid:
        """What is raised when the archive is not in order."""
        return Invalid("archive", self.path.name, f"a whole backup of Greenroom ({why})")

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise self.refused(str(error) or type(error).__name__) from None

    def _read_manifest(self) -> Manifest:
        if MANIFEST not in self._zip.NameToInfo:
            raise self.refused(f"it has no {MANIFEST}")
        with self._zip.open(MANIFEST) as file:
            data = file.read(MANIFEST_LIMIT + 1)
        if len(data) > MANIFEST_LIMIT:
            raise self.refused("its manifest is too large")
        self._check_format(data)
        try:
            return msgspec.json.decode(data, type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self.refused(f"its manifest cannot be read: {error}") from None

    def _check_format(self, data: bytes) -> None:
        """Asked first: a later format may look quite different."""
        try:
            found = msgspec.json.decode(data, type=_OfSomeFormat)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self.refused(f"its manifest cannot be read: {error}") from None
        if found.format != FORMAT:
            raise self.refused(f"it has format {found.format} of release {found.release}; this release reads {FORMAT}")

    def _check_names(self) -> None:
        """It holds what the manifest names, each once, and nothing that could land outside of its folder."""
        names = [info.filename for info in self._zip.infolist()]
        wanted = [*(member.name for member in self.manifest.members), MANIFEST]
        if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
            raise self.refused("what it holds is not what its manifest names")
        data = {SESSIONS, KEY_HOLDERS, *(table_member(table.shape.table) for table in self.manifest.tables)}
        if missing := data - set(names):
            raise self.refused(f"it has no {min(missing)}")
        for name in set(names) - data - {MANIFEST}:
            if not name.startswith(FILES) or not is_safe(name.removeprefix(FILES)):
                raise self.refused(f"{name!r} is no name of a file that a backup holds")

    def _check_plain(self, info: zipfile.ZipInfo) -> None:
        """Neither a link nor encrypted, and packed as we pack; asked before any of it is opened."""
        plain = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG) and not info.flag_bits & ENCRYPTED
        if not plain or info.compress_type not in PACKED:
            raise self.refused(f"{info.filename!r} is no plain file")


class _OfSomeFormat(msgspec.Struct):
    format: int
    release: str = "?"


@contextmanager
def _as_zip(path: Path, file: io.BufferedReader) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except (*_BROKEN, ValueError, UnicodeDecodeError) as error:
        raise Invalid("archive", path.name, f"a whole backup of Greenroom ({error})") from None
    with archive:
        yield archive
