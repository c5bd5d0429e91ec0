"""`EmailAddressService`: the address of an account is verified, and changed to one that its owner reads."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database.tables import UserRow
from database.unified_session_manager import UnifiedSessionManager
from domain.actor import Actor
from domain.errors import Invalid
from domain.mailed_link import LinkGone, MailedLink, Purpose
from domain.user import User, canonical_email
from services.accounts.letters_due import change_of_email, email_changed, urgent_letter
from services.accounts.mailed_links import MailedLinks, spend_links_of
from services.accounts.rows import as_user, find_row_to_change
from services.accounts.service import AccountService
from services.outbox.effects import Effect
from services.outbox.outbox import Outbox
from services.ports import Clock


class EmailAddressService:
    """Mails links that verify an address, and takes them."""

    def __init__(
        self,
        accounts: AccountService,
        links: MailedLinks,
        outbox: Outbox,
        unified: UnifiedSessionManager,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._links = links
        self._outbox = outbox
        self._unified = unified
        self._now = now

    def request_verification(self, actor: Actor) -> None:
        """Have a link mailed to the actor's own address. Raises NotFound."""
        user = self._accounts.load_user(actor.user_id)
        self._mail(actor, urgent_letter("verify", user_id=user.user_id))

    def request_change(self, actor: Actor, *, email: str, password: str) -> None:
        """Have a link mailed to the address that is to be the actor's; nothing changes before it is followed.

        A change of password calls the mail off, however long it waits. Whether somebody else has that address is told
        to its reader only. Raises Invalid for it and for a wrong
        password, NotFound.
        """
        wanted = canonical_email(email)
        user = self._accounts.confirm_password(actor.user_id, password)
        if wanted == user.email:
            raise Invalid("email", email, "an address that is not yours already")
        self._mail(actor, change_of_email(user, wanted))

    def look_at(self, purpose: Purpose, secret: str) -> MailedLink:
        """What a link is for. Raises LinkGone."""
        return self._links.find(purpose, secret)

    def confirm_verification(self, secret: str) -> User:
        """Note that the address is verified. Raises LinkGone, also when it is not the account's address any more."""
        with self._unified.get_db_session() as db:
            link, row = self._spend(db, Purpose.VERIFY, secret)
            if row.email != link.email:
                raise LinkGone
            row.email_verified_at = self._now()
            return as_user(row)

    def confirm_change(self, secret: str) -> User:
        """Give the account its new address, and tell the old one. Raises LinkGone, also when somebody took it since."""
        try:
            with self._unified.get_db_session() as db:
                link, row = self._spend(db, Purpose.CHANGE, secret)
                spend_links_of(db, row.user_id)
                self._outbox.add(db, email_changed(row.user_id, row.email, link.email))
                row.email, row.email_verified_at = link.email, self._now()
                db.flush()
                return as_user(row)
        except IntegrityError:
            raise LinkGone from None

    def _spend(self, db: Session, purpose: Purpose, secret: str) -> tuple[MailedLink, UserRow]:
        link = self._links.spend(db, purpose, secret)
        row = find_row_to_change(db, link.user_id or "")
        if row is None or row.suspended_at is not None or row.session_version != link.session_version:
            raise LinkGone
        return link, row

    def _mail(self, actor: Actor, effect: Effect) -> None:
        with self._unified.get_db_session(actor) as db:
            self._outbox.add(db, effect)
