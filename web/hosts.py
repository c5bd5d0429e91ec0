"""By which names this installation is asked, and why no address is ever made from the name that a request came with.

Links in mails come from PUBLIC_URL and redirects are paths. A request under a name that is not ours is refused all the
same: a site whose name leads here (DNS rebinding) could otherwise speak to an installation inside somebody's network.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from domain.errors import GreenroomError
from web.errors import STATUS


class WrongHost(GreenroomError):
    """The request was meant for somebody else."""

    code = "wrong_host"

    def __init__(self, public_url: str) -> None:
        super().__init__(f"This is not an address of this installation; it is reached at {public_url}.")


STATUS[WrongHost] = 421


def register_hosts(app: Flask, public_url: str, others: Sequence[str]) -> None:
    """Answer to the name in PUBLIC_URL, to these others, and to whatever is no name of the public DNS.

    While PUBLIC_URL is an IP address or a name like localhost, nobody has said what the name is, and any will do.
    """
    name = urlsplit(public_url).hostname or ""
    ours = frozenset({name, *others})

    @app.before_request
    def check_host() -> Response | None:
        if _is_public(name) and not _is_ours(_asked_for(), ours) and request.blueprint != "health":
            raise WrongHost(public_url)
        return _tidied()


def _tidied() -> Response | None:
    """To the same address with its doubled slashes made one: as a path, where werkzeug would repeat the Host header."""
    wanted = request.routing_exception
    if not isinstance(wanted, RequestRedirect):
        return None
    parts = urlsplit(wanted.new_url)
    query = f"?{parts.query}" if parts.query else ""
    return redirect(f"/{parts.path.lstrip('/')}{query}", code=wanted.code)


def _asked_for() -> str:
    """The name in the Host header, without its port; empty when there is none."""
    given = request.host or request.headers.get("Host", "")  # werkzeug shows none where it is malformed
    try:
        return (urlsplit(f"//{given}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_ours(name: str, ours: frozenset[str]) -> bool:
    return name in ours or not _is_public(name)


def _is_public(name: str) -> bool:
    """Whether somebody else could own it in the public DNS: it has a dot and is no IP address."""
    if "." not in name:
        return False
    try:
        ip_address(name)
    except ValueError:
        return True
    return False
