"""Promise 5: an exclusive key has one holder at a time, in a race too, and a session that is over gives it up."""

from functools import partial

import pytest

from domain.errors import SessionExists, SlotTaken, TransitionRefused
from tests.contract.storage.others import run_at_once
from tests.contract.storage.racing import all_at_once, split
from tests.contract.storage.samples import interview, live

KEY = "channel:7"


def to_the_end(storage, session_id):
    """Stop a broadcast the declared way."""
    for to in ("ready", "publishing", "live", "ending", "stopped"):
        last = storage.transition(session_id, to, by="x")
    return last


def test_the_second_to_be_created_with_a_key_learns_who_holds_it(storage):
    storage.create(live("first", exclusive_key=KEY))
    with pytest.raises(SlotTaken) as refused:
        storage.create(live("second", exclusive_key=KEY))
    assert refused.value.holder == "first"
    assert not storage.exists("second")
    storage.create(live("second"))


def test_an_id_that_is_taken_is_named_before_a_key_that_is_taken(storage):
    storage.create(live("first", exclusive_key=KEY))
    storage.create(live("second"))
    for taken in ("first", "second"):
        with pytest.raises(SessionExists):
            storage.create(live(taken, exclusive_key=KEY))
    assert storage.load("second").exclusive_key is None


def test_any_number_of_sessions_may_have_no_key(storage):
    for n in range(3):
        storage.create(live(f"live-{n}"))
        storage.transition(f"live-{n}", "ready", by="x", exclusive_key=None)
    assert [storage.load(f"live-{n}").exclusive_key for n in range(3)] == [None, None, None]


def test_a_transition_takes_a_key(storage):
    storage.create(live("first"))
    storage.create(live("second"))
    assert storage.transition("first", "ready", by="x", exclusive_key=KEY).exclusive_key == KEY
    assert storage.load("first").exclusive_key == KEY
    with pytest.raises(SlotTaken) as refused:
        storage.transition("second", "ready", by="x", exclusive_key=KEY)
    assert refused.value.holder == "first"
    second = storage.load("second")
    assert (second.status, second.revision, second.history, second.exclusive_key) == ("idle", 1, [], None)


def test_a_key_stays_through_a_transition_that_does_not_speak_of_it(storage):
    storage.create(live("first", exclusive_key=KEY))
    assert storage.transition("first", "ready", by="x").exclusive_key == KEY
    assert storage.load("first").exclusive_key == KEY


def test_a_holder_may_take_its_own_key_again(storage):
    storage.create(live("first", exclusive_key=KEY))
    assert storage.transition("first", "ready", by="x", exclusive_key=KEY).exclusive_key == KEY


def test_a_transition_gives_a_key_up(storage):
    storage.create(live("first", exclusive_key=KEY))
    assert storage.transition("first", "ready", by="x", exclusive_key=None).exclusive_key is None
    storage.create(live("second", exclusive_key=KEY))


def test_a_transition_exchanges_a_key(storage):
    storage.create(live("first", exclusive_key=KEY))
    storage.transition("first", "ready", by="x", exclusive_key="channel:8")
    storage.create(live("second", exclusive_key=KEY))
    with pytest.raises(SlotTaken) as refused:
        storage.create(live("third", exclusive_key="channel:8"))
    assert refused.value.holder == "first"


def test_a_terminal_transition_unsets_the_key_and_the_history_keeps_the_way(storage):
    storage.create(live("first", exclusive_key=KEY))
    over = to_the_end(storage, "first")
    assert over.exclusive_key is None
    assert storage.load("first") == over
    assert over.history[-1].to_status == "stopped"
    assert storage.create(live("second", exclusive_key=KEY)).exclusive_key == KEY


def test_a_terminal_transition_takes_no_key(storage):
    storage.create(live("first"))
    assert storage.transition("first", "cancelled", by="x", exclusive_key=KEY).exclusive_key is None
    storage.create(live("second", exclusive_key=KEY))


def test_a_kind_without_a_terminal_status_keeps_its_key_until_it_gives_it_up(storage):
    storage.create(interview("first", exclusive_key="hume:1"))
    storage.transition("first", "processing", by="x")
    storage.transition("first", "complete", by="x")
    with pytest.raises(SlotTaken):
        storage.create(interview("second", exclusive_key="hume:1"))


def test_a_failed_broadcast_still_holds_its_channel(storage):
    storage.create(live("first", exclusive_key=KEY))
    for to in ("ready", "publishing", "aborted"):
        storage.transition("first", to, by="x")
    with pytest.raises(SlotTaken):
        storage.create(live("second", exclusive_key=KEY))


def test_a_refused_transition_takes_no_key(storage):
    storage.create(live("first"))
    with pytest.raises(TransitionRefused):
        storage.transition("first", "live", by="x", exclusive_key=KEY)
    storage.create(live("second", exclusive_key=KEY))


