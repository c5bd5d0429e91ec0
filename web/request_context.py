"""What surrounds every request: its id, a clean log context, and one log line when it is answered."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.wsgi import ClosingIterator

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID_KEY = "greenroom.request_id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestIdMiddleware:
    """Gives each request an id, its own or the caller's when that is sane, and answers with it.

    A ContextVar outlives a request on its thread, so the log context is emptied before each request and after it.
    """

    def __init__(self, wsgi_app: WsgiApp) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one WSGI request."""
        offered = environ.get("HTTP_X_REQUEST_ID", "")
        chosen = offered if _SANE.fullmatch(offered) else uuid4().hex
        environ[_REQUEST_ID_KEY] = chosen
        clear_contextvars()
        bind_contextvars(request_id=chosen)

        def start_with_id(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, (REQUEST_ID_HEADER, chosen)], exc_info)

        return ClosingIterator(self.wsgi_app(environ, start_with_id), [clear_contextvars])


def request_id() -> str:
    """The id of the present request; empty when the middleware is not there (a bare test request)."""
    return str(request.environ.get(_REQUEST_ID_KEY, ""))


def log_requests(app: Flask) -> None:
    """Write one line for each answered request: route, status, duration, user. Never a body, a token or a query."""
    log = structlog.get_logger("web.request")

    @app.before_request
    def start_clock() -> None:
        g.request_started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        started = g.get("request_started", time.perf_counter())
        write = log.debug if request.endpoint == "health.live" else log.info  # asked every few seconds
        write(
            "request",
            method=request.method,
            route=str(request.url_rule) if request.url_rule else None,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - started) * 1000, 1),
            user_id=g.get("acting_user_id"),
        )
        return response
