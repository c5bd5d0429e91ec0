"""Promise 2, the statuses: only a declared transition changes them, once, and writes it into the history."""

from itertools import pairwise

import pytest

from domain.errors import Busy, Invalid, SlotTaken, StaleSession, TransitionRefused
from domain.session import HISTORY_LIMIT, Transition
from tests.contract.storage.racing import all_at_once, split
from tests.contract.storage.samples import NOON, at, interview, live, message, training
from tests.domain.tables import WAYS


def test_a_transition_is_written_with_who_when_from_to_and_why(storage):
    storage.create(interview())
    moved = storage.transition("interview-1", "paused", by="ada", why="tea")
    assert (moved.status, moved.revision) == ("paused", 2)
    (step,) = moved.history
    assert (step.by, step.from_status, step.to_status, step.why) == ("ada", "active", "paused", "tea")
    assert step.at == moved.updated_at > NOON
    assert storage.load("interview-1") == moved


def test_a_moved_session_can_be_saved(storage):
    storage.create(interview())
    moved = storage.transition("interview-1", "paused", by="ada")
    moved.title = "changed"
    assert storage.save(moved).revision == 3
    assert storage.load("interview-1") == moved


def test_a_transition_leaves_what_others_saved(storage):
    handle = storage.create(interview())
    handle.title = "saved"
    storage.save(handle)
    storage.append_message("interview-1", message())
    assert storage.transition("interview-1", "paused", by="x").title == "saved"
    loaded = storage.load("interview-1")
    assert (loaded.title, loaded.message_count) == ("saved", 1)


def test_a_status_that_arrives_as_text_is_stripped_and_lower_cased(storage):
    storage.create(interview(status=" ACTIVE\n"))
    assert storage.load("interview-1").status == "active"
    assert storage.transition("interview-1", " Paused ", by="x").status == "paused"
    assert storage.load("interview-1").history[0].to_status == "paused"


@pytest.mark.parametrize(
    ("kind", "current", "to"),
    [(kind, current, to) for kind, ways in WAYS.items() for current in ways for to in ways if to not in ways[current]],
)
def test_a_way_that_is_not_declared_is_refused_naming_the_allowed(storage, kind, current, to):
    made = storage.create({"interview": interview, "training": training, "live": live}[kind]("one", status=current))
    with pytest.raises(TransitionRefused) as refused:
        storage.transition("one", to, by="x")
    assert refused.value.facts == {"current": current, "to": to, "allowed": sorted(WAYS[kind][current])}
    assert storage.load("one") == made


@pytest.mark.parametrize("to", ["", "nonsense", "ended", None, 5, "active\x00", {"$ne": 1}])
def test_a_status_that_the_kind_does_not_have_is_invalid(storage, to):
    created = storage.create(interview())
    with pytest.raises(Invalid, match="status"):
        storage.transition("interview-1", to, by="x")
    assert storage.load("interview-1") == created


def test_the_history_is_a_chain_in_order(storage):
    storage.create(live())
    for to in ("ready", "publishing", "live", "aborted", "publishing", "live", "ending", "stopped"):
        storage.transition("live-1", to, by="ada")
    history = storage.load("live-1").history
    assert [step.to_status for step in history][-2:] == ["ending", "stopped"]
    assert len(history) == 8
    assert all(first.to_status == then.from_status for first, then in pairwise(history))
    assert [step.at for step in history] == sorted(step.at for step in history)


def test_the_history_keeps_the_last_thousand(bulk):
    steps = [Transition(at=at(n), by=str(n), from_status="active", to_status="paused") for n in range(HISTORY_LIMIT)]
    bulk.write_many([interview(status="active", revision=1_001, history=steps)])
    moved = bulk.transition("interview-1", "paused", by="newest")
    assert len(moved.history) == 1_000
    assert (moved.history[0].by, moved.history[-1].by) == ("1", "newest")
    assert bulk.load("interview-1") == moved
    bulk.transition("interview-1", "active", by="newer still")
    history = bulk.load("interview-1").history
    assert (len(history), history[0].by, history[-1].by) == (1_000, "2", "newer still")


def test_of_many_transitions_at_once_exactly_one_wins(storage):
    for round_number in range(5):
        name = f"raced-{round_number}"
        storage.create(interview(name))
        calls = [lambda n=n, name=name: storage.transition(name, "paused", by=str(n)) for n in range(6)]
        won, lost = split(all_at_once(*calls), TransitionRefused)
        assert (len(won), len(lost)) == (1, 5)
        assert storage.load(name) == won[0]
        assert storage.load(name).history == won[0].history
        assert len(won[0].history) == 1


def test_a_history_written_by_many_is_still_a_chain(storage):
    storage.create(interview())

    def push(n):
        moved = 0
        for _ in range(6):
            for to in ("paused", "active", "processing", "failed"):
                try:
                    storage.transition("interview-1", to, by=str(n))
                    moved += 1
                except (TransitionRefused, Busy):
                    continue
        return moved

    moved, _ = split(all_at_once(*[lambda n=n: push(n) for n in range(4)]), ())
    session = storage.load("interview-1")
    assert len(session.history) == sum(moved) == session.revision - 1
    assert session.history[0].from_status == "active"
    assert session.history[-1].to_status == session.status
    assert all(one.to_status == two.from_status for one, two in pairwise(session.history))
    assert all(step.to_status in WAYS["interview"][step.from_status] for step in session.history)


def test_saves_never_undo_a_transition_that_came_between(storage):
    for round_number in range(8):
        name = f"raced-{round_number}"
        handle = storage.create(interview(name))
        handle.title = "saved"
        outcomes = all_at_once(
            lambda handle=handle: storage.save(handle), lambda name=name: storage.transition(name, "paused", by="x")
        )
        split(outcomes, StaleSession)
        loaded = storage.load(name)
        assert loaded.status == "paused"
        assert (loaded.title == "saved") is not isinstance(outcomes[0], StaleSession)


def test_transitions_and_keys_raced_together_leave_one_holder(storage):
    names = [f"live-{n}" for n in range(4)]
    for name in names:
        storage.create(live(name))
    calls = [lambda name=name: storage.transition(name, "ready", by="x", exclusive_key="slot") for name in names]
    won, lost = split(all_at_once(*calls), SlotTaken)
    assert (len(won), len(lost)) == (1, 3)
    assert {error.holder for error in lost} == {won[0].session_id}
    assert [name for name in names if storage.load(name).status == "ready"] == [won[0].session_id]
