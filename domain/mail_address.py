"""Addresses that mail is sent to and from: each is exactly one mailbox, whatever a mail program makes of it."""

import re
from contextlib import suppress
from email.headerregistry import Address
from ipaddress import ip_address
from urllib.parse import urlsplit

from domain.checks import check_text
from domain.errors import Invalid

ADDRESS_LIMIT = 254
SENDER_LIMIT = 400

_READS_AS_MORE = frozenset(',;:<>()[]\\"')
"""What separates, groups, comments or quotes in a header. All of it is legal in a quoted name, and nobody has it."""
_SENDER = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


def check_mail_address(field: str, address: str) -> Address:
    """One mailbox, its host in the form that the name system knows.

    Raises Invalid for what is no address, and for what could be read as several, as a group or as a comment.
    """
    check_text(field, address, limit=ADDRESS_LIMIT)
    name, _, host = address.partition("@")
    plain = address.isprintable() and not any(letter in _READS_AS_MORE or letter.isspace() for letter in address)
    if name and plain:
        with suppress(ValueError, IndexError):  # the parser of the standard library stumbles over some that are none
            return Address(username=name, domain=_known_to_the_name_system(host))
    raise Invalid(field, address, "one e-mail address such as name@example.org")


def check_sender(field: str, sender: str) -> Address:
    """`name@host`, or `Words <name@host>` with the words that people see. Raises Invalid."""
    check_text(field, sender, limit=SENDER_LIMIT)
    named = _SENDER.fullmatch(sender.strip())
    if named is None:
        return check_mail_address(field, sender.strip())
    if not named["name"].isprintable():
        raise Invalid(field, sender, "printable words before the address")
    address = check_mail_address(field, named["address"])
    return Address(named["name"].strip().strip('"'), username=address.username, domain=address.domain)


def mail_host(public_url: str) -> str:
    """The host that our mails and their ids are named after. An installation without a name is `localhost`.

    Raises Invalid, naming PUBLIC_URL, for a host that no mail could be named after.
    """
    host = urlsplit(public_url).hostname or ""
    with suppress(ValueError):
        ip_address(host)
        return "localhost"
    try:
        return _known_to_the_name_system(host)
    except ValueError:
        raise Invalid("PUBLIC_URL", public_url, "an address with the name of a host") from None


def _known_to_the_name_system(host: str) -> str:
    """Lower case, letters beyond ASCII as the name system writes them. Raises ValueError for what is no host."""
    known = host.encode("idna").decode().lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", known):
        raise ValueError(host)
    return known
