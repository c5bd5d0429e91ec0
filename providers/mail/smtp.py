"""A mail transport over SMTP: one connection a mail, encrypted, with certificates checked and every wait bounded."""

import smtplib
import ssl
from typing import Self

import telemetry
from domain.errors import Invalid, ProviderDown
from domain.smtp_address import ALLOWED, SmtpAddress
from providers.mail.base import MailConfig, MailRefused, MailTransport, OutgoingMail
from providers.mail.message import compose, needs_utf8, recipient_of, sender_of

TIMEOUT_SECONDS = 8.0
"""Of each of the dozen exchanges that a mail takes, so that all of them together stay below the lease of a row."""
PERMANENT = 500

_log = telemetry.logger("mail")


class SmtpMailTransport(MailTransport):
    """Hands mails to one server. `tls` says which certificates count; by default those that this system trusts."""

    def __init__(self, address: SmtpAddress, tls: ssl.SSLContext | None = None) -> None:
        self._address = address
        self._tls = tls or ssl.create_default_context()

    @classmethod
    def from_config(cls, config: MailConfig) -> Self:
        """See the contract."""
        if config.smtp_url is None:
            raise Invalid("SMTP_URL", "", ALLOWED)
        return cls(SmtpAddress.parse("SMTP_URL", config.smtp_url))

    def send(self, mail: OutgoingMail) -> None:
        """See the contract. The server's yes to the whole message is what counts; what comes after it does not."""
        message = compose(mail)
        try:
            client = self._connect(sender_of(mail).domain)
        except (OSError, smtplib.SMTPException) as error:
            raise self._down(error) from error
        try:
            self._hand_over(client, mail, message)
        finally:
            _say_goodbye(client)

    def _connect(self, our_name: str) -> smtplib.SMTP:
        """A connection on which mails can be sent. `our_name` saves asking the name system who we are."""
        here = self._address
        if here.implicit_tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                here.host, here.port, our_name, timeout=TIMEOUT_SECONDS, context=self._tls
            )
        else:
            client = smtplib.SMTP(here.host, here.port, our_name, timeout=TIMEOUT_SECONDS)
        try:
            self._prepare(client)
        except BaseException:
            client.close()
            raise
        return client

    def _prepare(self, client: smtplib.SMTP) -> None:
        if self._address.starttls:
            client.starttls(context=self._tls)
        client.ehlo()
        if self._address.user is not None:
            client.login(self._address.user, self._address.password or "")

    def _hand_over(self, client: smtplib.SMTP, mail: OutgoingMail, message: bytes) -> None:
        sender, to = sender_of(mail), recipient_of(mail)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8(sender, to) else []
        if options and not client.has_extn("smtputf8"):
            raise MailRefused("The mail server does not know addresses with letters beyond ASCII.", field="to")
        try:
            client.sendmail(sender.addr_spec, [to.addr_spec], message, options)
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = refused.recipients[to.addr_spec]
            raise self._refusal(code, reason) from None
        except smtplib.SMTPDataError as refused:
            raise self._refusal(refused.smtp_code, refused.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._down(error) from error

    def _refusal(self, code: int, reason: bytes | str) -> MailRefused | ProviderDown:
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        message = f"The mail server said: {code} {' '.join(said.split())}"
        return MailRefused(message) if code >= PERMANENT else ProviderDown(message)

    def _down(self, error: Exception) -> ProviderDown:
        """What is not this one mail's fault: a wrong password or sender spoils all mails until it is put right."""
        where = f"{self._address.host}:{self._address.port}"
        return ProviderDown(f"The mail server {where} cannot be used ({type(error).__name__}).", reason=str(error))


def _say_goodbye(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException) as error:
        _log.debug("smtp_left_without_goodbye", error=type(error).__name__)
    finally:
        client.close()
