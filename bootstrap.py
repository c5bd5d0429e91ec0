"""Builds the application from its settings: the only place that names concrete classes and wires them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

import telemetry
from database.manager import DatabaseManager
from database.middleware import DatabaseScopeMiddleware
from database.migrate import upgrade
from database.request_session_manager import RequestSessionManager
from database.unified_session_manager import UnifiedSessionManager
from providers.events.base import EventBus
from providers.events.redis_streams import RedisEventBus
from providers.interviewers.registry import INTERVIEWERS
from providers.sparing_redis import SparingRedis
from services.accounts import AccountService, TokenService
from services.idempotency.service import IdempotencyService
from services.interviews.service import InterviewService
from services.overview import Overview
from services.sealing import Seal
from services.search import Search
from services.session_manager import SessionManager, choose_storage
from settings import Settings
from storage.base import SessionStorage
from storage.registry import StorageConfig, open_storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class App(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was wired, for web, jobs and scripts to reach. Nothing in it is connected before first use."""

    settings: Settings
    storage: SessionStorage
    sessions: Callable[[str | None], SessionManager]
    db_manager: DatabaseManager
    unified_session_manager: UnifiedSessionManager
    request_session_manager: RequestSessionManager
    accounts: AccountService
    tokens: TokenService
    idempotency: IdempotencyService
    interviews: InterviewService
    overview: Overview
    search: Search
    bus: EventBus
    redis: SparingRedis

    def prepare(self) -> None:
        """Bring database and session storage into the shape this release needs. Idempotent; safe when raced."""
        upgrade(self.settings.database_url)
        self.storage.prepare()

    def close(self) -> None:
        """Give back threads, files and connections."""
        self.bus.close()
        self.storage.close()
        self.db_manager.close()
        self.redis.close()


def build(settings: Settings) -> App:
    """Wire the application. Raises Invalid for a storage or interviewer that is not known."""
    telemetry.configure(settings.log_level, settings.log_format)
    storage = open_storage(settings.session_storage, _storage_config(settings))
    choose_storage(storage)
    sessions = partial(SessionManager, storage)
    db_manager = DatabaseManager(settings.database_url)
    unified = UnifiedSessionManager(db_manager)
    plain = RequestSessionManager(db_manager)
    accounts = AccountService(unified, plain)
    bus = RedisEventBus(settings.redis_url)
    return App(
        settings=settings,
        storage=storage,
        sessions=sessions,
        db_manager=db_manager,
        unified_session_manager=unified,
        request_session_manager=plain,
        accounts=accounts,
        tokens=TokenService(accounts, settings.jwt_secrets),
        idempotency=IdempotencyService(unified, Seal(settings.secret_keys, "idempotency answers")),
        interviews=InterviewService(sessions, INTERVIEWERS.find(settings.interviewer)(), bus),
        overview=Overview(sessions),
        search=Search(sessions),
        bus=bus,
        redis=SparingRedis.at(settings.redis_url),
    )


def with_database_scopes(wsgi_app: "WSGIApplication", db_manager: DatabaseManager) -> "WSGIApplication":
    """The same WSGI application, each request of it in a database scope of its own."""
    return DatabaseScopeMiddleware(wsgi_app, db_manager)


def _storage_config(settings: Settings) -> StorageConfig:
    return StorageConfig(
        folder=settings.data_dir / "sessions",
        database_url=settings.session_database_url,
        mongo_url=settings.mongo_url,
        mongo_database=settings.mongo_database,
    )
