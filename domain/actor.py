"""Who acts: given to every service method, so that a rule never has to ask a request."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a user may be; several at once."""

    MEMBER = "member"
    REVIEWER = "reviewer"
    INSTRUCTOR = "instructor"
    BOARD = "board"
    ADMIN = "admin"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The user behind a call and what they may do; `request_id` ties together what one call logs and writes."""

    user_id: str
    roles: frozenset[Role] = frozenset({Role.MEMBER})
    email: str | None = None
    request_id: str = ""
