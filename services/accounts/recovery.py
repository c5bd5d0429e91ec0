"""`RecoveryService`: a new password for whoever reads the mail of an account."""

from database.unified_session_manager import UnifiedSessionManager
from domain.mailed_link import LinkGone, Purpose
from domain.user import User, canonical_email
from services.accounts.letters_due import password_changed, urgent_letter
from services.accounts.mailed_links import MailedLinks, spend_links_of
from services.accounts.passwords import Passwords, check_password_rule
from services.accounts.rows import as_user, change_ending_logins, find_row_to_change
from services.outbox.outbox import Outbox
from services.ports import Clock


class RecoveryService:
    """Mails links to reset a password, and takes the new one."""

    def __init__(
        self,
        passwords: Passwords,
        links: MailedLinks,
        outbox: Outbox,
        unified: UnifiedSessionManager,
        now: Clock,
    ) -> None:
        self._passwords = passwords
        self._links = links
        self._outbox = outbox
        self._unified = unified
        self._now = now

    def request(self, email: str) -> None:
        """Have a link mailed to this address if somebody has it; nobody learns here whether. Raises Invalid.

        Who has it is looked up when the mail is worded, so that this takes as long for nobody as for somebody.
        """
        due = urgent_letter("reset", email=canonical_email(email))
        with self._unified.get_db_session() as db:
            self._outbox.add(db, due)

    def look_at(self, secret: str) -> str:
        """The address of the account that a link is for. Raises LinkGone."""
        return self._links.find(Purpose.RESET, secret).email

    def confirm(self, secret: str, *, password: str) -> User:
        """Take the new password. Every login, token and mailed link of this user ends; the address is verified.

        Raises Invalid for a password that the rule refuses (the link stays good), LinkGone, also when the account was
        suspended, or its password or address changed since.
        """
        check_password_rule(password, self.look_at(secret))
        hashed = self._passwords.hash(password)
        with self._unified.get_db_session() as db:
            link = self._links.spend(db, Purpose.RESET, secret)
            row = find_row_to_change(db, link.user_id or "")
            if row is None or row.suspended_at is not None or row.session_version != link.session_version:
                raise LinkGone
            if row.email != link.email:  # whoever reads that mail has this account no more
                raise LinkGone
            spend_links_of(db, row.user_id)
            change_ending_logins(row, password_hash=hashed, email_verified_at=self._now())
            self._outbox.add(db, password_changed(row.user_id))
            return as_user(row)
