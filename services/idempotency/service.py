"""`IdempotencyService`: what was asked for under a key is done once, and its answer is given again.

A key belongs to one user and to one request. Of several at once exactly one runs; the others are told to come back. A
process that dies in the middle leaves its key behind: after a lease the next one runs, so an action must be safe to
repeat all the same.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import telemetry
from database.tables import IdempotencyKeyRow
from database.unified_session_manager import UnifiedSessionManager
from domain import clock
from domain.errors import GreenroomError
from services.idempotency.answers import AnswerNotKept, Claim, KeptAnswer, KeyInUse, KeyReused
from services.sealing import Seal, Unreadable

LEASE = timedelta(seconds=120)
"""How long a request may run before its key is free again; even one that asks a provider should take less."""
KEPT_FOR = timedelta(hours=24)
LARGEST_BODY = 1024 * 1024
"""Bytes of an answer that are kept; of a larger one only that it was given."""
RUNNING, DONE = "running", "done"

log = telemetry.logger("services.idempotency")


class IdempotencyService:
    """Keeps keys and the answers to them; safe to share between threads and processes."""

    def __init__(self, unified: UnifiedSessionManager, seal: Seal, now: Callable[[], datetime] = clock.now) -> None:
        self._unified = unified
        self._seal = seal
        self._now = now

    def begin(self, user_id: str, key: str, request: str) -> Claim | KeptAnswer:
        """The right to run, or what was answered when this very request (its fingerprint) ran before.

        Raises KeyReused when the key came with another request, KeyInUse while the first one runs, AnswerNotKept.
        """
        claim = Claim(user_id, key, str(uuid4()))
        sealed = self._take(claim, request)
        return claim if sealed is None else self._opened(sealed)

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Remember the answer. Never raises: what was done is done, and a key that is left behind ends by itself."""
        if answer.body is not None and len(answer.body) > LARGEST_BODY:
            answer = KeptAnswer(answer.status, answer.headers, None)
        sealed = self._seal.close(msgspec.msgpack.encode(answer))
        done = update(IdempotencyKeyRow).where(*_held(claim)).values(state=DONE, answer=sealed)
        try:
            with self._unified.get_db_session() as db:
                db.execute(done)
        except GreenroomError as error:
            log.warning("idempotency_answer_lost", code=error.code)

    def free(self, claim: Claim) -> None:
        """Let the key be used again, after an error. Never raises: a key that is left behind ends by itself."""
        try:
            with self._unified.get_db_session() as db:
                db.execute(delete(IdempotencyKeyRow).where(*_held(claim)))
        except GreenroomError as error:
            log.warning("idempotency_key_left", code=error.code)

    def drop_expired(self) -> int:
        """Remove what nobody is answered from any more, and return how many that were."""
        with self._unified.get_db_session() as db:
            found = db.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.expires_at <= self._now()))
        return found.rowcount if isinstance(found, CursorResult) else 0

    def _take(self, claim: Claim, request: str) -> bytes | None:
        """Take the key for this claim; or the sealed answer that it has already."""
        with self._unified.get_db_session() as db:
            row = db.scalar(select(IdempotencyKeyRow).where(*_of(claim)).with_for_update())
            if row is None:
                _insert(db, self._running(claim, request))
                return None
            sealed = self._present(row, request) if row.expires_at > self._now() else None
            if sealed is None:
                self._renew(row, claim, request)
            return sealed

    def _present(self, row: IdempotencyKeyRow, request: str) -> bytes | None:
        """The sealed answer of a key that is good; None when whoever held it is gone."""
        if row.fingerprint != request:
            raise KeyReused
        if row.state == RUNNING and row.leased_until > self._now():
            raise KeyInUse
        return row.answer

    def _opened(self, sealed: bytes) -> KeptAnswer:
        try:
            answer = msgspec.msgpack.decode(self._seal.open(sealed), type=KeptAnswer)
        except Unreadable:
            raise AnswerNotKept from None
        if answer.body is None:
            raise AnswerNotKept
        return answer

    def _running(self, claim: Claim, request: str) -> IdempotencyKeyRow:
        row = IdempotencyKeyRow(user_id=claim.user_id, key=claim.key)
        self._renew(row, claim, request)
        return row

    def _renew(self, row: IdempotencyKeyRow, claim: Claim, request: str) -> None:
        now = self._now()
        row.fingerprint, row.state, row.holder, row.answer = request, RUNNING, claim.holder, None
        row.leased_until, row.expires_at = now + LEASE, now + KEPT_FOR


def _of(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return IdempotencyKeyRow.user_id == claim.user_id, IdempotencyKeyRow.key == claim.key


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """The key as long as this claim holds it: one that came too late changes nothing."""
    return *_of(claim), IdempotencyKeyRow.holder == claim.holder, IdempotencyKeyRow.state == RUNNING


def _insert(db: Session, row: IdempotencyKeyRow) -> None:
    db.add(row)
    try:
        db.flush()
    except IntegrityError:  # another request with this key began just now
        raise KeyInUse from None
