"""`GuestService`: links by which somebody without an account takes part in one session of whoever sent it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select, update

from database.request_session_manager import RequestSessionManager
from database.tables import GuestLinkRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor, GuestPass
from domain.errors import Conflict, Invalid, NotFound
from domain.guest_link import GUEST_LINK_DAYS, GuestLink, GuestLinkGone
from domain.session import Session
from domain.user import check_display_name, is_made_id
from services.accounts.rows import find_row_to_change
from services.accounts.secrets import LONGEST, DerivedSecrets, hash_of
from services.session_manager import SessionsOf

PURPOSE = "guest"
TAKES_GUESTS = frozenset({"interview"})
"""Kinds of session in which a guest can take part."""
AT_MOST = 20
"""Links of one session at the same time."""
SEEN_EVERY = timedelta(minutes=5)


class GuestService:
    """Makes, shows and ends guest links, and tells who comes by one. What a guest may do is each service's rule."""

    def __init__(
        self,
        sessions: SessionsOf,
        derived: DerivedSecrets,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._sessions = sessions
        self._derived = derived
        self._unified = unified
        self._plain = plain
        self._now = now

    # --- for owners ---------------------------------------------------------------------------------------------------

    def invite(self, actor: Actor, session_id: str, *, guest_name: str, days: int = 7) -> GuestLink:
        """A link into one of the actor's sessions.

        Raises SessionAccessDenied for one that is not theirs, Invalid, Conflict when there are too many links or its
        kind takes no guests.
        """
        name = check_display_name(guest_name)
        if not name:
            raise Invalid("guest_name", guest_name, "the name of whoever you send it to")
        if days not in GUEST_LINK_DAYS:
            raise Invalid("days", days, [str(each) for each in GUEST_LINK_DAYS])
        self._check_takes_guests(self._own(actor, session_id))
        link_id, now = str(uuid4()), self._now()
        row = GuestLinkRow(
            link_id=link_id,
            token_hash=hash_of(self._derived.make(PURPOSE, link_id)),
            owner_id=actor.user_id,
            session_id=session_id,
            guest_name=name,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._unified.get_db_session(actor) as db:
            find_row_to_change(db, actor.user_id)  # locked, so that two at once are counted
            count = select(func.count()).where(*_of(actor, session_id), *_good(now))
            if (db.scalar(count) or 0) >= AT_MOST:
                raise Conflict(f"There are {AT_MOST} links to this already; end one first.", allowed=AT_MOST)
            db.add(row)
            db.flush()
            return self._as_link(row)

    def list_links(self, actor: Actor, session_id: str) -> list[GuestLink]:
        """The links into one of the actor's sessions that are good, the newest first. Raises SessionAccessDenied."""
        self._own(actor, session_id)
        query = select(GuestLinkRow).where(*_of(actor, session_id), *_good(self._now()))
        with self._plain.session_scope() as db:
            newest = query.order_by(GuestLinkRow.created_at.desc(), GuestLinkRow.link_id)
            return [self._as_link(row) for row in db.scalars(newest)]

    def end(self, actor: Actor, session_id: str, link_id: str) -> None:
        """Shut out whoever came by this link. Raises NotFound, for a foreign one too."""
        now = self._now()
        which = (GuestLinkRow.link_id == link_id, *_of(actor, session_id), *_good(now))
        ended = update(GuestLinkRow).where(*which).values(ended_at=now).returning(GuestLinkRow.link_id)
        with self._unified.get_db_session(actor) as db:
            if db.scalar(ended) is None:
                raise NotFound("There is no such link.", link_id=link_id)

    # --- for guests ---------------------------------------------------------------------------------------------------

    def look_at(self, token: str) -> GuestPass:
        """Whom a link lets in, and where. Raises GuestLinkGone."""
        found = self._find(GuestLinkRow.token_hash == hash_of(token[:LONGEST]))
        if found is None or not self._sessions(found.owner_id).storage.exists(found.session_id, found.owner_id):
            raise GuestLinkGone
        return found

    def find(self, link_id: str) -> GuestPass | None:
        """The pass of a guest who came in before; None once the link ended or its owner is shut out."""
        return self._find(GuestLinkRow.link_id == link_id) if is_made_id(link_id) else None

    def note_seen(self, guest: GuestPass) -> None:
        """Remember for the owner that the guest was there, to five minutes."""
        now = self._now()
        stale = GuestLinkRow.last_seen_at.is_(None) | (GuestLinkRow.last_seen_at < now - SEEN_EVERY)
        with self._unified.get_db_session() as db:
            which = (GuestLinkRow.link_id == guest.link_id, stale)
            db.execute(update(GuestLinkRow).where(*which).values(last_seen_at=now))

    # --- upkeep -------------------------------------------------------------------------------------------------------

    def drop_old(self) -> int:
        """Remove links whose time is over. Returns how many."""
        over = delete(GuestLinkRow).where(GuestLinkRow.expires_at < self._now())
        with self._unified.get_db_session() as db:
            return len(db.scalars(over.returning(GuestLinkRow.link_id)).all())

    # --- beneath ------------------------------------------------------------------------------------------------------

    def _own(self, actor: Actor, session_id: str) -> Session:
        return self._sessions(actor.user_id).load_session(session_id, messages=0)

    def _check_takes_guests(self, session: Session) -> None:
        if session.kind not in TAKES_GUESTS:
            raise Conflict(f"Nobody can take part in a session of kind {session.kind} by link.", kind=session.kind)

    def _find(self, which: ColumnElement[bool]) -> GuestPass | None:
        query = (
            select(GuestLinkRow)
            .join(UserRow, UserRow.user_id == GuestLinkRow.owner_id)
            .where(which, *_good(self._now()), UserRow.suspended_at.is_(None))
        )
        with self._plain.session_scope() as db:
            row = db.scalars(query).one_or_none()
        if row is None:
            return None
        return GuestPass(
            link_id=row.link_id, session_id=row.session_id, owner_id=row.owner_id, guest_name=row.guest_name
        )

    def _as_link(self, row: GuestLinkRow) -> GuestLink:
        return GuestLink(
            link_id=row.link_id,
            session_id=row.session_id,
            guest_name=row.guest_name,
            token=self._derived.find(PURPOSE, row.link_id, row.token_hash),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_seen_at=row.last_seen_at,
        )


def _of(actor: Actor, session_id: str) -> tuple[ColumnElement[bool], ...]:
    return GuestLinkRow.owner_id == actor.user_id, GuestLinkRow.session_id == session_id


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return GuestLinkRow.ended_at.is_(None), GuestLinkRow.expires_at > now
