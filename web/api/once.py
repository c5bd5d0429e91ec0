"""A POST that carries an `Idempotency-Key` is answered once: the same again brings the same answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, request

from services.idempotency.answers import Claim, KeptAnswer, fingerprint
from web.api.conditional import idempotency_key
from web.auth import current_actor
from web.services import app_services

REPLAYED_HEADER = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")

View = Callable[..., Any]


def answered_once(view: View) -> View:
    """The same view; with a key it runs once for each user and key, and is answered from memory afterwards."""

    @wraps(view)
    def call(**parsed: Any) -> Any:
        key = idempotency_key()
        if key is None:
            return view(**parsed)
        begun = app_services().idempotency.begin(current_actor().user_id, key, _this_request())
        if isinstance(begun, KeptAnswer):
            return _replay(begun)
        return _run(begun, lambda: view(**parsed))

    return call


def _this_request() -> str:
    return fingerprint(request.method, request.full_path, request.get_data(cache=True))


def _run(claim: Claim, view: Callable[[], Any]) -> Response:
    """Run the view and keep its answer; a refusal or a failure frees the key, so that it can be tried again."""
    keys = app_services().idempotency
    kept = None
    try:
        response = current_app.make_response(view())
        kept = _kept(response)
    finally:
        if kept is None:
            keys.free(claim)
    if kept is not None:
        keys.keep(claim, kept)
    return response


def _kept(response: Response) -> KeptAnswer | None:
    """What is remembered of an answer; nothing of a refusal."""
    if response.status_code >= 400:
        return None
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return KeptAnswer(response.status_code, headers, response.get_data())


def _replay(answer: KeptAnswer) -> Response:
    response = Response(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    response.headers.update(answer.headers)
    response.headers[REPLAYED_HEADER] = "true"
    return response
