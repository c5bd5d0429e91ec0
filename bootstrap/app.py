"""Builds the application from its settings: the only place that names concrete classes and wires them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

import telemetry
from database.manager import DatabaseManager
from database.middleware import DatabaseScopeMiddleware
from database.migrate import migrator
from database.request_session_manager import RequestSessionManager
from database.scope import DatabaseScope
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.mail_address import mail_host
from jobs.queue import RqJobQueue
from providers.events.base import EventBus
from providers.events.redis_streams import RedisEventBus
from providers.interviewers.registry import INTERVIEWERS
from providers.mail.base import MailConfig, MailTransport
from providers.mail.registry import MAIL_TRANSPORTS
from providers.sparing_redis import SparingRedis
from services.accounts import AccountService, TokenService
from services.accounts.api_tokens import ApiTokenService
from services.accounts.email_addresses import EmailAddressService
from services.accounts.guests import GuestService
from services.accounts.letters import AccountLetters
from services.accounts.logins import LoginService
from services.accounts.mailed_links import MailedLinks
from services.accounts.making import UserMaker
from services.accounts.passwords import Passwords
from services.accounts.recovery import RecoveryService
from services.accounts.registration import RegistrationService
from services.accounts.secrets import DerivedSecrets
from services.background_jobs import BackgroundJobs, JobFunction
from services.idempotency.service import IdempotencyService
from services.interviews.service import InterviewService
from services.links import Links
from services.my_data import (
    Contents,
    ErasedLetter,
    Eraser,
    ErasureService,
    Exporter,
    ExportReadyLetter,
    ExportService,
    ExportsFolder,
    Farewell,
    MailFiles,
    Upkeep,
)
from services.notifications import Letter, Mailer, NoticeService, TrialLetter, Wording
from services.outbox import Delivery, Outbox, OutboxRecords
from services.overview import Overview
from services.ports import JobQueue
from services.reset import Reset
from services.schemas import Schemas
from services.sealing import Seal
from services.search import Search
from services.seeding import Seeding
from services.session_manager import SessionManager, SessionsOf, choose_storage
from services.sweep import Sweep
from settings import Settings
from storage.base import SessionStorage
from storage.registry import StorageConfig, open_storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What everything else stands on."""

    settings: Settings
    storage: SessionStorage
    sessions: SessionsOf
    db_manager: DatabaseManager
    unified_session_manager: UnifiedSessionManager
    request_session_manager: RequestSessionManager
    bus: EventBus
    redis: SparingRedis
    jobs: JobQueue
    outbox: Outbox
    links: Links
    derived: DerivedSecrets


class People(Ground, frozen=True, kw_only=True):
    """Accounts and what lets people in, upon the ground."""

    accounts: AccountService
    logins: LoginService
    tokens: TokenService
    api_tokens: ApiTokenService
    mailed_links: MailedLinks
    registration: RegistrationService
    recovery: RecoveryService
    email_addresses: EmailAddressService
    guests: GuestService


class App(People, frozen=True, kw_only=True):
    """Everything that was wired, for web, jobs and scripts to reach. Nothing in it is connected before first use."""

    idempotency: IdempotencyService
    interviews: InterviewService
    overview: Overview
    search: Search
    outbox_records: OutboxRecords
    delivery: Delivery
    mail: MailTransport
    mailer: Mailer
    notices: NoticeService
    background_jobs: BackgroundJobs
    sweep: Sweep
    exports: ExportService
    erasures: ErasureService
    seeding: Seeding
    reset: Reset

    @property
    def schemas(self) -> Schemas:
        """The shapes of database and session storage."""
        return Schemas(database=migrator(self.settings.database_url), sessions=self.storage.migrator())

    def prepare(self) -> None:
        """Bring database and session storage into the shape this release needs. Idempotent; safe when raced."""
        self.schemas.up()
        self.storage.repair()

    def start(self) -> None:
        """Make sure of the shape of both, change nothing about it, and repair what a crash left behind.

        Called by every process before its first work. Raises SchemaBehind, SchemaAhead, Unavailable.
        """
        self.schemas.check()
        self.storage.repair()

    def database_scope(self) -> DatabaseScope:
        """What stands around a job or a script whose database blocks belong together."""
        return DatabaseScope(self.db_manager)

    def close(self) -> None:
        """Give back threads, files and connections."""
        self.bus.close()
        self.storage.close()
        self.db_manager.close()
        self.redis.close()


