"""What an archive says of itself: its last member, without which it is not whole."""

from datetime import datetime

import msgspec

from database.columns import TableShape
from services.zipping import Member

FORMAT = 1
"""Raised when an older release could not read the archive any more."""
RELEASE = "0.1.0"
"""The release that makes these archives, for people to read; a test compares it with the project's own."""

MANIFEST = "manifest.json"
SESSIONS = "sessions.jsonl"
KEY_HOLDERS = "sessions-with-keys.jsonl"
"""Sessions that hold an exclusive key. They stand apart because they are read together, so that none holds another's."""
TABLES = "database/"
FILES = "files/"


class Unsaved(msgspec.Struct, frozen=True):
    """Something that could not be read, and why; it is not in the archive."""

    what: str
    reason: str


class Table(msgspec.Struct, frozen=True):
    """A table of the archive: how its rows are written, and how many there are."""

    shape: TableShape
    rows: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole account. Tables stand in the order in which they can be filled.

    `left_out` counts sessions of accounts that were made after the backup began. `erased_meanwhile` holds the ids of
    those whose erasure began after it: their data may be here in part, so a restore has it erased again.
    """

    format: int = FORMAT
    release: str = RELEASE
    begun_at: datetime
    ended_at: datetime
    database_revision: str
    tables: list[Table]
    sessions: int
    messages: int
    files: int
    with_keys: bool
    left_out: int
    erased_meanwhile: list[str]
    unsaved: list[Unsaved]
    members: list[Member]


class Tally(msgspec.Struct):
    """What was written so far."""

    tables: list[Table] = []
    sessions: int = 0
    messages: int = 0
    files: int = 0
    left_out: int = 0
    unsaved: list[Unsaved] = []


def table_member(table: str) -> str:
    """The name under which a table stands in an archive."""
    return f"{TABLES}{table}.jsonl"
