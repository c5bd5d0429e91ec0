"""Promise 1, where what is stored cannot be read any more: it can still be removed, by whom it belongs to."""

import pytest

from domain.errors import CorruptSession, SessionAccessDenied
from storage.base import SessionQuery
from tests.contract.storage.samples import interview, live, message

KEY = "channel:7"


@pytest.fixture
def storage(damageable):
    """A storage with a sound session, and one of ada's that holds a key, has a message and cannot be read."""
    storage = damageable.open()
    storage.create(interview("sound"))
    storage.create(live("broken", "ada", exclusive_key=KEY))
    storage.append_message("broken", message())
    damageable.damage("broken", kind="opera")
    return storage


def test_what_cannot_be_read_is_said_to_be_corrupt(storage):
    with pytest.raises(CorruptSession):
        storage.load("broken")


@pytest.mark.parametrize("user_id", ["ada", None])
def test_its_owner_and_staff_may_delete_it_and_nothing_stays(storage, user_id):
    assert storage.delete("broken", user_id) is True
    assert not storage.exists("broken")
    assert [row.session_id for row in storage.find(SessionQuery()).items] == ["sound"]
    assert storage.delete("broken") is False
    storage.create(live("next", exclusive_key=KEY))
    storage.create(interview("broken"))
    assert storage.messages("broken") == []


def test_to_others_it_is_as_one_that_is_missing_and_it_stays(storage, damageable):
    before = damageable.raw_headers()
    with pytest.raises(SessionAccessDenied) as foreign:
        storage.delete("broken", "bob")
    with pytest.raises(SessionAccessDenied) as missing:
        storage.delete("missing", "bob")
    assert str(foreign.value) == str(missing.value)
    assert damageable.raw_headers() == before


def test_a_deleted_one_does_not_come_back_when_the_place_is_prepared_again(storage, damageable):
    storage.delete("broken")
    again = damageable.open()
    assert [row.session_id for row in again.find(SessionQuery()).items] == ["sound"]