class _MyData(msgspec.Struct, frozen=True):
    """What makes exports and erases, before there is anything that runs it."""

    folder: ExportsFolder
    functions: dict[str, JobFunction]
    tidying: dict[str, Callable[[], int]]


def build(settings: Settings) -> App:
    """Wire the application. Raises Invalid for a storage, an interviewer or a mail transport that is not known."""
    telemetry.configure(settings.log_level, settings.log_format)
    people = _people(_ground(settings))
    unified, plain = people.unified_session_manager, people.request_session_manager
    my_data = _my_data(people)
    mail = _mail_transport(settings)
    mailer = Mailer(mail, _letters(people), sender=settings.mail_from, host=mail_host(settings.public_url))
    notices = NoticeService(unified, plain, people.bus)
    background_jobs = BackgroundJobs(unified, plain, people.outbox, my_data.functions)
    idempotency = IdempotencyService(unified, Seal(settings.secret_keys, "idempotency answers"))
    handlers = {
        "mail": mailer.handle,
        "farewell": Farewell(mailer, unified, people.db_manager.purge_deleted).handle,
        "notice": notices.handle,
        "job": background_jobs.handle,
    }
    tidying = {"idempotency_keys": idempotency.drop_expired, **_tidying(people), **my_data.tidying}
    return App(
        **structs.asdict(people),
        idempotency=idempotency,
        interviews=InterviewService(people.sessions, INTERVIEWERS.find(settings.interviewer)(), people.bus),
        overview=Overview(people.sessions),
        search=Search(people.sessions),
        outbox_records=OutboxRecords(unified, plain, people.jobs),
        delivery=Delivery(unified, handlers),
        mail=mail,
        mailer=mailer,
        notices=notices,
        background_jobs=background_jobs,
        sweep=Sweep(unified, plain, people.jobs, background_jobs, tidying=tidying),
        exports=ExportService(background_jobs, my_data.folder, unified, plain),
        erasures=ErasureService(
            accounts=people.accounts,
            jobs=background_jobs,
            derived=people.derived,
            unified=unified,
            plain=plain,
            now=clock.now,
        ),
        seeding=_seeding(people),
        reset=Reset(
            people.sessions,
            settings.database_url,
            folders={name: settings.data_dir / name for name in ("exports", "mail")},
        ),
    )


def _ground(settings: Settings) -> Ground:
    storage = open_storage(settings.session_storage, storage_config(settings))
    choose_storage(storage)
    db_manager = DatabaseManager(settings.database_url)
    unified = UnifiedSessionManager(db_manager)
    redis = SparingRedis.at(settings.redis_url)
    jobs = RqJobQueue(redis)
    return Ground(
        settings=settings,
        storage=storage,
        sessions=partial(SessionManager, storage),
        db_manager=db_manager,
        unified_session_manager=unified,
        request_session_manager=RequestSessionManager(db_manager),
        bus=RedisEventBus(settings.redis_url),
        redis=redis,
        jobs=jobs,
        outbox=Outbox(unified, jobs),
        links=Links(settings.public_url),
        derived=DerivedSecrets(settings.secret_keys),
    )


