"""Who is behind a request: the login cookie of a browser, or the bearer token of a program.

Flask-Login keeps the cookie. Its remember cookie is not used: it is signed with the current key alone and calls a clock
that Python 3.12 deprecates; a permanent session does the same and follows the rotation of keys.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from domain.actor import Actor, Role
from domain.errors import LoginFailed, NotAllowed
from domain.user import User
from web.errors import LoginNeeded
from web.forms import WRITES, csrf
from web.request_context import request_id
from web.services import app_services

P = ParamSpec("P")
R = TypeVar("R")

__all__ = [
    "LoginUser",
    "app_services",
    "current_actor",
    "find_actor",
    "log_in",
    "log_out",
    "login_required",
    "register_login",
    "role_required",
    "safe_next",
]


class LoginUser(UserMixin):
    """A user as Flask-Login knows one; `user` is ours. In templates: `current_user.user.display_name`."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def is_active(self) -> bool:
        """False for a suspended user."""
        return self.user.suspended_at is None

    def get_id(self) -> str:
        """Carries the session version, so that a changed password ends every login made before it."""
        return f"{self.user.session_version}:{self.user.user_id}"


def register_login(app: Flask) -> None:
    """Make Flask-Login find our users."""
    manager = LoginManager(app)
    # It would compare the address of the client, which changes whenever a telephone leaves a house.
    manager.session_protection = None
    manager.user_loader(_load_login)


def _load_login(login_id: str) -> LoginUser | None:
    version, _, user_id = login_id.partition(":")
    user = app_services().accounts.find_user(user_id)
    if user is None or user.suspended_at is not None or str(user.session_version) != version:
        return None
    return LoginUser(user)


def log_in(user: User) -> None:
    """Begin a login in a session that shares nothing with the one before, so that a planted one is worth nothing."""
    session.clear()
    g.pop("csrf_token", None)
    g.pop("actor", None)
    session.permanent = True
    login_user(LoginUser(user))


def log_out() -> None:
    """End the login of this browser."""
    session.clear()
    g.pop("actor", None)
    g.pop("_login_user", None)


def find_actor() -> Actor | None:
    """The actor behind the present request, or None when nobody is logged in. Raises LoginFailed for a bad token."""
    if "actor" not in g:
        token = _bearer_token()
        g.actor = app_services().tokens.verify(token, request_id()) if token is not None else _actor_by_cookie()
        g.acting_user_id = g.actor.user_id if g.actor else None
    actor: Actor | None = g.actor
    return actor


def current_actor() -> Actor:
    """The actor behind the present request. Raises LoginNeeded when nobody is logged in."""
    actor = find_actor()
    if actor is None:
        raise LoginNeeded
    return actor


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only those in who are logged in; a write by cookie must also carry our token against forgery."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_actor()
        if request.method in WRITES and _bearer_token() is None and not g.get("csrf_valid"):
            csrf.protect()
        return view(*args, **kwargs)

    return guarded


def role_required(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only those in who hold one of these roles."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_actor().roles & set(roles):
                raise NotAllowed("This is for " + " or ".join(roles) + " only.", roles=sorted(roles))
            return view(*args, **kwargs)

        return login_required(guarded)

    return guard


def safe_next(target: str | None, otherwise: str) -> str:
    """`target` when it is a path of our own, else `otherwise`.

    Browsers read `//host`, `/\\host` and addresses with control characters in them as another host.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if "\\" in target or not target.isprintable() or len(target) > 2_000:
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target


def _bearer_token() -> str | None:
    """The token a program sent. Only the API reads one: elsewhere a browser would need no token against forgery."""
    if not request.path.startswith("/api/") or "Authorization" not in request.headers:
        return None
    scheme, _, token = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise LoginFailed("Send the token as: Authorization: Bearer <token>.")
    return token.strip()


def _actor_by_cookie() -> Actor | None:
    if not current_user.is_authenticated:
        return None
    found: Any = current_user
    return app_services().accounts.actor_of(found.user, request_id())
