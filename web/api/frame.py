"""How a route of the API is declared: what it takes, what it answers, how it may refuse, and who may call it."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn

import marshmallow as ma
import msgspec
from flask_smorest import Api, Blueprint, abort
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import BaseConverter

from domain.session import SESSION_ID_PATTERN
from web.api.conditional import IDEMPOTENCY_KEY
from web.api.once import answered_once
from web.api.schemas import Nothing
from web.auth import current_actor, login_or_guest_required, login_required
from web.session_ids import SessionIdConverter

View = Callable[..., Any]

REFUSALS = (422, 429, 500, 503)
REFUSALS_OF_WRITES = (400, 413, 415)
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
NO_CONTENT = 204
TEXTS: dict[str, dict[str, Any]] = {
    "text/markdown": {"type": "string"},
    "application/zip": {"type": "string", "contentMediaType": "application/zip"},
    "text/event-stream": {
        "description": "One event of the stream; `data` is JSON.",
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("id", "event", "data", "retry")},
    },
}
ETAG_HEADER = {"description": "The version of this document.", "schema": {"type": "string"}}
IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Your own; the same request again does nothing again and brings the first answer, for 24 hours.",
    "schema": {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY}$"},
}


class ErrorSchema(ma.Schema):
    """The one shape of every error."""

    code = ma.fields.String(required=True, metadata={"description": "Stable, for programs: `session_not_found`."})
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status code."})
    message = ma.fields.String(required=True, metadata={"description": "For people."})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        required=True,
        metadata={"description": "Field by field what is wrong; empty when no field is to blame."},
    )


class StrictParser(FlaskParser):
    """Reads bodies and queries, and refuses what it does not know: webargs itself drops unknown query fields."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE, "json": ma.RAISE}

    def _raw_load_json(self, req: Any) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return ma.missing
        if not is_json_request(req):
            raise UnsupportedMediaType
        try:
            # Stricter than the standard library: no NaN, no lone surrogate, no number without end.
            return msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            _malformed()

    def load_querystring(self, req: Any, schema: ma.Schema) -> Any:
        """The query, each field once unless it is a list."""
        found: Any = super().load_querystring(req, schema)
        twice = [name for name in req.args if name not in found.multiple_keys and len(req.args.getlist(name)) > 1]
        if twice:
            raise ma.ValidationError({name: ["Give it once."] for name in twice})
        return found


def _malformed() -> NoReturn:
    abort(400, messages={"json": {"_schema": ["This is not JSON (RFC 8259, UTF-8)."]}})
    raise AssertionError("abort raises")


class GreenroomApi(Api):
    """flask-smorest with our errors: `web/errors.py` answers them, here as everywhere."""

    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def init_app(self, app: Any, *, spec_kwargs: dict[str, Any] | None = None) -> None:
        """See flask-smorest; also describes the two ways to log in."""
        super().init_app(app, spec_kwargs=spec_kwargs)
        self.register_converter(SessionIdConverter, _session_id_schema)
        schemes = self.spec.components
        schemes.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
        schemes.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]})

    def _register_error_handlers(self) -> None:
        """Nothing: theirs would answer in another shape."""


class ApiBlueprint(Blueprint):
    """A blueprint whose routes are declared in one piece by `operation`."""

    ARGUMENTS_PARSER = StrictParser()

    def operation(
        self,
        method: str,
        rule: str,
        *,
        answers: int = 200,
        document: type[msgspec.Struct] | None = None,
        media_type: str = "application/json",
        body: type[ma.Schema] | None = None,
        query: type[ma.Schema] = Nothing,
        refuses: Sequence[int] = (),
        public: bool = False,
        tagged: bool = False,
        keyed: bool = False,
        guests: bool = False,
        repeatable: bool = False,
    ) -> Callable[[View], View]:
        """Declare a route. The view is called with the actor (unless `public`), the path's ids, `body` and `query`.

        A write without a `body` takes an empty one or `{}`. `refuses` adds to the status codes that every such route
        may answer with; `tagged` documents carry an ETag and honour If-None-Match, writes of them If-Match; a
        `keyed` creation answers with a tagged document. `guests` lets those of the session in the path in as well.
        Every POST of somebody who is logged in honours Idempotency-Key by itself, unless it says that it is
        `repeatable` and needs no memory of it.
        """
        is_write = method != "GET"
        once = method == "POST" and not public and not repeatable
        refusals = _refusals(rule, refuses, is_write=is_write, public=public, once=once)
        description: dict[str, Any] = {
            "responses": _responses(answers, document, media_type, refusals, tagged=tagged or keyed)
        }
        description["security"] = [] if public else SECURITY
        if once:
            _add_parameter(description, IDEMPOTENCY_HEADER)
        if tagged:
            _describe_conditions(description, is_write=is_write)

        def declare(view: View) -> View:
            call = _without(view, {"query": query, "body": body})
            call = call if public else _with_actor(call)
            call = self.arguments(query, location="query", arg_name="query")(call)
            if is_write:
                call = self.arguments(body or Nothing, required=body is not None, arg_name="body")(call)
            call = self.doc(**description)(answered_once(call) if once else call)
            guard = login_or_guest_required if guests else login_required
            self.route(rule, methods=[method])(call if public else guard(call))
            return view

        return declare


def _refusals(rule: str, refuses: Sequence[int], *, is_write: bool, public: bool, once: bool) -> set[int]:
    """The status codes with which a route may refuse: its own, and those of every route of its sort."""
    of_its_sort = {404: "<" in rule, 401: not public, 409: once}
    of_writes = REFUSALS_OF_WRITES if is_write else ()
    return {*REFUSALS, *refuses, *of_writes, *(status for status, may in of_its_sort.items() if may)}


def _session_id_schema(_converter: BaseConverter) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{SESSION_ID_PATTERN}$"}


def _without(view: View, schemas: dict[str, type[ma.Schema] | None]) -> View:
    """Call the view without what it takes nothing of."""
    empty = {name for name, schema in schemas.items() if schema in (None, Nothing)}

    @wraps(view)
    def call(*args: Any, **parsed: Any) -> Any:
        return view(*args, **{name: value for name, value in parsed.items() if name not in empty})

    return call


def _with_actor(view: View) -> View:
    @wraps(view)
    def call(**parsed: Any) -> Any:
        return view(current_actor(), **parsed)

    return call


def _responses(
    answers: int, document: type[msgspec.Struct] | None, media_type: str, refusals: set[int], *, tagged: bool
) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(answers).phrase}
    if document is not None:
        success["content"] = {media_type: {"schema": {"$ref": f"#/components/schemas/{document.__name__}"}}}
    elif media_type in TEXTS:
        success["content"] = {media_type: {"schema": TEXTS[media_type]}}
    if tagged and answers != NO_CONTENT:
        success["headers"] = {"ETag": ETAG_HEADER}
    return {str(answers): success, **{str(status): HTTPStatus(status).name for status in sorted(refusals)}}


def _describe_conditions(description: dict[str, Any], *, is_write: bool) -> None:
    if is_write:
        _add_parameter(description, _header("If-Match", "The ETag you know; 412 when the document is another by now."))
        description["responses"]["412"] = HTTPStatus(412).name
    else:
        _add_parameter(description, _header("If-None-Match", "The ETag you have; 304 when it is still that."))
        description["responses"]["304"] = {"description": "You have this version."}


def _add_parameter(description: dict[str, Any], parameter: dict[str, Any]) -> None:
    description.setdefault("parameters", []).append(parameter)


def _header(name: str, description: str) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": description, "schema": {"type": "string"}}
