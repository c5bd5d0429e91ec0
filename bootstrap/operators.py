"""Wires what operators do from the command line, over stores that they name by address: moves, backups, imports."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager

import msgspec

from bootstrap.app import App, storage_config
from domain import clock
from domain.addresses import without_password
from domain.errors import Invalid
from domain.migrating import check_not_ahead
from services.backup import Backup, Restore, Targets
from services.moving import Checkpoint, Move, Patience, Shown
from settings import Settings
from storage.addresses import open_at, place_of
from storage.base import MovableStorage, SessionStorage
from storage.registry import open_storage


@contextmanager
def open_move(source: str, target: str, *, patience: Patience, shown: Shown) -> Iterator[Move]:
    """A move between the storages at two addresses, which are closed at the end.

    Raises Invalid when one names no storage, both name the same, or there is nothing at the source, and
    SchemaAhead where a newer release keeps the source: what it wrote and this one does not know would stay behind.
    """
    with closing(open_at("--from", source)) as one, closing(open_at("--to", target)) as other:
        if place_of(source).is_same(place_of(target)):
            raise Invalid("--to", without_password(target), "another place than --from")
        if not patience.run("source", one.is_there):
            raise Invalid("--from", without_password(source), f"a place that holds sessions{_hint(source)}")
        check_not_ahead("sessions", patience.run("source", one.migrator().states))
        yield Move(one, other, patience=patience, shown=shown)


def move_checkpoint(settings: Settings, source: str, target: str) -> Checkpoint:
    """Where a move between these addresses notes how far it came."""
    places = f"{place_of(source)} {place_of(target)}"
    return Checkpoint(settings.data_dir / "moves" / f"{hashlib.sha256(places.encode()).hexdigest()[:32]}.json")


def _hint(source: str) -> str:
    """For somebody who named the data folder and not the folder of the sessions in it."""
    inside = f"{source.rstrip('/')}/sessions"
    if not source.startswith("file:"):
        return ""
    with closing(open_at("--from", inside)) as storage:
        return f", perhaps {inside}" if storage.is_there() else ""


def backup_of(app: App) -> Backup:
    """What takes backups of this installation. Raises Invalid for a session storage that cannot be read as a whole."""
    return Backup(
        storage=_movable(app.storage),
        database_url=app.settings.database_url,
        plain=app.request_session_manager,
        folder=app.settings.data_dir,
        now=clock.now,
    )


def restore_to(app: App, sessions_to: str | None, *, keys_count: bool) -> Restore:
    """What restores to the places of this installation, or its sessions to another storage. Raises Invalid."""
    url, settings = app.settings.database_url, app.settings
    storage = _movable(app.storage) if sessions_to is None else open_at("--sessions-to", sessions_to)
    targets = Targets(
        storage=storage,
        sessions_at=without_password(sessions_to or f"the session storage ({settings.session_storage})"),
        database_url=url,
        database_at=without_password(url),
        folder=settings.data_dir,
        keys_count=keys_count,
    )
    return Restore(targets, app.erasures.repeat, clock.now)


def _movable(storage: SessionStorage) -> MovableStorage:
    if not isinstance(storage, MovableStorage):
        raise Invalid("SESSION_STORAGE", storage.name, "a storage whose sessions can be read as a whole")
    return storage


class Target(msgspec.Struct, frozen=True):
    """A storage that sessions are brought to, and how it may be called before people."""

    storage: MovableStorage
    name: str


def target_at(settings: Settings, address: str | None) -> Target:
    """The storage at this address; without one the MongoDB of the settings, whichever storage is chosen in them.

    Nothing is connected yet. Raises Invalid for an address that names no storage.
    """
    if address is not None:
        return Target(open_at("--to", address), without_password(address))
    storage = open_storage("mongo", storage_config(settings))
    assert isinstance(storage, MovableStorage)  # noqa: S101  # this one is our own
    return Target(storage, f"{settings.mongo_database} at {without_password(settings.mongo_url)}")
