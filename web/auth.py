"""Who is behind a request: the login cookie of a browser, or the bearer token of a program.

Flask-Login keeps the cookie. Its remember cookie is not used: it is signed with the current key alone and calls a clock
that Python 3.12 deprecates; a permanent session does the same and follows the rotation of keys.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from domain.actor import Actor, GuestPass, Role, guest_actor
from domain.errors import LoginFailed, NotAllowed, NotFound
from domain.login import REMEMBERED_LIFETIME, Login, Origin, Present
from domain.user import User
from web.errors import LoginNeeded
from web.forms import WRITES, csrf
from web.known_browsers import remember_browser
from web.request_context import request_id
from web.services import app_services

P = ParamSpec("P")
R = TypeVar("R")

GUEST_PASSES = "guest_passes"
"""Where the cookie keeps `session id -> link` of a guest."""
PASSES_KEPT = 10
USER_AGENT_LIMIT = 300

__all__ = [
    "LoginUser",
    "admit_guest",
    "app_services",
    "current_actor",
    "current_login",
    "find_actor",
    "log_in",
    "log_out",
    "login_or_guest_required",
    "login_required",
    "origin",
    "register_login",
    "role_required",
    "safe_next",
    "still_in",
]


class LoginUser(UserMixin):
    """A login as Flask-Login knows one. In templates: `current_user.user.display_name`."""

    def __init__(self, present: Present) -> None:
        self.user = present.user
        self.login = present.login

    def get_id(self) -> str:
        """The login, not the user: one that was ended is over in whatever browser a copy of its cookie turns up."""
        return self.login.login_id


def register_login(app: Flask) -> None:
    """Make Flask-Login find our logins."""
    app.permanent_session_lifetime = REMEMBERED_LIFETIME
    manager = LoginManager(app)
    # It would compare the address of the client, which changes whenever a telephone leaves a house.
    manager.session_protection = None
    manager.user_loader(_load_login)


def _load_login(login_id: str) -> LoginUser | None:
    present = app_services().logins.find(login_id)
    return LoginUser(present) if present else None


def log_in(user: User, *, remember: bool = False) -> None:
    """Begin a login in a session that shares nothing with the one before, so that a planted one is worth nothing."""
    login = app_services().logins.begin(user, origin(), remember=remember)
    _forget()
    g.pop("csrf_token", None)
    session.permanent = remember
    login_user(LoginUser(Present(login, user)))
    remember_browser(user.email)


def log_out() -> None:
    """End the login of this browser, here and in every copy of its cookie."""
    actor = find_actor()
    if actor is not None:
        with suppress(NotFound):  # another tab was quicker
            app_services().logins.end(actor, current_login().login_id)
    _forget()
    g.pop("_login_user", None)


def origin() -> Origin:
    """From where the present request comes."""
    return Origin(request.remote_addr or "", request.user_agent.string[:USER_AGENT_LIMIT])


def find_actor() -> Actor | None:
    """The actor behind the present request, or None when nobody is logged in. Raises LoginFailed for a bad token."""
    if "actor" not in g:
        present = _present()
        g.login = present.login if present else None
        g.actor = app_services().accounts.actor_of(present.user, request_id()) if present else None
        g.acting_user_id = g.actor.user_id if g.actor else None
    actor: Actor | None = g.actor
    return actor


def current_actor() -> Actor:
    """The actor behind the present request. Raises LoginNeeded when nobody is logged in."""
    actor = find_actor()
    if actor is None:
        raise LoginNeeded
    return actor


def current_login() -> Login:
    """The login behind the present request. Raises LoginNeeded when nobody is logged in."""
    current_actor()
    login: Login | None = g.login
    if login is None:  # a guest has none
        raise LoginNeeded
    return login


def still_in() -> Callable[[], bool]:
    """What tells, for as long as a response lasts, whether whoever asked for it would still be let in."""
    services, guest = app_services(), current_actor().guest
    if guest is not None:
        return lambda: services.guests.find(guest.link_id) is not None
    login_id = current_login().login_id
    return lambda: services.logins.find(login_id) is not None


def admit_guest(guest: GuestPass) -> None:
    """Let whoever sits at this browser take part in one session from now on.

    The token against forgery is another from now on: the one before may have been planted with its session.
    """
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    passes = {name: link for name, link in session.get(GUEST_PASSES, {}).items() if name != guest.session_id}
    session[GUEST_PASSES] = {**dict(list(passes.items())[1 - PASSES_KEPT :]), guest.session_id: guest.link_id}
    app_services().guests.note_seen(guest)


def login_or_guest_required(view: Callable[P, R]) -> Callable[P, R]:
    """As `login_required` for a view of one session; lets its guests in too."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _become_guest(str(kwargs["session_id"]))
        return guard(*args, **kwargs)

    guard = login_required(view)
    return guarded


def _become_guest(session_id: str) -> None:
    """Make the guest of this session the actor, unless its owner is logged in here."""
    link_id = None if _bearer_token() else session.get(GUEST_PASSES, {}).get(session_id)
    guest = app_services().guests.find(link_id) if link_id else None
    actor = find_actor()
    if guest is None or guest.session_id != session_id or (actor and actor.user_id == guest.owner_id):
        return
    g.actor, g.login = guest_actor(guest, request_id()), None
    g.acting_user_id = g.actor.user_id


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


def _present() -> Present | None:
    token = _bearer_token()
    if token is not None:
        return app_services().tokens.find_login(token)
    if not current_user.is_authenticated:
        return None
    found: LoginUser = current_user
    return Present(found.login, found.user)


def _forget() -> None:
    """Forget everything about who was here."""
    session.clear()
    for name in ("actor", "login"):
        g.pop(name, None)
