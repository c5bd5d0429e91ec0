"""`Mailer`: the handler of rows of kind "mail". Finds the letter, has it worded, and hands it to the transport."""

from collections.abc import Mapping

import telemetry
from providers.mail.base import MailRefused, MailTransport, OutgoingMail
from services.notifications.letters import Draft, Letter, fact
from services.outbox import Claimed, NotDeliverable

_log = telemetry.logger("mail")


class Mailer:
    """Sends letters. The Message-ID follows from the row, so whoever gets a mail twice can see that it is one."""

    def __init__(self, transport: MailTransport, letters: Mapping[str, Letter], *, sender: str, host: str) -> None:
        self._transport = transport
        self._letters = letters
        self._sender = sender
        self._host = host

    def handle(self, claimed: Claimed) -> None:
        """Send the letter of a row, or nothing when there is nobody to send it to.

        Raises NotDeliverable for a mail that will never be accepted, ProviderDown for one that may be later.
        """
        draft = self._letter(claimed)(claimed)
        if draft is None:
            _log.info("mail_not_needed")
            return
        try:
            self._transport.send(self._mail(claimed, draft))
        except MailRefused as refused:
            raise NotDeliverable(refused.message, **refused.facts) from refused

    def message_id(self, outbox_id: str) -> str:
        """The id of the mail that comes from this row."""
        return f"<{outbox_id}@{self._host}>"

    def _letter(self, claimed: Claimed) -> Letter:
        name = fact(claimed, "letter")
        letter = self._letters.get(name)
        if letter is None:  # perhaps a newer release has it: the row waits
            raise LookupError(f"no letter is called {name}")
        return letter

    def _mail(self, claimed: Claimed, draft: Draft) -> OutgoingMail:
        """Dated when it was asked for, so that a repeat has the same bytes."""
        return OutgoingMail(
            message_id=self.message_id(claimed.outbox_id),
            sender=self._sender,
            to=draft.to,
            subject=draft.subject,
            text=draft.text,
            sent_at=claimed.created_at,
        )
