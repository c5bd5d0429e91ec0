"""The web application: `create_app` for programs and tests, `app` for a server that wants a name (`web_app:app`)."""

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web.api import register_api
from web.auth import register_login
from web.cross_origin import register_origins
from web.errors import register_errors
from web.forms import csrf
from web.health import health
from web.hosts import register_hosts
from web.limits import register_limits
from web.pages import PAGES
from web.public_url import PUBLIC_URL
from web.request_context import RequestIdMiddleware, log_requests
from web.security import cookie_name, secure
from web.services import EXTENSION
from web.session_ids import register_session_ids
from web.streams import COUNT, LIFETIME_SECONDS, OpenStreams

if TYPE_CHECKING:
    from bootstrap import App
    from settings import Settings

MAX_REQUEST_BYTES = 2 * 1024 * 1024


def create_app(settings: "Settings | None" = None) -> Flask:
    """Build the application from its settings, those of the environment when none are given.

    Raises Invalid for a setting that is not accepted. Connects to nothing before the first request.
    """
    from bootstrap import build
    from settings import Settings

    return flask_app(build(settings or Settings.from_env()))


def create_worker_app() -> Flask:
    """What a server's worker process serves: the application, drained when the worker is told to stop.

    Raises SchemaBehind or SchemaAhead where the stores are not of this release, Unavailable where one is away.
    """
    from web.drain import begin_drain, on_stop_signal

    app = _started_app()
    on_stop_signal(lambda: begin_drain(app))
    return app


def _started_app() -> Flask:
    app = create_app()
    services: App = app.extensions[EXTENSION]
    services.start()
    return app


def flask_app(services: "App") -> Flask:
    """The Flask application over parts that are wired already."""
    from bootstrap import with_database_scopes

    app = Flask("web")
    _configure(app, services.settings)
    app.extensions[EXTENSION] = services
    app.extensions[COUNT] = OpenStreams(threads=services.settings.threads)
    app.db_manager = services.db_manager  # type: ignore[attr-defined]  # the documented way to reach the three
    app.unified_session_manager = services.unified_session_manager  # type: ignore[attr-defined]
    app.request_session_manager = services.request_session_manager  # type: ignore[attr-defined]
    _register(app, services)
    app.wsgi_app = RequestIdMiddleware(with_database_scopes(app.wsgi_app, services.db_manager))  # type: ignore[method-assign]
    _trust_proxies(app, services.settings.trusted_proxies)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Take the visitor's address and scheme from the entry that the outermost of these proxies appended.

    Without a proxy in front the headers are the visitor's own words, so nobody reads them. Host never comes from one.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]


def _configure(app: Flask, settings: "Settings") -> None:
    current, *older = settings.secret_keys
    app.config.update(
        SECRET_KEY=current,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME=cookie_name("greenroom", https=_is_https(settings)),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=_is_https(settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        STREAM_SECONDS=LIFETIME_SECONDS,
        **{PUBLIC_URL: settings.public_url},
    )


def _register(app: Flask, services: "App") -> None:
    log_requests(app)
    register_hosts(app, services.settings.public_url, services.settings.hosts)
    csrf.init_app(app)
    register_login(app)
    register_limits(app, services.redis, services.settings.api_limit)
    register_errors(app)
    register_session_ids(app)
    secure(app, https=_is_https(services.settings))
    app.register_blueprint(health)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    register_api(app)
    register_origins(app, services.settings.cors_origins)


def _is_https(settings: "Settings") -> bool:
    return settings.public_url.startswith("https://")


def __getattr__(name: str) -> Flask:
    """Build and start `app` when a server asks for it, and not when a test or a script imports this module."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    app = globals()["app"] = _started_app()
    return app
