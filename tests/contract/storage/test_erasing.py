"""Promise 1, for whoever wants to be forgotten: all of theirs is found, and nothing of it stays once it is gone."""

import pytest

from domain.errors import CorruptSession, Invalid
from storage.base import SessionQuery
from tests.contract.storage.samples import interview, live, message, training

PHRASE = "the heron on the weathercock"


def test_the_ids_of_a_user_are_those_of_every_kind_and_of_nobody_else(storage):
    storage.create(interview("one"))
    storage.create(training("two", status="canceled"))
    storage.create(live("three"))
    storage.create(interview("foreign", user_id="bob"))
    assert sorted(storage.ids_of("ada")) == ["one", "three", "two"]
    assert list(storage.ids_of("nobody")) == []


def test_more_ids_than_fit_into_one_part_are_told_once_each_while_they_are_deleted(storage, monkeypatch):
    for backend in ("sql", "mongo"):
        monkeypatch.setattr(f"storage.{backend}.storage.IDS_AT_ONCE", 4)
    wanted = {f"session-{n:02}" for n in range(13)}
    for session_id in wanted:
        storage.create(interview(session_id))
    told = []
    for session_id in storage.ids_of("ada"):
        told.append(session_id)
        storage.delete(session_id, "ada")
    assert len(told) == len(wanted)
    assert set(told) == wanted


@pytest.mark.parametrize("user_id", [None, 5, "\x00"])
def test_ids_are_never_asked_of_everybody(storage, user_id):
    with pytest.raises(Invalid, match="user_id"):
        storage.ids_of(user_id)


def test_the_ids_of_a_user_include_what_cannot_be_read(damageable):
    storage = damageable.open()
    storage.create(interview("sound"))
    storage.create(interview("broken"))
    storage.create(interview("foreign", user_id="bob"))
    damageable.damage("broken", kind="opera")
    damageable.damage("foreign", kind="opera")
    with pytest.raises(CorruptSession):
        storage.load("broken")
    assert sorted(storage.ids_of("ada")) == ["broken", "sound"]


@pytest.mark.parametrize("torn", [False, True])
def test_files_that_cannot_be_read_are_told_after_a_start_that_no_longer_lists_them(file_backend, torn):
    storage = file_backend.open()
    for session_id, user_id in (("broken", "ada"), ("foreign", "bob"), ("also_foreign", "ada ")):
        storage.create(interview(session_id, user_id=user_id))
        (header,) = file_backend.config.folder.rglob(f"{session_id}/header.json")
        if torn:
            header.write_text(header.read_text()[:-20])
        else:
            file_backend.damage(session_id, kind="opera")
    storage = file_backend.open()
    assert storage.find(SessionQuery()).items == []
    assert list(storage.ids_of("ada")) == ["broken"]
    file_backend.close()


def test_purging_keeps_what_is_there(storage):
    storage.create(interview("kept"))
    storage.create(interview("gone"))
    storage.append_message("kept", message(content=PHRASE))
    storage.delete("gone")
    storage.purge_deleted()
    storage.purge_deleted()
    assert list(storage.ids_of("ada")) == ["kept"]
    assert [said.content for said in storage.messages("kept")] == [PHRASE]


@pytest.mark.parametrize("backend", ["file_backend", "sqlite_backend"])
def test_what_was_deleted_stands_in_no_file_after_a_purge(request, tmp_path, backend):
    home = request.getfixturevalue(backend)
    storage = home.open()
    for n in range(30):
        storage.create(interview(f"session-{n}", title=f"{PHRASE} {n}"))
        storage.append_message(f"session-{n}", message(content=f"{PHRASE}, said {n}"))
    assert files_with(tmp_path, PHRASE)
    for session_id in storage.ids_of("ada"):
        storage.delete(session_id, "ada")
    storage.purge_deleted()
    assert files_with(tmp_path, PHRASE) == []
    home.close()


def files_with(folder, text):
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
