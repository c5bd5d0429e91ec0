"""How often somebody may try a password or a secret, have a mail sent, or use the API.

Counted per address, per target and per user, before anything is hashed; in Redis, so that all processes count
together, and in memory of each while Redis is away or hangs.
"""

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from flask import Flask, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from limits.storage import RedisStorage

from domain.actor import Actor
from domain.errors import GreenroomError, Invalid, TooMany
from domain.user import canonical_email
from web.auth import find_actor
from web.known_browsers import known_browser

if TYPE_CHECKING:
    import redis

View = TypeVar("View", bound=Callable[..., Any])

PER_ADDRESS = "30 per minute; 300 per hour"
PER_TARGET = "10 per minute; 60 per hour"
PER_USER = "10 per minute; 60 per hour"
SECRETS_PER_ADDRESS = "60 per minute; 600 per hour"
"""Nobody guesses one of 256 bits; this keeps whoever tries from keeping us busy."""
MAILS_PER_ADDRESS = "30 per hour"
MAILS_PER_TARGET = "5 per hour"
MAILS_PER_USER = "10 per hour"
TOO_MANY_ATTEMPTS = "Too many attempts. Wait a little and try again."
TOO_MANY_REQUESTS = "Too many requests in a short time. Wait a little and go on."

limiter = Limiter(
    key_func=get_remote_address,
    in_memory_fallback_enabled=True,
    key_prefix="greenroom",
    headers_enabled=False,
)


class ClientStorage(RedisStorage):
    """Counts through our own client, not only its connections: what it knows of a Redis that hangs holds here too."""

    STORAGE_SCHEME = ["client"]

    def __init__(self, uri: str, *, client: "redis.Redis", **_options: Any) -> None:
        super().__init__(uri, connection_pool=client.connection_pool)
        self.storage = client
        self.initialize_storage(uri)


def register_limits(app: Flask, client: "redis.Redis", api_limit: str) -> None:
    """Count through this client of Redis; let nobody make more requests to the API than this limit says."""
    app.config["RATELIMIT_STORAGE_URI"] = "client://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"client": client}
    app.config["API_LIMIT"] = api_limit
    limiter.init_app(app)
    app.before_request(_limit_api)
    app.register_error_handler(RateLimitExceeded, _too_many)


def limit_login(view: View) -> View:
    """Refuse a POST to this view (429, with Retry-After) when there were too many attempts to guess a password."""
    return _limited(view, "login", address=PER_ADDRESS, target=PER_TARGET, user=PER_USER)


def limit_mail(view: View) -> View:
    """Refuse a POST to this view when it made us write too many mails, from one address or to one."""
    return _limited(view, "mail", address=MAILS_PER_ADDRESS, target=MAILS_PER_TARGET, user=MAILS_PER_USER)


def limit_secrets(view: View) -> View:
    """Refuse any request to this view when one address tried too many secrets: of links, of tokens."""
    count = limiter.shared_limit(
        SECRETS_PER_ADDRESS, scope="secret-address", key_func=get_remote_address, error_message=TOO_MANY_ATTEMPTS
    )
    return cast(View, count(view))


def _limited(view: View, scope: str, *, address: str, target: str, user: str) -> View:
    for limit, of, key, exempt in (
        (address, "address", get_remote_address, None),
        (target, "target", _target, _nobody_is_aimed_at),
        (user, "user", _user, _nobody_is_logged_in),
    ):
        count = limiter.shared_limit(
            limit,
            scope=f"{scope}-{of}",
            key_func=key,
            methods=["POST"],
            exempt_when=exempt,
            error_message=TOO_MANY_ATTEMPTS,
        )
        view = cast(View, count(view))
    return view


def _target() -> str:
    """The e-mail address aimed at, as a digest: what is typed here may be a password by mistake.

    A browser in which its owner came in before is counted by itself, so that strangers cannot use up the owner's tries.
    """
    email = _email_aimed_at()
    digest = hashlib.sha256(email.encode(errors="replace")).hexdigest()
    return f"{digest} {known_browser(email)}".rstrip()


def _nobody_is_aimed_at() -> bool:
    """Whether no address came with the request; counted together, such requests would shut out one another."""
    return not _email_aimed_at()


def _email_aimed_at() -> str:
    """The address in the form in which accounts are found by it, so that no spelling gives further attempts."""
    typed = str(_payload().get("email") or "").strip()
    try:
        return canonical_email(typed)
    except Invalid:
        return typed


def _payload() -> Mapping[str, Any]:
    if not request.is_json:
        return request.form
    try:
        payload = msgspec.json.decode(request.get_data())  # as the API reads it, or each would see another address
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):  # the view refuses it in its own words
        return {}
    return payload if isinstance(payload, Mapping) else {}


def _user() -> str:
    actor = _actor()
    return actor.user_id if actor else ""


def _nobody_is_logged_in() -> bool:
    return _actor() is None


def _actor() -> Actor | None:
    """Who is behind the login or the token. Never raises: the view refuses a bad token better."""
    try:
        return find_actor()
    except GreenroomError:
        return None


def _limit_api() -> None:
    """Count a request to the API once, whatever it leads to. What a browser asks beforehand (OPTIONS) costs nothing."""
    if request.path.startswith("/api/") and request.method != "OPTIONS":
        _count_for_api()


def _caller() -> str:
    """Who is counted: the user behind the login or token, else the address."""
    actor = _actor()
    return f"user {actor.user_id}" if actor else f"address {get_remote_address()}"


@limiter.shared_limit(
    lambda: str(current_app.config["API_LIMIT"]), scope="api", key_func=_caller, error_message=TOO_MANY_REQUESTS
)
def _count_for_api() -> None:
    """Counted by what stands above it, once for all applications of this process."""


def _too_many(error: RateLimitExceeded) -> Any:
    """Answer as any other refusal, and say when to come back."""
    breached = limiter.current_limit
    seconds = max(1, math.ceil(breached.reset_at - time.time())) if breached else 60
    refusal = TooMany("Too many attempts. Wait a little and try again.", retry_after_seconds=seconds)
    refusal = TooMany(str(error.description), retry_after_seconds=seconds)
    return current_app.handle_user_exception(refusal)
