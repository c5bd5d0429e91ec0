"""The opaque cursor of a page: where it ended, bound to the query it belongs to."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import msgspec

from domain.checks import check_session_id
from domain.clock import EPOCH, MILLISECOND, milliseconds
from domain.errors import Invalid
from domain.session import SessionSummary

if TYPE_CHECKING:
    from storage.query import SessionQuery

Order = Literal["-created_at", "starts_at"]
ORDERS: tuple[Order, ...] = ("-created_at", "starts_at")


class Cursor(NamedTuple):
    """The last row of a page: its key (the time the page is ordered by) and its id."""

    key: datetime
    session_id: str

    @classmethod
    def after(cls, row: SessionSummary, query: "SessionQuery") -> Self:
        """The cursor that continues right behind this row."""
        key = row.created_at if query.order == "-created_at" else row.starts_at
        if key is None:
            raise ValueError("a page ordered by starts_at holds only sessions that have one")
        return cls(key, row.session_id)

    @classmethod
    def read(cls, text: str, query: "SessionQuery") -> Self:
        """Read a cursor that came back from outside. Raises Invalid when it is not one of this very query."""
        try:
            key, session_id, _ = text.split(".")
            place = cls(EPOCH + MILLISECOND * int(key), check_session_id(session_id))
        except (AttributeError, TypeError, ValueError, OverflowError, Invalid):
            raise _refused(text) from None
        if place.text(query) != text:  # which holds the seal
            raise _refused(text)
        return place

    def text(self, query: "SessionQuery") -> str:
        """The cursor as it is given out: plain, because reading a coded one took a tenth of a page."""
        return f"{milliseconds(self.key)}.{self.session_id}.{self._seal(query)}"

    def _seal(self, query: "SessionQuery") -> str:
        """A checksum over place and query, against mistakes; owners are checked apart, by the query itself."""
        parts = msgspec.json.encode(
            (
                *self,
                query.order,
                query.user_id,
                query.kind,
                sorted(query.statuses) if query.statuses is not None else None,
                query.mode,
                query.parent_id,
                query.since,
                query.until,
            )
        )
        return hashlib.blake2s(parts, digest_size=8).hexdigest()


def _refused(text: str) -> Invalid:
    return Invalid("cursor", text, "the next_cursor of the page before, unchanged, with the same filters")
