"""What every migrator promises, on every store: up, down, and what is refused before anything happens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import Conflict, Invalid, SchemaAhead, SchemaBehind


def applied(store):
    return [state.migration_id for state in store.migrator().states() if state.applied]


def test_an_empty_place_is_behind_and_looking_at_it_makes_nothing(store):
    with pytest.raises(SchemaBehind, match="make migrate") as behind:
        store.migrator().check()
    assert behind.value.facts["found"] == "base"
    assert behind.value.facts["missing"] == [state.migration_id for state in store.migrator().states()]
    if not store.address.startswith(("mongodb", "postgresql")):
        assert not Path(store.address.removeprefix("sqlite:///")).exists()


def test_up_applies_everything_once_in_order_and_records_when(store):
    done = store.migrator().up()
    states = store.migrator().states()
    assert done == [state.migration_id for state in states]
    assert all(state.known and state.applied and state.about for state in states)
    for state in states:
        assert timedelta(0) <= datetime.now(UTC) - state.applied_at < timedelta(minutes=5)
    store.migrator().check()
    assert store.migrator().up() == []
    assert store.migrator().states() == states


def test_a_newcomer_is_one_more_file(store):
    store.migrator().up()
    newer = store.add(about="A second step")
    with pytest.raises(SchemaBehind, match=newer):
        store.migrator().check()
    assert store.migrator().up() == [newer]
    store.migrator().check()
    assert store.migrator().states()[-1].about == "A second step"


def test_down_is_one_step_the_newest_and_up_does_it_again(store):
    newer = store.add()
    everything = store.migrator().up()
    assert store.migrator().down() == [newer]
    assert applied(store) == everything[:-1]
    assert store.migrator().up() == [newer]


def test_down_to_nothing_and_up_again_on_an_empty_place_asks_nobody(store):
    everything = store.migrator().up()
    assert store.migrator().down("base") == everything[::-1]
    assert applied(store) == []
    assert store.migrator().down() == []
    assert store.migrator().up() == everything


def test_the_migration_to_stop_at_may_be_named_by_its_number(store):
    newer = store.add("one"), store.add("two")
    first = store.migrator().states()[0].migration_id
    store.migrator().up(newer[0])
    assert applied(store)[-1] == newer[0]
    store.migrator().up()
    assert store.migrator().down(first.partition("_")[0])[:2] == [newer[1], newer[0]]
    assert applied(store) == [first]
    with pytest.raises(Invalid, match=first):
        store.migrator().up("777")


def test_what_would_delete_stored_data_is_refused_with_its_number_unless_that_is_said(store):
    everything = store.migrator().up()
    lost = store.fill()
    with pytest.raises(Conflict, match="--lose-data") as refused:
        store.migrator().down("base")
    assert [f"{count} {what}" in refused.value.message for what, count in lost.items()] == [True] * len(lost)
    assert applied(store) == everything
    assert store.holds_what_was_filled_in()
    assert store.migrator().down("base", lose_data=True) == everything[::-1]
    store.migrator().up()
    if store.keeps_sessions:
        assert list(store.sessions().scan()) == []


def test_a_step_without_a_way_down_says_so_and_nothing_is_undone(store):
    one_way = store.add("one_way", down=None)
    store.add("later")
    everything = store.migrator().up()
    with pytest.raises(Conflict, match=f"{one_way} has no way down"):
        store.migrator().down("base")
    assert applied(store) == everything
    assert [state.reversible for state in store.migrator().states()[-2:]] == [False, True]


def test_what_a_newer_release_applied_is_refused_and_left_alone(store):
    store.migrator().up()
    store.record_a_newer_one()
    newest = store.migrator().states()[-2].migration_id
    for move in (store.migrator().check, store.migrator().up, store.migrator().down):
        with pytest.raises(SchemaAhead, match="999_newer") as ahead:
            move()
        assert f"down --only {store.migrator().store} --to {newest}" in ahead.value.message
    assert store.migrator().states()[-1].known is False
    if store.keeps_sessions:
        with pytest.raises(SchemaAhead):
            store.sessions().prepare()


def test_an_installation_of_a_release_that_recorded_nothing_is_adopted_with_all_it_holds(store):
    everything = store.migrator().up()
    store.fill()
    store.forget_records()
    store.migrator().up()
    states = store.migrator().states()
    assert [state.migration_id for state in states if state.applied_at] == everything
    store.migrator().check()
    assert store.holds_what_was_filled_in()


def test_a_step_that_fails_leaves_what_is_recorded_true(store):
    before = store.migrator().up()
    newer = store.add(up="raise RuntimeError('broken')")
    with pytest.raises(RuntimeError, match="broken"):
        store.migrator().up()
    assert applied(store) == before
    mended = next(store.migrations.rglob(f"{newer}.py"))
    mended.write_text(mended.read_text().replace("raise RuntimeError('broken')", "pass"))
    assert store.migrator().up() == [newer]


def test_a_way_down_that_fails_is_recorded_as_far_as_it_is_true_and_the_next_way_up_puts_it_right(store):
    newer = store.add(down="raise RuntimeError('broken')")
    everything = store.migrator().up()
    with pytest.raises(RuntimeError, match="broken"):
        store.migrator().down(lose_data=True)
    undone_as_a_whole = store.uses_alembic
    assert applied(store) == (everything if undone_as_a_whole else everything[:-1])
    assert store.migrator().up() == ([] if undone_as_a_whole else [newer])
    store.migrator().check()


def test_preparing_a_current_place_opens_no_lock(store, monkeypatch):
    store.migrator().up()
    migrator = store.migrator()
    monkeypatch.setattr(migrator, "_alone", pytest.fail)
    assert migrator.up() == []
