"""A link by which somebody without an account takes part in one session, as its owner sees it."""

from datetime import datetime

import msgspec


class GuestLink(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a link is, in which session, and until when. `token` is None when the key it was made with is gone."""

    link_id: str
    session_id: str
    guest_name: str
    token: str | None
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime | None
