"""Opens the engine: one address, one bounded pool, and what SQLite and PostgreSQL need to behave alike."""

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from database import refusals
from database.dialects import DIALECTS
from database.pool import BoundedPool
from domain.errors import Invalid

POOL_SIZE = 8
"""Connections per process, whatever the number of threads; each is held for one short block only."""
POOL_TIMEOUT_SECONDS = 10.0

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parse_url(url: str) -> URL:
    """Bring a database address to the driver that is used; `postgres://` is accepted.

    Raises Invalid, without showing the address, which may hold a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _not_an_address() from None
    if parsed.drivername not in DRIVERS:
        raise _not_an_address()
    return parsed.set(drivername=DRIVERS[parsed.drivername])


def open_engine(url: str, *, pool_size: int = POOL_SIZE, pool_timeout_seconds: float = POOL_TIMEOUT_SECONDS) -> Engine:
    """An engine that connects at first use. Raises Invalid for an address that is neither SQLite nor PostgreSQL."""
    parsed = parse_url(url)
    dialect = DIALECTS[parsed.get_backend_name()]
    engine = create_engine(
        parsed,
        poolclass=BoundedPool,
        pool_size=dialect.pool_size(parsed, pool_size),
        max_overflow=0,
        pool_timeout=pool_timeout_seconds,
        hide_parameters=True,  # they would show in logs: addresses of people, hashes of their passwords
        **dialect.engine_options(parsed),
    )
    dialect.prepare(engine)
    refusals.translate_errors_of(engine)
    return engine


def _not_an_address() -> Invalid:
    return Invalid("DATABASE_URL", "…", "sqlite:///path/to/file or postgresql://user:password@host/database")
