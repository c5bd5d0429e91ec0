"""`RegistrationService`: how somebody makes an account for themselves.

The address comes first and the password last: whoever chooses the password has read the mail. So nobody can wait with
a password of their own in an account that another person will verify, and nobody learns here who has an account.
"""

import hmac

from database.unified_session_manager import UnifiedSessionManager
from domain.actor import Role
from domain.errors import Conflict, Invalid
from domain.mailed_link import LinkGone, MailedLink, Purpose
from domain.user import User, canonical_email, check_display_name
from services.accounts.letters_due import urgent_letter
from services.accounts.mailed_links import MailedLinks
from services.accounts.making import EmailTaken, UserMaker, add_user
from services.accounts.service import AccountService
from services.outbox.outbox import Outbox
from services.ports import Clock

FIRST_ROLES = frozenset({Role.MEMBER})


class NotOpenYet(Conflict):
    """There is no account at all: the first one is made by the link that the start prints."""

    code = "not_open_yet"


class RegistrationService:
    """Takes registrations. `access_password` is what the organisation tells those who may register; None lets all."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        maker: UserMaker,
        links: MailedLinks,
        outbox: Outbox,
        unified: UnifiedSessionManager,
        access_password: str | None,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._maker = maker
        self._links = links
        self._outbox = outbox
        self._unified = unified
        self._access_password = access_password
        self._now = now

    @property
    def asks_for_password(self) -> bool:
        """Whether whoever registers has to know the organisation's password."""
        return self._access_password is not None

    def request(self, *, email: str, display_name: str, access_password: str = "") -> None:
        """Have a link mailed to this address; to one that has an account already, a mail that says so.

        The same happens here for both, and takes as long. Raises Invalid naming the field, NotOpenYet.
        """
        self._check_access(access_password)
        address, name = canonical_email(email), check_display_name(display_name)
        if not self._accounts.has_users():
            raise NotOpenYet("Nobody can register here yet: the first account is made by whoever set this up.")
        with self._unified.get_db_session() as db:
            self._outbox.add(db, urgent_letter("register", email=address, display_name=name))

    def look_at(self, secret: str) -> MailedLink:
        """For whom a link is. Raises LinkGone."""
        return self._links.find(Purpose.REGISTER, secret)

    def confirm(self, secret: str, *, password: str) -> User:
        """Make the account of a mailed link; its address is verified. Raises LinkGone, Invalid."""
        link = self.look_at(secret)
        row = self._maker.row(email=link.email, password=password, roles=FIRST_ROLES, display_name=link.display_name)
        row.email_verified_at = self._now()
        try:
            with self._unified.get_db_session() as db:
                self._links.spend(db, Purpose.REGISTER, secret)
                return add_user(db, row)
        except EmailTaken:
            raise LinkGone from None

    def _check_access(self, given: str) -> None:
        wanted = self._access_password
        if wanted is not None and not hmac.compare_digest(given.encode(errors="replace"), wanted.encode()):
            raise Invalid("access_password", "…", "the password that your organisation gave you for registering")
