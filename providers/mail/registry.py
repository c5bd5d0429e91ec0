"""The mail transports by name. A new one is a module beside this one and an entry here."""

from domain.registry import Registry
from providers.mail.base import MailTransport

MAIL_TRANSPORTS: Registry[MailTransport] = Registry(
    "GREENROOM_MAIL",
    MailTransport,  # type: ignore[type-abstract]  # mypy has no spelling for "an abstract class as a value"
    {
        "file": "providers.mail.file:FileMailTransport",
        "smtp": "providers.mail.smtp:SmtpMailTransport",
        "memory": "providers.mail.memory:MemoryMailTransport",
    },
)
