"""Browsers in which somebody came in before: for their address they have tries of their own.

Without that, whoever knows an address could keep its owner out by guessing at it. The cookie lets nobody in; a copy of
it shares its tries and brings no more. It outlives a logout, because it is for the next login.
"""

import hashlib
from uuid import uuid4

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from web.security import cookie_name

COOKIE = "known"
COOKIE_SECONDS = 365 * 24 * 3600
ADDRESSES_KEPT = 5


def remember_browser(email: str) -> None:
    """Know this browser again when somebody logs in here with this address. Called once they have come in."""
    device, marks = _read()
    mark = _mark(device, email)
    kept = _serializer().dumps([device, [*(each for each in marks if each != mark), mark][-ADDRESSES_KEPT:]])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _name(), kept, max_age=COOKIE_SECONDS, secure=secure, samesite="Lax", httponly=True, path="/"
        )
        return response


def known_browser(email: str) -> str:
    """The id of this browser when the owner of this address came in with it before, else nothing."""
    device, marks = _read()
    return device if _mark(device, email) in marks else ""


def _read() -> tuple[str, list[str]]:
    """The id of this browser and the marks of the addresses it is known for; a fresh id when it has no cookie."""
    try:
        device, marks = _serializer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return str(uuid4()), []
    return device, marks


def _mark(device: str, email: str) -> str:
    """What stands for an address in the cookie of one browser, so that it cannot simply be read there."""
    return hashlib.sha256(f"{device} {email}".encode(errors="replace")).hexdigest()[:32]


def _name() -> str:
    return cookie_name(COOKIE, https=current_app.config["SESSION_COOKIE_SECURE"])


def _serializer() -> URLSafeSerializer:
    """The last key signs, all verify."""
    older = reversed(current_app.config.get("SECRET_KEY_FALLBACKS") or ())
    return URLSafeSerializer([*older, str(current_app.secret_key)], salt="known browsers")
