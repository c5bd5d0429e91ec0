"""Who had an account at the moment of the snapshot, who came after it, and whose erasure began after it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import select

from database.request_session_manager import RequestSessionManager
from database.tables import BackgroundJobRow, UserRow
from services.background_jobs.job import UNFINISHED
from services.my_data.eraser import KIND as ERASURE
from storage.base import SessionStorage

AT_ONCE = 500


class People:
    """Asked while sessions are read. Memory grows by some hundred bytes for each account."""

    def __init__(self, plain: RequestSessionManager, storage: SessionStorage) -> None:
        self._plain = plain
        self._storage = storage
        self._known: set[str] = set()
        self._without_account: set[str] = set()
        self._erasing: set[str] = set()

    def note(self, table: str, row: Mapping[str, Any]) -> None:
        """A row of the snapshot. An erasure that it knows of goes on after a restore by itself."""
        if table == UserRow.__tablename__:
            self._known.add(row["user_id"])
        elif table == BackgroundJobRow.__tablename__ and row["kind"] == ERASURE and row["state"] in UNFINISHED:
            self._erasing.add(row["user_id"])

    def belongs(self, session_id: str, owner: str) -> bool:
        """Whether a session that was just read belongs to what the snapshot saw.

        It does not when its owner's account is younger than the snapshot: nobody could ever reach it. An owner without
        any account (the command line, an import) is no such case; one whose account came and went meanwhile is.
        """
        if owner in self._known or owner in self._without_account:
            return True
        if self._present([owner]) or not self._storage.exists(session_id):
            return False
        self._without_account.add(owner)
        return True

    def erased_since(self) -> list[str]:
        """Accounts of the snapshot that are gone by now, or are being erased and the snapshot does not know it."""
        gone = {user_id for part in _parts(self._known) for user_id in set(part) - self._present(part)}
        return sorted((gone | self._known & self._being_erased()) - self._erasing)

    def _present(self, user_ids: list[str]) -> set[str]:
        with self._plain.session_scope() as db:
            return set(db.scalars(select(UserRow.user_id).where(UserRow.user_id.in_(user_ids))))

    def _being_erased(self) -> set[str]:
        running = BackgroundJobRow.kind == ERASURE, BackgroundJobRow.state.in_(UNFINISHED)
        with self._plain.session_scope() as db:
            return {user_id for user_id in db.scalars(select(BackgroundJobRow.user_id).where(*running)) if user_id}


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while part := list(islice(remaining, AT_ONCE)):
        yield part
