"""Web applications of other origins that may use the API; without a setting there are none, and no header speaks of it.

They come with a bearer token. The login cookie is not theirs to use: it is taken off their requests before anybody
looks at it, although browsers would not send it from another site and would not show the answer.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Flask, Response, request

METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")
MAY_SEND = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "X-Request-ID",
)
MAY_READ = ("ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-ID")
PREFLIGHT_SECONDS = 600
"""How long a browser may remember what it was told beforehand."""

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def register_origins(app: Flask, origins: Sequence[str]) -> None:
    """Let these origins, and no others, use the API. With none, nothing is loaded and nothing changes."""
    if not origins:
        return
    from flask_cors import CORS  # only an installation that names origins needs it

    app.after_request(_vary_by_origin)
    CORS(
        app,
        resources=re.compile(r"/api/.*"),
        origins=[re.compile(f"{re.escape(origin)}\\Z") for origin in origins],  # a plain text would match any case
        methods=METHODS,
        allow_headers=MAY_SEND,
        expose_headers=MAY_READ,
        supports_credentials=False,
        always_send=False,
        vary_header=False,
        max_age=PREFLIGHT_SECONDS,
    )
    app.wsgi_app = _WithoutForeignCookies(app.wsgi_app, origins)  # type: ignore[method-assign]


def _vary_by_origin(response: Response) -> Response:
    """Say of every answer of the API that it may be another for another origin, whoever asked."""
    if request.path.startswith("/api/"):
        response.vary.add("Origin")
    return response


class _WithoutForeignCookies:
    """Takes the cookies off requests to the API that come from the named origins."""

    def __init__(self, wsgi_app: WsgiApp, origins: Sequence[str]) -> None:
        self.wsgi_app = wsgi_app
        self.origins = frozenset(origins)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one WSGI request."""
        if environ.get("HTTP_ORIGIN") in self.origins and environ.get("PATH_INFO", "").startswith("/api/"):
            environ.pop("HTTP_COOKIE", None)
        return self.wsgi_app(environ, start_response)
