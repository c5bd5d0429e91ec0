"""A login: a browser or a program that came in, or a token by which a program may."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from domain.user import User

BROWSER_LIFETIME = timedelta(hours=12)
REMEMBERED_LIFETIME = timedelta(days=30)
API_TOKEN_DAYS = (7, 30, 90, 365)
"""For how long an API token may be made."""
API_TOKEN_NAME_LIMIT = 100


class LoginKind(StrEnum):
    """How somebody came in."""

    BROWSER = "browser"
    PROGRAM = "program"
    API_TOKEN = "api_token"  # noqa: S105  # a kind, not a secret


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """A login as its owner sees it: what it is called, from where it came, until when it is good."""

    login_id: str
    user_id: str
    kind: LoginKind
    name: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class Origin(msgspec.Struct, frozen=True):
    """From where a login comes: the address of the connection, and what the browser or program says of itself."""

    address: str = ""
    user_agent: str = ""


class Present(msgspec.Struct, frozen=True):
    """A login that counts, and whose it is."""

    login: Login
    user: User
