"""Turns a mail into the bytes that travel (RFC 5322). No field can smuggle in another header or another recipient."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from domain.checks import check_text
from domain.errors import Invalid
from domain.mail_address import check_mail_address, check_sender
from providers.mail.base import MailRefused, OutgoingMail

TEXT_LIMIT = 200_000
"""Characters of a text that a person is to read; more is a fault."""


def compose(mail: OutgoingMail) -> bytes:
    """The whole message with CRLF line ends. Raises MailRefused for a field that no mail can carry."""
    sender, to = sender_of(mail), recipient_of(mail)
    message = EmailMessage(SMTPUTF8 if needs_utf8(sender, to) else SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = _one_line("subject", mail.subject)
    message["Date"] = mail.sent_at
    message["Message-ID"] = _one_line("message_id", mail.message_id)
    message["Auto-Submitted"] = "auto-generated"  # no holiday notice answers it
    message.set_content(_text(mail.text))
    return message.as_bytes()


def sender_of(mail: OutgoingMail) -> Address:
    """Whom it is from. Raises MailRefused."""
    with _refusing():
        return check_sender("sender", mail.sender)


def recipient_of(mail: OutgoingMail) -> Address:
    """Whom it is for: one mailbox. Raises MailRefused."""
    with _refusing():
        return check_mail_address("to", mail.to)


def needs_utf8(*addresses: Address) -> bool:
    """Whether an address has letters that old mail servers do not understand (RFC 6531)."""
    return not all(address.addr_spec.isascii() for address in addresses)


@contextmanager
def _refusing() -> Iterator[None]:
    """A value that is not accepted spoils this mail, now and later."""
    try:
        yield
    except Invalid as refusal:
        raise MailRefused(refusal.message, **refusal.facts) from None


def _text(value: str) -> str:
    with _refusing():
        return check_text("text", value, limit=TEXT_LIMIT)


def _one_line(field: str, value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise MailRefused(f"{field}: a mail needs one printable line here.", field=field)
    return value
