"""A mail transport that keeps what it was given in memory: for tests of a single process."""

from typing import Self

from providers.mail.base import MailConfig, MailTransport, OutgoingMail
from providers.mail.message import compose


class MemoryMailTransport(MailTransport):
    """`sent` holds every mail in the order of their arrival, `messages` their bytes."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.messages: list[bytes] = []

    @classmethod
    def from_config(cls, config: MailConfig) -> Self:  # noqa: ARG003  # the contract hands it to all
        """See the contract."""
        return cls()

    def send(self, mail: OutgoingMail) -> None:
        """See the contract."""
        message = compose(mail)
        self.messages.append(message)
        self.sent.append(mail)
