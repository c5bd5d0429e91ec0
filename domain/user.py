"""A person with an account, and the one form in which an e-mail address is kept and compared."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from domain.actor import Role
from domain.checks import check_text
from domain.errors import Invalid
from domain.mail_address import check_mail_address

EMAIL_LIMIT = 254
NAME_LIMIT = 200
NAME_SIGNS = frozenset(".!#$%&'*+-/=?^_`{|}~")
HOST_SIGNS = frozenset(".-")
TIME_ZONE_LIMIT = 64

_MADE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,35}")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\ufffc\uffa0\U0001d159\U000e0100-\U000e01ef]"
)
"""Printable in the eyes of Unicode, and drawn as nothing; the rest of its kind is not printable anyway."""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is; never their password. Whatever raises `session_version` ends the logins made before it."""

    user_id: str
    email: str
    display_name: str
    roles: frozenset[Role]
    time_zone: str
    session_version: int
    created_at: datetime
    suspended_at: datetime | None = None
    email_verified_at: datetime | None = None


def canonical_email(email: str) -> str:
    """The form in which two spellings of one address are equal: no space around it, NFKC, lower case, and the host as
    the name system knows it.

    Raises Invalid for what is not exactly one mailbox of letters and digits of any script and the signs that stand in
    an address unquoted (RFC 5322): nothing that a mail header could read as a list, a group or a name. And for letters
    that nobody sees: they would make a second account of an address that looks like the first.
    """
    check_text("email", email, limit=EMAIL_LIMIT)
    canonical = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).lower())
    try:
        canonical = _with_known_host(canonical)
    except (Invalid, UnicodeError):
        canonical = ""
    if not canonical or len(canonical) > EMAIL_LIMIT:
        raise Invalid("email", email, "an e-mail address such as name@example.org")
    return canonical


def _with_known_host(canonical: str) -> str:
    """The address with its host as people read it, whether it was written so or as the name system does (`xn--…`)."""
    if _UNSEEN.search(canonical):
        return ""
    mailbox = check_mail_address("email", canonical)
    name, host = mailbox.username, mailbox.domain.encode().decode("idna")
    return f"{name}@{host}" if _is_made_of(name, NAME_SIGNS) and _is_made_of(host, HOST_SIGNS) else ""


def _is_made_of(text: str, signs: frozenset[str]) -> bool:
    """Whether there are only letters, digits, what is written above and below letters, and these signs."""
    return all(character in signs or unicodedata.category(character)[0] in "LMN" for character in text)


def check_display_name(display_name: str) -> str:
    """A name as people see it, without space around it. Raises Invalid for one that is too long or not printable."""
    name = check_text("display_name", display_name, limit=NAME_LIMIT).strip()
    if not name.isprintable():
        raise Invalid("display_name", display_name, f"at most {NAME_LIMIT} printable characters")
    return name


def check_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Roles by their names. Raises Invalid for an unknown one and for none at all."""
    named = frozenset(roles)
    unknown = named - frozenset(Role)
    if unknown or not named:
        raise Invalid("roles", ", ".join(sorted(unknown)), list(Role))
    return frozenset(Role(role) for role in named)


def check_time_zone(time_zone: str) -> str:
    """The name of a zone in which times can be shown. Raises Invalid for any other."""
    try:
        ZoneInfo(check_text("time_zone", time_zone, limit=TIME_ZONE_LIMIT))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("time_zone", time_zone, "a name of the time zone database, such as Europe/Berlin") from None
    return time_zone


def is_user_id(text: str) -> bool:
    """Whether this has the shape of a user's id: one that was made here, or a chosen one such as `demo-user`."""
    return _USER_ID.fullmatch(text) is not None


def is_made_id(text: str) -> bool:
    """Whether this has the shape of the ids that are made here, for users, logins, tokens and links alike."""
    return _MADE_ID.fullmatch(text) is not None
