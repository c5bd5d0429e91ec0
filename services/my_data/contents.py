"""What an export holds: everything that is one person's, in files that they can read without us."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from database.request_session_manager import RequestSessionManager
from database.tables import GuestLinkRow, LoginRow, NoticeRow, OutboxRow
from domain.errors import CorruptSession, SessionAccessDenied
from domain.interview import Interview
from domain.session import Message, Session
from domain.user import User
from services.interviews.markdown import report_as_markdown
from services.my_data.archive import Archive, as_json, as_json_list
from services.my_data.mail_files import MailFiles, without_secrets
from services.my_data.rows import addresses_of, effects_about, in_parts
from services.my_data.transcript import transcript
from services.session_manager import SessionManager, SessionsOf

MESSAGES_AT_ONCE = 100
"""Ten megabytes at most, should each be as long as it may be."""
SLUG_LENGTH = 40
README = (Path(__file__).parent / "README.txt").read_text()

LOGIN_FIELDS = ("kind", "name", "address", "created_at", "last_seen_at", "expires_at", "ended_at")
LINK_FIELDS = ("session_id", "guest_name", "created_at", "expires_at", "last_seen_at", "ended_at")
NOTICE_FIELDS = ("text", "link", "created_at", "read_at")


class Contents:
    """Writes the parts of an export. No hash, token or secret of a link is in any of them."""

    def __init__(self, sessions: SessionsOf, plain: RequestSessionManager, mail_files: MailFiles) -> None:
        self._sessions = sessions
        self._plain = plain
        self._mail_files = mail_files

    def add_account(self, archive: Archive, user: User) -> None:
        """Who they are, what lets them in, whom they invited, and what they were told."""
        mine = user.user_id
        logins = select(LoginRow).where(LoginRow.user_id == mine)
        links = select(GuestLinkRow).where(GuestLinkRow.owner_id == mine)
        notices = select(NoticeRow).where(NoticeRow.user_id == mine)
        archive.add("account.json", [as_json(_account(user))])
        archive.add("logins.json", self._facts(logins, LoginRow.login_id, LOGIN_FIELDS))
        archive.add("guest-links.json", self._facts(links, GuestLinkRow.link_id, LINK_FIELDS))
        archive.add("notices.json", self._facts(notices, NoticeRow.notice_id, NOTICE_FIELDS))

    def add_mails(self, archive: Archive, user: User) -> None:
        """What was mailed to them and when; the mails themselves where they lie in a folder of ours."""
        addresses = addresses_of(self._plain, user)
        about = effects_about(self._plain, user.user_id, addresses)
        archive.add("mails.json", as_json_list(_mail(row, user) for row in about if row.payload.get("letter")))
        for path in self._mail_files.addressed_to(addresses):
            if path.suffix == ".eml":
                archive.add(f"mails/{path.name}", [without_secrets(path)])

    def add_sessions(self, archive: Archive, user: User, tell: Callable[[int], None]) -> int:
        """Every session of every kind; `tell` hears how many are in after each. Return how many there are."""
        own, count = self._sessions(user.user_id), 0
        for session_id in own.storage.ids_of(user.user_id):
            self._add_session(archive, own, session_id)
            count += 1
            tell(count)
        return count

    def _add_session(self, archive: Archive, own: SessionManager, session_id: str) -> None:
        """One that was deleted meanwhile is left out; of one that cannot be read, the archive says so."""
        try:
            session = own.load_session(session_id, messages=0)
            folder = _folder(archive, session)
            archive.add(f"{folder}/transcript.md", transcript(session, _messages(own, session_id)))
        except SessionAccessDenied:
            return
        except CorruptSession as damage:
            archive.add(f"sessions/{session_id}/could-not-be-read.txt", [f"{damage.message}\n".encode()])
            return
        archive.add(f"{folder}/session.json", [as_json(session)])
        if isinstance(session, Interview) and session.report is not None:
            archive.add(f"{folder}/report.md", [report_as_markdown(session, session.report).encode()])

    def _facts(self, query: Any, key: Any, fields: tuple[str, ...]) -> Iterator[bytes]:
        rows = (row for part in in_parts(self._plain, query, key) for row in part)
        return as_json_list({name: getattr(row, name) for name in fields} for row in rows)


def readme(user: User, made_at: str) -> bytes:
    """What is in the archive, in plain words."""
    return README.format(name=user.display_name or user.email, email=user.email, made_at=made_at).encode()


def _account(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "email": user.email,
        "email_verified_at": user.email_verified_at,
        "display_name": user.display_name,
        "roles": sorted(user.roles),
        "time_zone": user.time_zone,
        "created_at": user.created_at,
    }


def _mail(row: OutboxRow, user: User) -> dict[str, Any]:
    to = row.payload.get("email") or row.payload.get("old_email") or user.email
    return {"what": row.payload["letter"], "to": to, "asked_for_at": row.created_at, "sent_at": row.done_at}


def _messages(own: SessionManager, session_id: str) -> Iterator[Message]:
    after = 0
    while said := own.messages(session_id, after=after, limit=MESSAGES_AT_ONCE):
        yield from said
        after = said[-1].n


def _folder(archive: Archive, session: Session) -> str:
    """A name by which a person finds it again; should two have the same, the second is called by its whole id."""
    plain = unicodedata.normalize("NFKD", session.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-") or session.kind
    begun = f"sessions/{session.created_at:%Y-%m-%d}-{slug}"
    short = f"{begun}-{session.session_id[:8]}"
    return f"{begun}-{session.session_id}" if archive.has_folder(short) else short
