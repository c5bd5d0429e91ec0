"""Where everything lies in the folder of the file storage.

<folder>/ab/<session id>/header.json       ab: the first two hex digits of the id's SHA-256
<folder>/ab/<session id>/messages.jsonl
<folder>/ab/<session id>/.lock
<folder>/keys/<sha256 of the key>          holds the id of the session that claims an exclusive key
<folder>/keys/.lock-ab
<folder>/trash/                            folders of deleted sessions on their way out
<folder>/index.sqlite                      derived; may be deleted while nothing runs
<folder>/.index.lock
<folder>/migrations.json                   which migrations were applied, and when
<folder>/.migrations.lock
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from domain.session import SESSION_ID_PATTERN

SHELVES = [f"{number:02x}" for number in range(256)]
_SESSION_ID = re.compile(SESSION_ID_PATTERN)


class Layout:
    """The paths below one folder. Ids were checked before they come here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self.trash = folder / "trash"
        self.index = folder / "index.sqlite"
        self.index_lock = folder / ".index.lock"
        self.migrations = folder / "migrations.json"
        self.migrations_lock = folder / ".migrations.lock"
        self._root = str(folder)

    def session(self, session_id: str) -> Path:
        """The folder of a session."""
        return Path(self._session(session_id))

    def header(self, session_id: str) -> Path:
        """The header of a session; the session exists exactly when this file does."""
        return Path(f"{self._session(session_id)}/header.json")

    def messages(self, session_id: str) -> Path:
        """The messages of a session, one a line."""
        return Path(f"{self._session(session_id)}/messages.jsonl")

    def lock(self, session_id: str) -> Path:
        """What every writer of this session locks."""
        return Path(f"{self._session(session_id)}/.lock")

    def claim(self, key: str) -> Path:
        """The claim on an exclusive key."""
        return self.keys / _digest(key)

    def claim_lock(self, key: str) -> Path:
        """What is locked while claims change; some keys share one."""
        return self.keys / f".lock-{_digest(key)[:2]}"

    def trash_name(self, session_id: str) -> Path:
        """A name that no other deleted session has."""
        return self.trash / f"{session_id}.{uuid4().hex}"

    def folders(self) -> list[Path]:
        """Every folder that stands there from the beginning."""
        return [self.folder, self.keys, self.trash, *(self.folder / shelf for shelf in SHELVES)]

    def session_ids(self) -> Iterator[str]:
        """The id of every session folder, in no order; some may hold no session (yet, or no more)."""
        for shelf in SHELVES:
            with os.scandir(self.folder / shelf) as entries:
                yield from [
                    entry.name
                    for entry in entries
                    if _SESSION_ID.fullmatch(entry.name) and _digest(entry.name)[:2] == shelf
                ]

    def _session(self, session_id: str) -> str:
        return f"{self._root}/{_digest(session_id)[:2]}/{session_id}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
