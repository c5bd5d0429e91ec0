"""What is on: for everybody at the door, for one person at home, and behind the one address of any session."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from domain import clock
from domain.actor import Actor
from domain.errors import SessionAccessDenied, SessionNotFound
from domain.interview import InterviewStatus
from domain.kinds import kind_named
from domain.lifecycle import Phase
from domain.live import LIVE, Live
from domain.session import Session, SessionSummary
from domain.training import TRAINING, Training
from services.session_manager import SessionManager

PUBLIC_LIMIT = 12
UPCOMING_LIMIT = 5
WAITING_LIMIT = 20
RECENT_LIMIT = 8

WAITING = (InterviewStatus.ACTIVE, InterviewStatus.PAUSED, InterviewStatus.FAILED)
"""The statuses in which an interview waits for its owner."""


class AtTheDoor(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may see: what runs now, and the public trainings to come, the earliest first."""

    live: list[Session]
    coming: list[Session]


class AtHome(msgspec.Struct, frozen=True, kw_only=True):
    """What one person finds on coming in. `now` is the interview to go on with; `waiting` are the others."""

    now: Session | None
    upcoming: list[SessionSummary]
    waiting: list[SessionSummary]
    recent: list[SessionSummary]


class Overview:
    """Reads sessions of every kind, knowing no more of a kind than who may see it."""

    def __init__(
        self, sessions: Callable[[str | None], SessionManager], clock: Callable[[], datetime] = clock.now
    ) -> None:
        self.sessions = sessions
        self.clock = clock

    def at_the_door(self) -> AtTheDoor:
        """What a visitor sees. Only public sessions, at most a dozen of each sort."""
        broadcasts = self._public("live", LIVE.statuses_in(Phase.ACTIVE))
        running = self._public("training", TRAINING.statuses_in(Phase.ACTIVE))
        planned = TRAINING.statuses_in(Phase.PLANNED)
        return AtTheDoor(
            live=[*broadcasts, *running],
            coming=self._public("training", planned, order="starts_at", since=self.clock()),
        )

    def at_home(self, actor: Actor) -> AtHome:
        """What waits for this person, what comes next and what was lately, from their own sessions."""
        own = self.sessions(actor.user_id)
        waiting = own.list_sessions(kind="interview", statuses=[str(s) for s in WAITING], limit=WAITING_LIMIT).items
        first = next((row for row in waiting if row.status == InterviewStatus.ACTIVE), None)
        return AtHome(
            now=own.load_session(first.session_id, messages=0) if first else None,
            upcoming=self._upcoming(own),
            waiting=[row for row in waiting if row is not first],
            recent=own.list_sessions(limit=RECENT_LIMIT).items,
        )

    def open_to(self, actor: Actor | None, session_id: str) -> Session:
        """The header of a session that this actor, or nobody in particular, may see.

        Owners see their own, everybody what is public, members what is for members. Raises SessionAccessDenied for all
        else, missing or not.
        """
        try:
            session = self.sessions(None).load_session(session_id, messages=0)
        except SessionNotFound:
            raise SessionAccessDenied(session_id) from None
        is_own = actor is not None and session.user_id == actor.user_id
        if is_own or is_public(session) or (actor is not None and is_for_members(session)):
            return session
        raise SessionAccessDenied(session_id)

    def _public(self, kind: str, statuses: list[str], **filters: object) -> list[Session]:
        everything = self.sessions(None)
        page = everything.list_sessions(kind=kind, statuses=statuses, limit=PUBLIC_LIMIT, **filters)
        found = (everything.load_session(row.session_id, messages=0) for row in page.items)
        return [session for session in found if is_public(session)]

    def _upcoming(self, own: SessionManager) -> list[SessionSummary]:
        page = own.list_sessions(order="starts_at", since=self.clock(), limit=UPCOMING_LIMIT)
        return [row for row in page.items if phase_of(row) is Phase.PLANNED]


def phase_of(row: SessionSummary) -> Phase:
    """The shared phase of a session of which only its row is known."""
    return kind_named(row.kind).lifecycle.phase_of(row.status)


def is_public(session: Session) -> bool:
    """Whether everybody may see it. A broadcast shows what its channel says, copied to `extra["visibility"]`."""
    if isinstance(session, Training):
        return session.is_public
    return isinstance(session, Live) and session.extra.get("visibility") == "public"


def is_for_members(session: Session) -> bool:
    """Whether everybody who is logged in may see it."""
    return isinstance(session, Training) and session.members_only
