"""What the mails about accounts say. Each is worded when it is delivered, by what is true then."""

from collections.abc import Mapping

from domain.mailed_link import Purpose
from domain.user import User
from services.accounts.mailed_links import MailedLinks
from services.accounts.service import AccountService
from services.links import Links
from services.notifications.letters import Draft, Letter, fact
from services.notifications.wording import Wording
from services.outbox import Claimed


class AccountLetters:
    """Words the mails. Where one needs a link, its secret is made here and stands nowhere else.

    An address that is not proven yet is not greeted by a name: whoever typed both could say anything to anybody there.
    """

    def __init__(self, accounts: AccountService, mailed: MailedLinks, links: Links, wording: Wording) -> None:
        self._accounts = accounts
        self._mailed = mailed
        self._links = links
        self._wording = wording

    def by_name(self) -> Mapping[str, Letter]:
        """Every letter by the name that stands in its outbox rows."""
        return {
            "register": self.register,
            "reset": self.reset,
            "verify": self.verify,
            "change_email": self.change_email,
            "password_changed": self.password_changed,
            "email_changed": self.email_changed,
        }

    def register(self, claimed: Claimed) -> Draft:
        """The link that makes an account; to an address that has one, a word that somebody tried."""
        email, name = fact(claimed, "email"), fact(claimed, "display_name")
        known = self._accounts.find_user_by_email(email)
        if known is not None:
            text = self._wording.text("registered_already", name=known.display_name, email=email)
            return Draft(to=email, subject="You have an account already", text=text)
        secret = self._mailed.make(Purpose.REGISTER, claimed.outbox_id, email=email, display_name=name)
        text = self._wording.text("register", link=self._links.finish_registration(secret))
        return Draft(to=email, subject="Choose a password for your account", text=text)

    def reset(self, claimed: Claimed) -> Draft | None:
        """The link that brings another password; nothing when nobody has the address."""
        user = self._accounts.find_user_by_email(fact(claimed, "email"))
        if user is None or user.suspended_at is not None:
            return None
        secret = self._mailed.make(Purpose.RESET, claimed.outbox_id, email=user.email, user=user)
        return self._draft("reset", "Choose a new password", user, link=self._links.reset(secret))

    def verify(self, claimed: Claimed) -> Draft | None:
        """The link that verifies the address an account has."""
        user = self._user_of(claimed)
        if user is None:
            return None
        secret = self._mailed.make(Purpose.VERIFY, claimed.outbox_id, email=user.email, user=user)
        return self._draft("verify", "Verify your e-mail address", user, link=self._links.verify_email(secret))

    def change_email(self, claimed: Claimed) -> Draft | None:
        """The link that gives an account its new address; a word to its reader when somebody has it already.

        Nothing once the logins of that time ended: whoever asked may be who was shut out.
        """
        user, email = self._user_of(claimed), fact(claimed, "email")
        if user is None or str(user.session_version) != fact(claimed, "session_version"):
            return None
        if self._accounts.find_user_by_email(email) is not None:
            text = self._wording.text("email_taken", email=email)
            return Draft(to=email, subject="This address has an account already", text=text)
        secret = self._mailed.make(Purpose.CHANGE, claimed.outbox_id, email=email, user=user)
        text = self._wording.text("change_email", link=self._links.change_email(secret))
        return Draft(to=email, subject="Verify your new e-mail address", text=text)

    def password_changed(self, claimed: Claimed) -> Draft | None:
        """The word that a password was changed."""
        user = self._user_of(claimed)
        if user is None:
            return None
        link = self._links.forgotten_password()
        return self._draft("password_changed", "Your password was changed", user, link=link)

    def email_changed(self, claimed: Claimed) -> Draft | None:
        """The word to the address that an account left."""
        user, old, new = self._user_of(claimed), fact(claimed, "old_email"), fact(claimed, "new_email")
        if user is None:
            return None
        text = self._wording.text("email_changed", name=user.display_name, old=old, new=new)
        return Draft(to=old, subject="Your e-mail address was changed", text=text)

    def _user_of(self, claimed: Claimed) -> User | None:
        return self._accounts.find_user(claimed.user_id or "")

    def _draft(self, letter: str, subject: str, user: User, **facts: str) -> Draft:
        text = self._wording.text(letter, name=user.display_name, **facts)
        return Draft(to=user.email, subject=subject, text=text)
