"""`NoticeService`: short notices that a person sees on their home page until they dismiss them."""

from datetime import datetime

import msgspec
from sqlalchemy import select, update

from database.inserting import insert_if_absent
from database.request_session_manager import RequestSessionManager
from database.tables import NoticeRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.actor import Actor
from domain.checks import check_text
from domain.errors import Invalid, NotFound
from providers.events.base import EventBus
from services.outbox import Claimed, Effect, NotDeliverable
from services.ports import Clock

TEXT_LIMIT = 500
LINK_LIMIT = 500
SHOWN = 50
"""Notices that are shown at once; whoever has more reads these first."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is told. `link` is a path of our own, or None."""

    notice_id: str
    text: str
    link: str | None
    created_at: datetime


class NoticeService:
    """Delivers notices, and shows them to those whom they are for."""

    def __init__(
        self,
        unified: UnifiedSessionManager,
        plain: RequestSessionManager,
        bus: EventBus,
        now: Clock = clock.now,
    ) -> None:
        self._unified = unified
        self._plain = plain
        self._bus = bus
        self._now = now

    def handle(self, claimed: Claimed) -> None:
        """The handler of kind "notice": show it, once, unless the person is gone. Pages that are open hear of it.

        Raises NotDeliverable for a payload that is no notice.
        """
        values = _values(claimed)
        with self._unified.get_db_session() as db:
            if db.get(UserRow, claimed.user_id) is None:
                return
            insert_if_absent(db, NoticeRow, values)
        self._bus.publish(f"user:{claimed.user_id}")

    def list_unread(self, actor: Actor) -> list[Notice]:
        """This person's notices that were not dismissed, the newest first, at most fifty."""
        mine = NoticeRow.user_id == actor.user_id, NoticeRow.read_at.is_(None)
        newest = NoticeRow.created_at.desc(), NoticeRow.notice_id
        with self._plain.session_scope() as db:
            rows = db.scalars(select(NoticeRow).where(*mine).order_by(*newest).limit(SHOWN))
            return [_notice(row) for row in rows]

    def dismiss(self, actor: Actor, notice_id: str) -> None:
        """Show it no more; a second time changes nothing. Raises NotFound, for somebody else's as for none at all."""
        mine = NoticeRow.notice_id == notice_id, NoticeRow.user_id == actor.user_id
        with self._unified.get_db_session(actor) as db:
            if db.scalar(select(NoticeRow.notice_id).where(*mine)) is None:
                raise NotFound("There is no such notice.", notice_id=notice_id)
            db.execute(update(NoticeRow).where(*mine, NoticeRow.read_at.is_(None)).values(read_at=self._now()))


def notice(user_id: str, text: str, link: str | None = None) -> Effect:
    """The effect that tells a person something. Raises Invalid for a link that leads out of the house."""
    return Effect(kind="notice", payload={"text": _text(text), "link": _link(link)}, user_id=user_id)


def _values(claimed: Claimed) -> dict[str, object]:
    if claimed.user_id is None:
        raise NotDeliverable("The notice does not say whom it is for.", field="user_id")
    try:
        text, link = _text(claimed.payload.get("text")), _link(claimed.payload.get("link"))
    except Invalid as refusal:
        raise NotDeliverable(refusal.message, **refusal.facts) from None
    return {
        "notice_id": claimed.outbox_id,
        "user_id": claimed.user_id,
        "text": text,
        "link": link,
        "created_at": claimed.created_at,
    }


def _text(text: object) -> str:
    return check_text("text", text, limit=TEXT_LIMIT)


def _link(link: object) -> str | None:
    if link is None:
        return None
    path = check_text("link", link, limit=LINK_LIMIT)
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        raise Invalid("link", path, "a path of this site, such as /dashboard")
    return path


def _notice(row: NoticeRow) -> Notice:
    return Notice(notice_id=row.notice_id, text=row.text, link=row.link, created_at=row.created_at)
