"""Headers that the validator would not have let in, as a restore by hand leaves them: whose they are, and their end."""

import pytest

from domain.errors import CorruptSession
from storage.base import SessionQuery
from tests.contract.storage.samples import interview, message

pytestmark = pytest.mark.mongo


@pytest.fixture
def spoken(storage):
    """A session of ada's with a message."""
    storage.create(interview("one", user_id="ada"))
    storage.append_message("one", message())


def put(database, **fields):
    """Put a header of these fields alone in place of the stored one."""
    database.sessions.replace_one({"_id": "one"}, fields, bypass_document_validation=True)


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("damaged", [{}, {"user_id": 7}, {"user_id": None, "life": "gone"}])
def test_a_header_that_names_no_owner_can_be_deleted_by_staff_alone(storage, database, damaged):
    put(database, **damaged)
    with pytest.raises(CorruptSession) as on_load:
        storage.load("one", "ada")
    with pytest.raises(CorruptSession) as on_delete:
        storage.delete("one", "ada")
    assert str(on_delete.value) == str(on_load.value)
    assert storage.delete("one") is True
    assert storage.find(SessionQuery()).items == []


@pytest.mark.usefixtures("spoken")
def test_the_messages_go_with_a_header_that_does_not_say_which_are_its_own(storage, database):
    put(database, user_id="ada")
    assert storage.delete("one", "ada") is True
    assert database.session_messages.count_documents({}) == 0
    assert database.session_deletions.count_documents({}) == 0
