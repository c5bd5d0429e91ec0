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
"""Sessions that hold an exclusive key. They stand apart, being read together: no two of them hold the same one."""
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


class Tally(msgspec.Struct, kw_only=True):
    """What was written so far. Tables stand in the order in which they can be filled.

    `left_out` counts sessions of accounts that were made after the backup began.
    """

    begun_at: datetime
    with_keys: bool
    database_revision: str = ""
    tables: list[Table] = []
    sessions: int = 0
    messages: int = 0
    files: int = 0
    left_out: int = 0
    unsaved: list[Unsaved] = []


class Manifest(Tally, kw_only=True):
    """The whole account.

    `erased_meanwhile` holds the ids of those whose erasure began after the backup did: their data may be here in part,
    so a restore has it erased again.
    """

    format: int = FORMAT
    release: str = RELEASE
    ended_at: datetime
    erased_meanwhile: list[str]
    members: list[Member]


def table_member(table: str) -> str:
    """The name under which a table stands in an archive."""
    return f"{TABLES}{table}.jsonl"
