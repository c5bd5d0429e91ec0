"""The two session managers over each engine, and rows to write."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from database.manager import DatabaseManager
from database.request_session_manager import RequestSessionManager
from database.tables import FirstRunTokenRow
from database.unified_session_manager import UnifiedSessionManager


@pytest.fixture
def unified(db_manager: DatabaseManager) -> UnifiedSessionManager:
    return UnifiedSessionManager(db_manager)


@pytest.fixture
def plain(db_manager: DatabaseManager) -> RequestSessionManager:
    return RequestSessionManager(db_manager)


@pytest.fixture
def kept(plain: RequestSessionManager) -> Callable[[], set[str]]:
    """The names of the rows that somebody else would see now."""

    def names() -> set[str]:
        with plain.session_scope() as db:
            return {row.token_hash for row in db.query(FirstRunTokenRow)}

    return names


@pytest.fixture
def row() -> Callable[[str], FirstRunTokenRow]:
    """Makes a row with a name."""
    return lambda name: FirstRunTokenRow(token_hash=name, created_at=datetime(2026, 1, 1, tzinfo=UTC))
