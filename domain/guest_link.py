"""A link by which somebody without an account takes part in one session, as its owner sees it."""

from datetime import datetime

import msgspec

from domain.errors import NotFound

GUEST_LINK_DAYS = (1, 7, 30)
"""For how long a link may be made."""


class GuestLink(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a link is, in which session, and until when. `token` is None when the key it was made with is gone."""

    link_id: str
    session_id: str
    guest_name: str
    token: str | None
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime | None


class GuestLinkGone(NotFound):
    """A guest link that ended, is too old, never was one, or whose owner or session is gone."""

    code = "guest_link_gone"

    def __init__(self) -> None:
        super().__init__("This link is not good any more. Ask whoever sent it to you for a new one.")
