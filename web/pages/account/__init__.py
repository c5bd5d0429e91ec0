"""One's account: making it, coming in, a forgotten password, and everything that is one's own to change."""

from web.pages.account import (
    coming_in,
    data,
    email_addresses,
    first_run,
    profile,
    recovery,
    registration,
    security,
    tokens,
)
from web.pages.account.blueprint import account

__all__ = [
    "account",
    "coming_in",
    "data",
    "email_addresses",
    "first_run",
    "profile",
    "recovery",
    "registration",
    "security",
    "tokens",
]
