"""The address of a mail server, as one setting holds it."""

from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from domain.errors import Invalid

PORTS = {"smtp": 587, "smtps": 465}
ALLOWED = "smtp://user:password@host:587, smtps://user:password@host:465, or smtp://host:25?tls=off"


class SmtpAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mail server is and how to talk to it.

    `smtps` is encrypted from the first byte. `smtp` begins in the clear and turns to encryption (STARTTLS) before
    anything else; with `?tls=off`, for a server on this machine or network, it stays as it is, and nobody logs in.
    """

    host: str
    port: int
    user: str | None
    password: str | None
    implicit_tls: bool
    starttls: bool

    @classmethod
    def parse(cls, field: str, text: str) -> Self:
        """Read an address. Raises Invalid, which never shows it, because it holds a password."""
        try:
            parts = urlsplit(text)
            port = parts.port
            tls_off = parse_qsl(parts.query, strict_parsing=True) == [("tls", "off")] if parts.query else False
        except ValueError:
            raise _refused(field) from None
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or port == 0:
            raise _refused(field)
        if (parts.username is None) != (parts.password is None) or (parts.query and not tls_off) or parts.fragment:
            raise _refused(field)
        if tls_off and (parts.scheme == "smtps" or parts.username is not None):
            raise Invalid(field, "…", f"{ALLOWED}; a password is only sent encrypted")
        return cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            implicit_tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp" and not tls_off,
        )


def _refused(field: str) -> Invalid:
    return Invalid(field, "…", ALLOWED)
