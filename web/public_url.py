"""Addresses as people copy them: under the address that was configured, never under what a request calls us."""

from flask import current_app

PUBLIC_URL = "GREENROOM_PUBLIC_URL"


def public_url(path: str) -> str:
    """The whole address of a path of ours."""
    return f"{current_app.config[PUBLIC_URL]}{path}"
