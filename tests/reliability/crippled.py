"""Storages that break their promise on purpose: a harness that does not catch these proves nothing."""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from domain.errors import SessionNotFound
from storage.file import FileSessionStorage
from storage.file.disk import Disk
from storage.registry import StorageConfig

CHUNK = 256


class WritesInPlace(Disk):
    """No second file and no rename: bytes go to the final name a few at a time, as a plain `json.dump` writes them."""

    def open(self, path: Path, flags: int) -> int:
        return super().open(_final(path), flags)

    def write(self, fd: int, data: bytes) -> int:
        return os.write(fd, data[:CHUNK])

    def sync(self, fd: int) -> None:
        """Not even this."""

    def rename(self, old: Path, new: Path) -> None:
        if _final(old) != new:
            super().rename(old, new)


def _final(path: Path) -> Path:
    return path.with_name(path.name[1:-4]) if path.name.endswith(".new") else path


class InPlaceStorage(FileSessionStorage):
    """Files without temporary names."""

    @classmethod
    def from_config(cls, config: StorageConfig) -> Self:
        return cls(config.folder, WritesInPlace())


class CarelessStorage(FileSessionStorage):
    """Saves over whatever somebody else saved in between."""

    def _update(
        self,
        session_id: str,
        changes: Mapping[str, Any],
        updated_at: datetime,
        *,
        kind: str,
        user_id: str | None,
        revision: int | None,  # that is the point
    ) -> int | None:
        return super()._update(session_id, changes, updated_at, kind=kind, user_id=user_id, revision=None)


class ForgetfulStorage(FileSessionStorage):
    """Says that a message is stored before it is."""

    def append_message(self, session_id: str, message: Any, user_id: str | None = None) -> Any:
        late = self.__dict__.setdefault("late", [])
        late.append((session_id, message, user_id))
        if len(late) > 3:
            for each in late:
                with suppress(SessionNotFound):  # deleted since
                    super().append_message(*each)
            late.clear()
        return message
