"""What links that are mailed are for, and how long each is good."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from domain.errors import NotFound


class Purpose(StrEnum):
    """What a link is for; it does nothing else."""

    REGISTER = "register"
    RESET = "reset"
    VERIFY = "verify"
    CHANGE = "change_email"


LIFETIMES = {
    Purpose.REGISTER: timedelta(days=2),
    Purpose.RESET: timedelta(hours=1),
    Purpose.VERIFY: timedelta(days=7),
    Purpose.CHANGE: timedelta(days=1),
}


class LinkGone(NotFound):
    """A link that was used, is too old, never was one, or that a later change made void."""

    code = "link_gone"

    def __init__(self) -> None:
        super().__init__("This link is not good any more: it was used, is too old, or something changed since.")


class MailedLink(msgspec.Struct, frozen=True, kw_only=True):
    """What a link was made for. `session_version` is that of its user then: a change of password makes it void."""

    purpose: Purpose
    email: str
    user_id: str | None
    session_version: int | None
    display_name: str
    expires_at: datetime
