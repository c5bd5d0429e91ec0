"""What a client already has (If-None-Match), thinks it is changing (If-Match), or may be sending again."""

import re
from collections.abc import Callable

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

from domain.errors import Invalid
from domain.session import Session

IDEMPOTENCY_KEY = r"[!-~]{1,200}"


def tagged(response: Response, etag: str) -> Response:
    """Give the response its ETag; answer 304 without a body to a reader who has this very version."""
    response.set_etag(etag)
    if request.method in {"GET", "HEAD"} and request.if_none_match.contains_weak(etag):
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response


def check_if_match(load: Callable[[], Session]) -> int | None:
    """The revision that the present write rests on, or None when the client named none (If-Match is optional).

    Raises PreconditionFailed (412) when the client knows another version, and whatever `load` raises.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    session = load()
    if not request.if_match.contains(session.etag):
        raise PreconditionFailed
    return session.revision


def idempotency_key() -> str | None:
    """The key by which a repeated creation is known, if the client sent one. Raises Invalid for an odd one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(IDEMPOTENCY_KEY, key):
        raise Invalid("Idempotency-Key", key, "1 to 200 visible ASCII characters")
    return key