def _people(ground: Ground) -> People:
    unified, plain, outbox = ground.unified_session_manager, ground.request_session_manager, ground.outbox
    passwords = Passwords()
    accounts = AccountService(unified, plain, outbox, passwords)
    logins = LoginService(unified, plain)
    links = MailedLinks(ground.derived, unified, plain)
    return People(
        **structs.asdict(ground),
        accounts=accounts,
        logins=logins,
        tokens=TokenService(accounts, unified, plain, ground.settings.jwt_secrets),
        api_tokens=ApiTokenService(accounts, logins, unified, plain),
        mailed_links=links,
        registration=RegistrationService(
            accounts=accounts,
            maker=UserMaker(passwords, clock.now),
            links=links,
            outbox=outbox,
            unified=unified,
            access_password=ground.settings.access_password,
            now=clock.now,
        ),
        recovery=RecoveryService(passwords, links, outbox, unified, clock.now),
        email_addresses=EmailAddressService(accounts, links, outbox, unified, clock.now),
        guests=GuestService(ground.sessions, ground.derived, unified, plain),
    )


def _my_data(people: People) -> _MyData:
    unified, plain = people.unified_session_manager, people.request_session_manager
    data_dir, purge = people.settings.data_dir, people.db_manager.purge_deleted
    folder, mail_files = ExportsFolder(data_dir / "exports"), MailFiles(data_dir / "mail")
    exporter = Exporter(
        accounts=people.accounts,
        sessions=people.sessions,
        contents=Contents(people.sessions, plain, mail_files),
        folder=folder,
        outbox=people.outbox,
        unified=unified,
        now=clock.now,
    )
    eraser = Eraser(
        accounts=people.accounts,
        sessions=people.sessions,
        folder=folder,
        mail_files=mail_files,
        outbox=people.outbox,
        unified=unified,
        plain=plain,
        purge=purge,
    )
    upkeep = Upkeep(
        folder=folder,
        mail_files=mail_files,
        unified=unified,
        plain=plain,
        purge=purge,
        now=clock.now,
    )
    return _MyData(
        folder,
        {"export": exporter.run, "erasure": eraser.run},
        {"exports": upkeep.drop_old_exports, "farewells": upkeep.drop_farewells},
    )


def _seeding(people: People) -> Seeding:
    """Conducts by rules whatever interviewer is set: what is seeded is the same everywhere, and asks nobody else."""

    def interviews_at(now: Callable[[], datetime]) -> InterviewService:
        return InterviewService(people.sessions, INTERVIEWERS.find("rules")(), people.bus, now)

    return Seeding(people.accounts, people.sessions, interviews_at, clock.now)


def check_schemas(settings: Settings) -> None:
    """Look whether both stores have the shape of this release, for a process that needs no more of them.

    Raises SchemaBehind, SchemaAhead, Unavailable.
    """
    app = build(settings)
    try:
        app.schemas.check()
    finally:
        app.close()


def with_database_scopes(wsgi_app: "WSGIApplication", db_manager: DatabaseManager) -> "WSGIApplication":
    """The same WSGI application, each request of it in a database scope of its own."""
    return DatabaseScopeMiddleware(wsgi_app, db_manager)


def storage_config(settings: Settings) -> StorageConfig:
    """Where each session storage would be, whichever is chosen."""
    return StorageConfig(
        folder=settings.data_dir / "sessions",
        database_url=settings.session_database_url,
        mongo_url=settings.mongo_url,
        mongo_database=settings.mongo_database,
    )


def _mail_transport(settings: Settings) -> MailTransport:
    config = MailConfig(folder=settings.data_dir / "mail", smtp_url=settings.smtp_url)
    return MAIL_TRANSPORTS.find(settings.mail).from_config(config)


def _letters(people: People) -> dict[str, Letter]:
    """Every letter by the name that stands in its outbox rows."""
    wording = Wording(people.links)
    of_accounts = AccountLetters(people.accounts, people.mailed_links, people.links, wording)
    return {
        "trial": TrialLetter(wording),
        "export_ready": ExportReadyLetter(wording, people.accounts),
        "erased": ErasedLetter(wording),
        **of_accounts.by_name(),
    }


def _tidying(people: People) -> dict[str, Callable[[], int]]:
    """What has rows past their time, with what removes them."""
    return {
        "logins": people.logins.drop_old,
        "tokens": people.tokens.drop_old,
        "mailed_links": people.mailed_links.drop_old,
        "guest_links": people.guests.drop_old,
    }
