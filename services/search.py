"""Finds a person's own sessions by their title, whatever their kind."""

from collections.abc import Callable

import msgspec

from domain.actor import Actor
from domain.checks import check_text
from domain.session import SessionSummary
from services.session_manager import SessionManager

TEXT_LIMIT = 200
RESULT_LIMIT = 50
PAGE = 200
PAGES = 5
"""At most a thousand sessions are looked through, the newest first: a title is compared here, not in the storage, so
that letters fold alike on every engine."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions whose titles hold every word, the newest first; `looked_through_all` is False when some were not."""

    items: list[SessionSummary]
    looked_through_all: bool


class Search:
    """Looks through titles, of one owner's sessions only."""

    def __init__(self, sessions: Callable[[str | None], SessionManager]) -> None:
        self._sessions = sessions

    def find(self, actor: Actor, text: str) -> Found:
        """Sessions of this actor whose titles hold every word of the text, in any order and any case.

        A blank text finds nothing. Raises Invalid for a text over 200 characters or with NUL in it.
        """
        words = check_text("q", text, limit=TEXT_LIMIT).casefold().split()
        if not words:
            return Found(items=[], looked_through_all=True)
        own = self._sessions(actor.user_id)
        items: list[SessionSummary] = []
        cursor: str | None = None
        for _ in range(PAGES):
            page = own.list_sessions(limit=PAGE, cursor=cursor)
            items += [row for row in page.items if all(word in row.title.casefold() for word in words)]
            cursor = page.next_cursor
            if cursor is None or len(items) >= RESULT_LIMIT:
                break
        return Found(items=items[:RESULT_LIMIT], looked_through_all=cursor is None and len(items) <= RESULT_LIMIT)
