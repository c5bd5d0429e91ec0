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


class GuestPass(msgspec.Struct, frozen=True, kw_only=True):
    """What lets somebody without an account take part in one session of its owner, who sent them a link."""

    link_id: str
    session_id: str
    owner_id: str
    guest_name: str


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The user behind a call and what they may do; `request_id` ties together what one call logs and writes.

    A guest is an actor too: with an id that no user has, no role, and a pass for one session.
    """

    user_id: str
    roles: frozenset[Role] = frozenset({Role.MEMBER})
    email: str | None = None
    request_id: str = ""
    guest: GuestPass | None = None

    def owner_for(self, session_id: str) -> str:
        """Under whose name this actor takes part in this session: a guest under its owner's, where the pass says so.

        For what only owners may do, take `user_id`: no session belongs to a guest's.
        """
        if self.guest is not None and self.guest.session_id == session_id:
            return self.guest.owner_id
        return self.user_id


def guest_actor(guest: GuestPass, request_id: str) -> Actor:
    """The actor that a guest is within one request."""
    return Actor(user_id=f"guest:{guest.link_id}", roles=frozenset(), request_id=request_id, guest=guest)