def test_a_way_that_is_refused_is_named_before_a_key_that_is_taken(storage):
    storage.create(live("first", exclusive_key=KEY))
    storage.create(live("second"))
    with pytest.raises(TransitionRefused):
        storage.transition("second", "live", by="x", exclusive_key=KEY)


def test_deleting_a_session_frees_its_key(storage):
    storage.create(live("first", exclusive_key=KEY))
    storage.delete("first")
    assert storage.create(live("second", exclusive_key=KEY)).exclusive_key == KEY


def test_saves_updates_and_messages_leave_the_key_alone(storage):
    handle = storage.create(live("first", exclusive_key=KEY))
    handle.title = "changed"
    storage.save(handle)
    storage.update_fields("first", {"room_id": "r"}, kind="live")
    assert storage.load("first").exclusive_key == KEY
    with pytest.raises(SlotTaken):
        storage.create(live("second", exclusive_key=KEY))


@pytest.mark.parametrize(
    "other", ["CHANNEL:7", "channel:7 ", "channel:\u0667", "", "../channel:7", "channel%3A7", "$ne"]
)
def test_keys_are_told_apart_letter_by_letter(storage, other):
    storage.create(live("first", exclusive_key=KEY))
    storage.create(live("second", exclusive_key=other))
    with pytest.raises(SlotTaken) as refused:
        storage.create(live("third", exclusive_key=other))
    assert refused.value.holder == "second"


def test_a_key_is_shared_by_all_kinds_and_owners(storage):
    storage.create(live("first", "ada", exclusive_key=KEY))
    with pytest.raises(SlotTaken):
        storage.create(interview("second", "bob", exclusive_key=KEY))


def test_of_many_that_create_with_one_key_exactly_one_wins(storage):
    for round_number in range(8):
        key = f"raced-{round_number}"
        new = [live(f"{key}-{n}", exclusive_key=key) for n in range(5)]
        won, lost = split(all_at_once(*[lambda s=session: storage.create(s) for session in new]), SlotTaken)
        assert (len(won), len(lost)) == (1, 4)
        assert {error.holder for error in lost} == {won[0].session_id}
        assert [session.session_id for session in new if storage.exists(session.session_id)] == [won[0].session_id]


def test_a_key_given_up_while_others_wait_for_it_goes_to_at_most_one(storage):
    for round_number in range(5):
        key = f"raced-{round_number}"
        storage.create(live(f"{key}-holder", exclusive_key=key))
        takers = [f"{key}-{n}" for n in range(3)]
        for name in takers:
            storage.create(live(name))
        given_up, *taken = all_at_once(
            partial(storage.transition, f"{key}-holder", "cancelled", by="x"),
            *[partial(storage.transition, name, "ready", by="x", exclusive_key=key) for name in takers],
        )
        assert given_up.exclusive_key is None
        won, _ = split(taken, SlotTaken)
        holders = [name for name in takers if storage.load(name).exclusive_key == key]
        assert holders == [session.session_id for session in won]
        assert len(holders) <= 1
        if not holders:
            storage.create(live(f"{key}-after", exclusive_key=key))


def test_a_key_whose_holder_is_deleted_in_a_race_is_not_stuck(storage):
    for round_number in range(5):
        key = f"raced-{round_number}"
        storage.create(live(f"{key}-holder", exclusive_key=key))
        outcomes = all_at_once(
            lambda key=key: storage.delete(f"{key}-holder"),
            lambda key=key: storage.create(live(f"{key}-next", exclusive_key=key)),
        )
        split(outcomes, SlotTaken)
        if not storage.exists(f"{key}-next"):
            storage.create(live(f"{key}-next", exclusive_key=key))
        with pytest.raises(SlotTaken):
            storage.create(live(f"{key}-third", exclusive_key=key))


def test_of_two_processes_that_take_one_key_exactly_one_wins(shared_home):
    storage = shared_home.open()
    rounds = 10
    for taker in ("left", "right"):
        for n in range(rounds):
            storage.create(live(f"{taker}-{n}"))
    taken = run_at_once(
        shared_home,
        *[
            f"""
for n in range({rounds}):
    try:
        storage.transition(f"{taker}-{{n}}", "ready", by="{taker}", exclusive_key=f"key-{{n}}")
        answers.append("{taker}")
    except SlotTaken as refused:
        answers.append(refused.holder.partition("-")[0])
"""
            for taker in ("left", "right")
        ],
    )
    assert taken[0] == taken[1]
    for n, winner in enumerate(taken[0]):
        holders = [name for name in ("left", "right") if storage.load(f"{name}-{n}").exclusive_key == f"key-{n}"]
        assert holders == [winner]
