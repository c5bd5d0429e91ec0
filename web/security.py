"""Headers that every response carries: what a browser may load, frame, remember and tell others."""

import hashlib
from functools import lru_cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.security import safe_join

_STEADY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


STAY_WITH_HTTPS = "max-age=63072000; includeSubDomains; preload"
"""Two years, as the list of sites that browsers never ask without TLS wishes it."""


class OwnSessions(SecureCookieSessionInterface):
    """Flask's sessions, but no cookie with a file that every cache may keep: it would hand out somebody's login."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """See Flask."""
        return request.endpoint != "static" and super().should_set_cookie(app, session)


def cookie_name(name: str, *, https: bool) -> str:
    """What a cookie is called. With https browsers hold `__Host-…` to this very host: no neighbour can plant one."""
    return f"__Host-{name}" if https else name


def csp_nonce() -> str:
    """The nonce that an own `<script>` or `<style>` of this response must carry; a new one for each request."""
    if "csp_nonce" not in g:
        g.csp_nonce = token_urlsafe(16)
    return str(g.csp_nonce)


def content_security_policy(nonce: str) -> str:
    """Nothing but what is named here, and that from us: no inline script, no frame. Bootstrap's icons are `data:`."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def secure(app: Flask, *, https: bool) -> None:
    """Set the headers on every response of this app; with `https`, also tell browsers to stay with it."""
    app.session_interface = OwnSessions()
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.url_defaults(lambda endpoint, values: _add_version(app, endpoint, values))

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(_STEADY)
        response.headers["Content-Security-Policy"] = content_security_policy(csp_nonce())
        if https:
            response.headers["Strict-Transport-Security"] = STAY_WITH_HTTPS
        _set_caching(response)
        return response


def _set_caching(response: Response) -> None:
    if request.endpoint == "static" and response.status_code < 400:
        versioned = "v" in request.args
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
    elif "no-store" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")


def _add_version(app: Flask, endpoint: str, values: dict[str, Any]) -> None:
    """Give the address of an own asset the hash of its contents, so that browsers may keep it for ever."""
    if endpoint != "static" or "v" in values or app.static_folder is None:
        return
    path = safe_join(app.static_folder, values.get("filename", ""))
    if path is not None and Path(path).is_file():
        values["v"] = _content_hash(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _content_hash(path: str, _changed_at_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
