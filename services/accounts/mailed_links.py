"""Links that are mailed: each proves that somebody reads the mail of an address, is good once, and not for long.

The secret in a link is derived from the outbox row of its mail. So it stands nowhere but in the mail itself, and a mail
that has to be sent a second time carries the same link. A link that was used is kept for a while, as one that is over:
else that second mail would make it good once more.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from database.inserting import insert_if_absent
from database.request_session_manager import RequestSessionManager
from database.tables import MailedLinkRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.mailed_link import LIFETIMES, LinkGone, MailedLink, Purpose
from domain.user import User
from services.accounts.secrets import LONGEST, DerivedSecrets, hash_of

KEPT = timedelta(days=30)
"""Far longer than a mail is tried again."""
OVER = clock.EPOCH
"""When a used link was over: before any moment that somebody who uses it at the same time may have looked at."""


class MailedLinks:
    """Makes, shows and spends links."""

    def __init__(
        self,
        derived: DerivedSecrets,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._derived = derived
        self._unified = unified
        self._plain = plain
        self._now = now

    def make(
        self, purpose: Purpose, outbox_id: str, *, email: str, user: User | None = None, display_name: str = ""
    ) -> str:
        """The secret for the mail of this outbox row; the same when it is asked for again, and not good for longer."""
        secret, now = self._derived.make(purpose, outbox_id), self._now()
        values = {
            "token_hash": hash_of(secret),
            "purpose": str(purpose),
            "user_id": user.user_id if user else None,
            "session_version": user.session_version if user else None,
            "email": email,
            "display_name": display_name,
            "created_at": now,
            "expires_at": now + LIFETIMES[purpose],
        }
        with self._unified.get_db_session() as db:
            insert_if_absent(db, MailedLinkRow, values)
        return secret

    def find(self, purpose: Purpose, secret: str) -> MailedLink:
        """What a link is for, without using it. Raises LinkGone."""
        with self._plain.session_scope() as db:
            row = db.scalars(self._good(purpose, secret)).one_or_none()
        return _as_link(row)

    def spend(self, db: Session, purpose: Purpose, secret: str) -> MailedLink:
        """Use a link up within this transaction: of two at once one gets it. Raises LinkGone."""
        row = db.scalars(self._good(purpose, secret).with_for_update()).one_or_none()
        link = _as_link(row)
        db.execute(update(MailedLinkRow).where(*_named(purpose, secret)).values(expires_at=OVER))
        return link

    def drop_old(self) -> int:
        """Remove links that have long been over. Returns how many."""
        over = delete(MailedLinkRow).where(MailedLinkRow.created_at < self._now() - KEPT)
        with self._unified.get_db_session() as db:
            return len(db.scalars(over.returning(MailedLinkRow.token_hash)).all())

    def _good(self, purpose: Purpose, secret: str) -> Select[MailedLinkRow]:
        return select(MailedLinkRow).where(*_named(purpose, secret), MailedLinkRow.expires_at > self._now())


def spend_links_of(db: Session, user_id: str) -> None:
    """Make every link of this user void."""
    db.execute(update(MailedLinkRow).where(MailedLinkRow.user_id == user_id).values(expires_at=OVER))


def _named(purpose: Purpose, secret: str) -> tuple[ColumnElement[bool], ...]:
    return MailedLinkRow.token_hash == hash_of(secret[:LONGEST]), MailedLinkRow.purpose == str(purpose)


def _as_link(row: MailedLinkRow | None) -> MailedLink:
    if row is None:
        raise LinkGone
    return MailedLink(
        purpose=Purpose(row.purpose),
        email=row.email,
        user_id=row.user_id,
        session_version=row.session_version,
        display_name=row.display_name,
        expires_at=row.expires_at,
    )
