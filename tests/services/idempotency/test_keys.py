"""Idempotency keys: one run for each, one answer for all, and nothing readable at rest."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select

from database.request_session_manager import RequestSessionManager
from database.tables import IdempotencyKeyRow, UserRow
from database.unified_session_manager import UnifiedSessionManager
from services.idempotency.answers import AnswerNotKept, Claim, KeptAnswer, KeyInUse, KeyReused, fingerprint
from services.idempotency.service import KEPT_FOR, LARGEST_BODY, LEASE, IdempotencyService
from services.sealing import Seal, Unreadable
from tests.services.idempotency.conftest import NEW, OLD

REQUEST = fingerprint("POST", "/api/things", b'{"name": "secret of Ada"}')
ANSWER = KeptAnswer(201, {"Location": "/api/things/1"}, b'{"token": "hunter2"}')


def rows(db_manager):
    with RequestSessionManager(db_manager).session_scope() as db:
        return list(db.scalars(select(IdempotencyKeyRow)))


def test_the_same_request_again_brings_the_answer_of_the_first(keys, user):
    claim = keys.begin(user, "k", REQUEST)
    assert isinstance(claim, Claim)
    keys.keep(claim, ANSWER)
    assert keys.begin(user, "k", REQUEST) == ANSWER
    assert keys.begin(user, "k", REQUEST) == ANSWER


def test_another_request_with_the_key_is_refused_while_it_runs_and_afterwards(keys, user):
    other = fingerprint("POST", "/api/things", b"{}")
    claim = keys.begin(user, "k", REQUEST)
    with pytest.raises(KeyReused):
        keys.begin(user, "k", other)
    keys.keep(claim, ANSWER)
    with pytest.raises(KeyReused):
        keys.begin(user, "k", other)


@pytest.mark.parametrize(
    "other", [("PUT", "/a", b"x"), ("POST", "/b", b"x"), ("POST", "/a?q=1", b"x"), ("POST", "/a", b"y")]
)
def test_method_path_query_and_body_tell_one_request_from_another(other):
    assert fingerprint(*other) != fingerprint("POST", "/a", b"x")


def test_while_the_first_runs_the_others_are_told_when_to_come_back(keys, user):
    keys.begin(user, "k", REQUEST)
    with pytest.raises(KeyInUse) as refused:
        keys.begin(user, "k", REQUEST)
    assert refused.value.facts["retry_after_seconds"] > 0


def test_a_key_is_its_users_own(keys, user, db_manager, clock):
    with UnifiedSessionManager(db_manager).get_db_session() as db:
        ada = db.get(UserRow, user)
        other = {column.name: getattr(ada, column.name) for column in UserRow.__table__.columns}
        db.add(UserRow(**{**other, "user_id": "another", "email": "ben@example.org"}))
    keys.keep(keys.begin(user, "k", REQUEST), ANSWER)
    assert isinstance(keys.begin("another", "k", REQUEST), Claim)


def test_an_error_frees_the_key_for_whatever_request_comes_next(keys, user):
    keys.free(keys.begin(user, "k", REQUEST))
    assert isinstance(keys.begin(user, "k", fingerprint("POST", "/else", b"")), Claim)


def test_a_request_that_died_holds_its_key_until_the_lease_ends(keys, user, clock):
    dead = keys.begin(user, "k", REQUEST)
    clock.pass_time(LEASE - timedelta(seconds=1))
    with pytest.raises(KeyInUse):
        keys.begin(user, "k", REQUEST)
    clock.pass_time(timedelta(seconds=1))
    alive = keys.begin(user, "k", REQUEST)
    assert isinstance(alive, Claim)
    keys.keep(dead, KeptAnswer(200, {}, b"too late"))
    keys.free(dead)
    keys.keep(alive, ANSWER)
    assert keys.begin(user, "k", REQUEST) == ANSWER


def test_a_key_is_forgotten_after_a_day_and_the_sweep_removes_it(keys, user, clock, db_manager):
    keys.keep(keys.begin(user, "old", REQUEST), ANSWER)
    clock.pass_time(KEPT_FOR - timedelta(seconds=1))
    keys.keep(keys.begin(user, "new", REQUEST), ANSWER)
    assert keys.drop_expired() == 0
    clock.pass_time(timedelta(seconds=1))
    assert isinstance(keys.begin(user, "old", fingerprint("POST", "/else", b"")), Claim), "forgotten before the sweep"
    clock.pass_time(KEPT_FOR)
    assert keys.drop_expired() == 2
    assert rows(db_manager) == []


def test_nothing_of_request_or_answer_can_be_read_in_the_table(keys, user, db_manager):
    keys.keep(keys.begin(user, "k", REQUEST), ANSWER)
    (row,) = rows(db_manager)
    shown = repr([getattr(row, column.name) for column in IdempotencyKeyRow.__table__.columns])
    assert "hunter2" not in shown
    assert "Ada" not in shown
    assert Seal([OLD], "test").open(row.answer).find(b"hunter2") > 0, "it is there, under the seal"


def test_answers_follow_the_rotation_of_keys(service_with, user):
    before = service_with(OLD)
    before.keep(before.begin(user, "k", REQUEST), ANSWER)
    assert service_with(NEW, OLD).begin(user, "k", REQUEST) == ANSWER
    with pytest.raises(AnswerNotKept):
        service_with(NEW).begin(user, "k", REQUEST)
    during = service_with(NEW, OLD)
    during.keep(during.begin(user, "l", REQUEST), ANSWER)
    assert service_with(NEW).begin(user, "l", REQUEST) == ANSWER


def test_what_was_sealed_for_one_purpose_opens_for_no_other():
    with pytest.raises(Unreadable):
        Seal([OLD], "another").open(Seal([OLD], "test").close(b"x"))


def test_an_answer_that_is_too_large_is_not_kept_and_nothing_is_done_twice(keys, user):
    keys.keep(keys.begin(user, "k", REQUEST), KeptAnswer(200, {}, b"x" * (LARGEST_BODY + 1)))
    with pytest.raises(AnswerNotKept):
        keys.begin(user, "k", REQUEST)
    keys.keep(keys.begin(user, "l", REQUEST), KeptAnswer(200, {}, b"x" * LARGEST_BODY))
    assert isinstance(keys.begin(user, "l", REQUEST), KeptAnswer)


def test_keys_go_with_their_user(keys, user, db_manager):
    keys.keep(keys.begin(user, "k", REQUEST), ANSWER)
    with UnifiedSessionManager(db_manager).get_db_session() as db:
        db.execute(delete(UserRow).where(UserRow.user_id == user))
    assert rows(db_manager) == []


def race(keys: IdempotencyService, user, times=8):
    """What each of so many who begin at the same moment meets."""
    together = Barrier(times)

    def begin(_):
        together.wait()
        try:
            return type(keys.begin(user, "k", REQUEST)).__name__
        except KeyInUse:
            return "KeyInUse"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(begin, range(times)))


def test_of_many_at_once_exactly_one_runs(keys, user):
    assert race(keys, user) == ["Claim"] + ["KeyInUse"] * 7


def test_the_race_would_notice_more_than_one_runner(keys, user, monkeypatch):
    monkeypatch.setattr(IdempotencyService, "_take", lambda *_: None)
    assert race(keys, user) == ["Claim"] * 8


def test_of_many_who_wait_for_a_dead_one_exactly_one_runs(keys, user, clock):
    keys.begin(user, "k", REQUEST)
    clock.pass_time(LEASE)
    assert race(keys, user) == ["Claim"] + ["KeyInUse"] * 7


def test_a_database_that_is_away_hides_no_answer_that_was_given(keys, user, monkeypatch):
    from domain.errors import Unavailable

    claim = keys.begin(user, "k", REQUEST)

    def away(*_args, **_named):
        raise Unavailable("away")

    with monkeypatch.context() as outage:
        outage.setattr(UnifiedSessionManager, "get_db_session", away)
        keys.keep(claim, ANSWER)
        keys.free(claim)
    with pytest.raises(KeyInUse):  # neither reached the database, and neither told whoever has the answer by now
        keys.begin(user, "k", REQUEST)
