"""What the web finds behind it: the parts that `bootstrap` wired, and how a request reaches them."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import current_app

if TYPE_CHECKING:
    import redis
    from sqlalchemy.orm import Session

    from services.accounts.api_tokens import ApiTokenService
    from services.accounts.email_addresses import EmailAddressService
    from services.accounts.guests import GuestService
    from services.accounts.logins import LoginService
    from services.accounts.recovery import RecoveryService
    from services.accounts.registration import RegistrationService
    from services.accounts.service import AccountService
    from services.accounts.tokens import TokenService
    from services.idempotency.service import IdempotencyService
    from services.interviews.service import InterviewService
    from services.my_data import ErasureService, ExportService
    from services.notifications.notices import NoticeService
    from services.overview import Overview
    from services.search import Search

EXTENSION = "greenroom"


class Answering(Protocol):
    """An engine that can be asked whether it answers."""

    def ping(self) -> object:
        """Return when it does; raise when it does not."""


class DatabaseSessions(Protocol):
    """What opens database sessions."""

    def session_scope(self) -> "AbstractContextManager[Session]":
        """One, for one block."""


class Waiting(Protocol):
    """A place in which the events of one topic arrive."""

    def wait(self, timeout_seconds: float, /) -> bool:
        """Block until something happened; False when the time ran out or the bus is draining."""


class Bus(Protocol):
    """What event streams and health need of the event bus."""

    @property
    def draining(self) -> bool:
        """True once the process is to stop."""

    def drain(self) -> None:
        """Wake everybody who waits, for good."""

    def healthy(self) -> bool:
        """Whether events from other processes arrive at the moment."""

    def subscribe(self, topic: str, /) -> AbstractContextManager[Waiting, Any]:
        """Listen to a topic from now on."""


class AppServices(Protocol):
    """The parts of the application that routes may use; `bootstrap.App` is one."""

    @property
    def storage(self) -> Answering: ...
    @property
    def request_session_manager(self) -> DatabaseSessions: ...
    @property
    def accounts(self) -> "AccountService": ...
    @property
    def notices(self) -> "NoticeService": ...
    @property
    def logins(self) -> "LoginService": ...
    @property
    def registration(self) -> "RegistrationService": ...
    @property
    def recovery(self) -> "RecoveryService": ...
    @property
    def email_addresses(self) -> "EmailAddressService": ...
    @property
    def api_tokens(self) -> "ApiTokenService": ...
    @property
    def guests(self) -> "GuestService": ...
    @property
    def tokens(self) -> "TokenService": ...
    @property
    def idempotency(self) -> "IdempotencyService": ...
    @property
    def exports(self) -> "ExportService": ...
    @property
    def erasures(self) -> "ErasureService": ...
    @property
    def interviews(self) -> "InterviewService": ...
    @property
    def overview(self) -> "Overview": ...
    @property
    def search(self) -> "Search": ...
    @property
    def bus(self) -> Bus: ...
    @property
    def redis(self) -> "redis.Redis": ...


def app_services() -> AppServices:
    """The parts behind the present request."""
    return cast("AppServices", current_app.extensions[EXTENSION])
