"""What PostgreSQL needs: waits with an end, and whether a transaction has written or failed."""

from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.engine import URL

CONNECT_TIMEOUT_SECONDS = 5
LOCK_TIMEOUT_MILLISECONDS = 10_000

selects_never_write = False
"""A SELECT may call a function that writes, or hold a statement that does."""


snapshot_options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
byte_order = "C"


def pool_size(_url: URL, wanted: int) -> int:
    """As many as asked for."""
    return wanted


def engine_options(url: URL) -> dict[str, Any]:
    """Check a connection before use, because a server may have restarted; never wait for a lock without an end."""
    connect: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    if "options" not in url.query:
        connect["options"] = f"-c lock_timeout={LOCK_TIMEOUT_MILLISECONDS}"
    return {"pool_pre_ping": True, "connect_args": connect}


def prepare(_engine: Engine) -> None:
    """Nothing to add: psycopg begins a transaction by itself."""


def purge_deleted(_engine: Engine) -> None:
    """Nothing: the server's own vacuum overwrites rows that are gone."""


def restart_numbers(connection: Connection, table: str, column: str) -> None:
    """Only a column with a sequence has such numbers."""
    find = text("SELECT pg_get_serial_sequence(quote_ident(:table), :column)")
    sequence = connection.scalar(find, {"table": table, "column": column})
    if sequence is not None:
        largest = select(func.max(sql_column(column))).select_from(sql_table(table)).scalar_subquery()
        connection.execute(select(func.setval(sequence, func.coalesce(largest, 0) + 1, False)))


def begin_writing(_connection: Connection) -> None:
    """Nothing to add: rows are locked one by one, when they are written."""


def has_written(connection: Connection) -> bool:
    """Whether the open transaction has changed or locked a row."""
    return bool(connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").scalar())


def has_failed(connection: Connection) -> bool:
    """Whether a statement failed. COMMIT would then roll back without an error, and a write would be lost silently."""
    status = connection.connection.driver_connection.info.transaction_status  # type: ignore[union-attr]
    return bool(status == TransactionStatus.INERROR)
