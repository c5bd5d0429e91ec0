"""Moves between every backend and every other: what arrives is equal, field by field."""

import pytest

from tests.contract.storage.conftest import BULK, pairs
from tests.services.moving.sessions import as_kept, awkward_sessions, contents


@pytest.mark.parametrize(("one", "other"), pairs(*BULK))
def test_every_session_arrives_equal_and_a_second_run_moves_nothing(address, opened, moving, checkpoint, one, other):
    source, target = opened(address(one, "source")), opened(address(other, "target"), prepare=False)
    sessions = awkward_sessions()
    source.write_many(sessions)
    before = contents(source)
    first = moving(source, target).run(checkpoint)
    assert (first.migrated, first.skipped, first.total, first.problems, first.newer) == (8, 0, 8, [], [])
    assert contents(target) == before == {each.session_id: as_kept(each) for each in sessions}
    again = moving(source, target).run(checkpoint)
    assert (again.migrated, again.skipped, again.total, again.problems) == (0, 8, 8, [])
    assert contents(source) == before
    assert moving(source, target).verify().problems == []


def test_awkward_sessions_are_of_all_kinds_and_hold_what_is_hard_to_move():
    sessions = awkward_sessions()
    assert {session.kind for session in sessions} == {"interview", "training", "live"}
    assert max(len(session.history) for session in sessions) == 1_000
    assert max(len(session.messages) for session in sessions) == 300
    assert sum(session.exclusive_key is not None for session in sessions) > 1
