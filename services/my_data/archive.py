"""The ZIP archive of an export, which at the end says what it holds."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from services.zipping import ZipWriter

MANIFEST = "manifest.json"


class Archive(ZipWriter):
    """An archive in the making. `close` writes the manifest; without it the archive is not whole."""

    def has_folder(self, name: str) -> bool:
        """Whether a session took this folder already."""
        return self.has(f"{name}/session.json")

    def close(self) -> None:
        """Write what every entry must be for the archive to be the one that we made."""
        self.add(MANIFEST, [as_json({"made_at": self._made_at, "files": self.members})])
        self._zip.close()


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
