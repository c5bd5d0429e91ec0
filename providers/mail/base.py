"""The contract of mail transports: how one finished mail leaves the house, or comes to lie where a person reads it."""

from abc import ABC, abstractmethod
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from domain.errors import Conflict


class MailRefused(Conflict):
    """This mail will never be accepted as it is: its address, or its contents. Trying again would not help."""

    code = "mail_refused"


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one person. The same values always make the same bytes.

    `message_id` is `<name@host>` and stays the same however often the mail is sent. `sender` is `name@host` or
    `Words <name@host>`. `text` is plain text with `\\n` at the ends of lines.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    sent_at: datetime


class MailConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What transports are made from; each reads only what it needs."""

    folder: Path
    smtp_url: str | None


class MailTransport(ABC):
    """Hands mails on, one at a time. Every promise here is a test in tests/providers/mail.

    Safe to share between threads and to use after a fork; connects when it sends, and not before.
    """

    @classmethod
    @abstractmethod
    def from_config(cls, config: MailConfig) -> Self:
        """The transport as the settings describe it. Raises Invalid for a setting that it cannot work with."""

    @abstractmethod
    def send(self, mail: OutgoingMail) -> None:
        """Hand one mail on. Once this returns it is somebody else's to keep: a server's, or the disk's.

        The same mail may be given again, because nobody could tell whether it had arrived: then it arrives once more
        under the same id, or, where the transport can see it, not again. Two at once do not harm each other.
        Raises MailRefused when the mail itself is at fault, before anything was sent when that shows in its fields;
        ProviderDown for everything that may be better later, the settings of this installation among it.
        """
