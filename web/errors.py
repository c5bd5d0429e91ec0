"""The only place that knows which refusal becomes which status code: JSON for `/api`, a page elsewhere."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from domain import errors
from web.request_context import request_id

STATUS: dict[type[errors.GreenroomError], int] = {
    errors.Invalid: 422,
    errors.NotFound: 404,
    errors.SessionAccessDenied: 404,
    errors.LoginFailed: 401,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.CorruptSession: 500,
}

CODES = {
    400: "bad_request",
    401: "login_required",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "timeout",
    412: "changed_meanwhile",
    413: "too_large",
    414: "too_long",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    431: "too_large",
    500: "internal",
    503: "unavailable",
}

MESSAGES = {
    400: "That request could not be read.",
    401: "Log in first.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    412: "Somebody changed this in the meantime. Nothing was overwritten; load it again.",
    413: "That is more than is accepted at once.",
    415: "Send JSON, with Content-Type: application/json.",
    422: "Something in the request is not accepted.",
    429: "Too many attempts. Wait a little and try again.",
    500: "Something went wrong on our side.",
    503: "Something this needs does not answer at the moment. Try again in a little while.",
}

TITLES = {
    400: "That request could not be read",
    401: "Please log in",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not this way",
    409: "That does not fit the present state",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Wrong format",
    421: "Not at this address",
    422: "Please check what you entered",
    429: "Too many attempts",
    500: "Something went wrong",
    503: "Away for a moment",
}

KEPT = {
    409: "Nothing was overwritten.",
    412: "Nothing was overwritten.",
    500: "Everything that was confirmed before is kept.",
    503: "Everything that was confirmed before is kept.",
}


class LoginNeeded(errors.GreenroomError):
    """Nobody is logged in, and this is not for everybody."""

    code = "login_required"

    def __init__(self) -> None:
        super().__init__(MESSAGES[401])


STATUS[LoginNeeded] = 401


def status_of(error: errors.GreenroomError) -> int:
    """The status code of a refusal: that of its nearest class in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def register_errors(app: Flask) -> None:
    """Answer every refusal and every failure of this app in its one shape."""
    app.register_error_handler(errors.GreenroomError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)


def error_body(status: int, code: str, message: str, fields: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """The shape of every error in the API; `errors` says field by field what is wrong."""
    return {"code": code, "status": status, "message": message, "errors": dict(fields or {})}


def field_errors(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten marshmallow's nested messages to `field.inner -> [message, …]`."""
    if isinstance(messages, str):
        return {path or "_schema": [messages]}
    if isinstance(messages, list) and all(isinstance(entry, str) for entry in messages):
        return {path or "_schema": messages}
    entries = messages.items() if isinstance(messages, Mapping) else enumerate(messages)
    flat: dict[str, list[str]] = {}
    for name, inner in entries:
        flat |= field_errors(inner, f"{path}.{name}" if path else _printable(str(name)))
    return flat


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]


def _refused(error: errors.GreenroomError) -> Response:
    status = status_of(error)
    if isinstance(error, LoginNeeded) and not _wants_json():
        return _to_login()
    if status >= 500:
        structlog.get_logger("web").error(error.code, exc_info=error)
    fields = {str(error.facts["field"]): [error.message]} if "field" in error.facts else {}
    response = _answer(status, error.code, _worded(error, status), fields)
    if "retry_after_seconds" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after_seconds"])
    return response


def _worded(error: errors.GreenroomError, status: int) -> str:
    return MESSAGES[500] if status == 500 else error.message


def _forged(error: CSRFError) -> Response:
    return _answer(400, "csrf_failed", str(error.description))


def _http_error(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, RequestRedirect) or error.response is not None:
        return error
    status = error.code or 500
    data: dict[str, Any] = getattr(error, "data", None) or {}
    fields = field_errors(_without_location(data["messages"])) if "messages" in data else {}
    code = "malformed_json" if status == 400 and fields else CODES.get(status, "error")
    response = _answer(status, code, MESSAGES.get(status, error.description or error.name), fields)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range", "Accept-Ranges"}:
            response.headers[name] = value
    return response


def _without_location(messages: Any) -> Any:
    """webargs groups by where a value was looked for; who reads the error knows where they put it."""
    if isinstance(messages, Mapping) and len(messages) == 1:
        (location, inner) = next(iter(messages.items()))
        if location in {"json", "query"} and isinstance(inner, Mapping):
            return inner
    return messages


def _failed(error: Exception) -> Response:
    structlog.get_logger("web").error("request_failed", exc_info=error)
    return _answer(InternalServerError.code, "internal", MESSAGES[500])


def _answer(status: int, code: str, message: str, fields: Mapping[str, list[str]] | None = None) -> Response:
    if status == 500:
        message = f"{message} If it happens again, report it with this number: {request_id()}."
    response = jsonify(error_body(status, code, message, fields)) if _wants_json() else _page(status, message)
    response.status_code = status
    if status == 401 and _wants_json():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(status: int, message: str) -> Response:
    if status >= 500:
        # Whatever failed may be the database, and then nobody can be looked up for the frame of the page.
        g.setdefault("_login_user", None)
    page = render_template(
        "errors/error.html",
        status=status,
        title=TITLES.get(status, "That did not work"),
        message=message,
        kept=KEPT.get(status),
        next_url="/",
        request_id=request_id(),
    )
    return make_response(page)


def _to_login() -> Response:
    target = url_for("account.login", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": target})
    return make_response(redirect(target))


def _wants_json() -> bool:
    return request.path == "/api" or request.path.startswith(("/api/", "/health"))
