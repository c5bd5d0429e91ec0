"""The folder is as `storage/file/layout.py` documents it, and a person can read it."""

import hashlib
import json
import stat
import zlib

import pytest

from domain.errors import CorruptSession
from domain.session import Message
from storage.base import SessionQuery, Unreadable
from storage.file.sessions import SessionFiles
from tests.contract.storage.samples import interview, live


def test_a_session_lies_where_the_layout_says(folder, storage):
    storage.create(live("one", exclusive_key="channel:7"))
    storage.append_message("one", Message(message_id="a", role="note", content="hello"))
    place = folder / hashlib.sha256(b"one").hexdigest()[:2] / "one"
    assert sorted(file.name for file in place.iterdir()) == [".lock", "header.json", "messages.jsonl"]
    assert (folder / "keys" / hashlib.sha256(b"channel:7").hexdigest()).read_text() == "one\n"
    assert (folder / "index.sqlite").exists()


def test_a_header_is_indented_json_without_the_count_of_messages(storage):
    storage.create(interview("one", incident_name="Das Fahrrad 🚲"))
    text = storage._layout.header("one").read_text()
    assert '\n  "incident_name": "Das Fahrrad 🚲",\n' in text
    assert "message_count" not in json.loads(text)


def test_a_line_of_messages_is_json_with_the_checksum_of_its_message(storage):
    storage.create(interview("one"))
    storage.append_message("one", Message(message_id="a", role="note", content="hello"))
    (line,) = storage._layout.messages("one").read_bytes().splitlines()
    body = line[line.index(b'"message":') + len(b'"message":') : -1]
    assert json.loads(line)["crc32"] == f"{zlib.crc32(body):08x}"
    assert json.loads(line)["message"]["content"] == "hello"


def test_only_the_owner_may_read_what_is_stored(folder, storage):
    storage.create(live("one", exclusive_key="channel:7"))
    storage.append_message("one", Message(message_id="a", role="note", content="hello"))
    for path in (folder, *folder.rglob("*")):
        if not path.name.startswith("index.sqlite"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_fields_of_a_newer_release_are_kept_by_every_write(storage):
    storage.create(interview("one"))
    header = storage._layout.header("one")
    newer = json.loads(header.read_text()) | {"mood": {"of": ["the", "future"]}}
    header.write_text(json.dumps(newer))
    session = storage.load("one")
    session.title = "changed"
    storage.save(session)
    storage.update_fields("one", {"summary": "short"}, kind="interview")
    storage.transition("one", "paused", by="ada")
    stored = json.loads(header.read_text())
    assert stored["mood"] == {"of": ["the", "future"]}
    assert (stored["title"], stored["summary"], stored["status"]) == ("changed", "short", "paused")


@pytest.mark.parametrize("damaged", ["", "{", '{"kind": "unknown"}', "[]", "\x00" * 100, '{"kind": "live"}', "\udcff"])
def test_a_damaged_header_is_said_and_nothing_is_changed(storage, damaged):
    storage.create(interview("one"))
    storage.create(interview("two"))
    header = storage._layout.header("one")
    header.write_text(damaged, errors="surrogateescape")
    before = header.read_bytes()
    for ask in (
        lambda: storage.load("one"),
        lambda: storage.append_message("one", Message(message_id="a", role="note", content="hello")),
        lambda: storage.transition("one", "paused", by="ada"),
        lambda: storage.delete("one", "ada"),
    ):
        with pytest.raises(CorruptSession):
            ask()
    assert header.read_bytes() == before
    unreadable, readable = storage.scan()
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.session_id, readable.session_id) == ("one", "two")


@pytest.mark.parametrize("damaged", ["", "{", '{"user_id": 7}', '{"session_id": "two", "user_id": "ada"}', "\x00" * 9])
def test_a_header_that_names_no_owner_can_be_deleted_by_staff_alone(storage, folder, damaged):
    storage.create(interview("one", user_id="ada"))
    storage._layout.header("one").write_text(damaged)
    with pytest.raises(CorruptSession) as on_load:
        storage.load("one", "ada")
    with pytest.raises(CorruptSession) as on_delete:
        storage.delete("one", "ada")
    assert str(on_delete.value) == str(on_load.value)
    assert storage.delete("one") is True
    assert not storage.exists("one")
    assert storage.find(SessionQuery()).items == []
    assert list(storage._layout.trash.iterdir()) == []


def test_a_session_whose_messages_are_damaged_can_be_deleted_by_its_owner(storage):
    storage.create(interview("one", user_id="ada"))
    storage._layout.messages("one").write_bytes(b"damaged\ndamaged\n")
    with pytest.raises(CorruptSession):
        storage.load("one", "ada")
    assert storage.delete("one", "ada") is True
    assert not storage.exists("one")


def test_a_folder_copied_by_hand_under_another_name_is_damage_and_no_second_session(folder, storage):
    storage.create(interview("one"))
    copy = storage._layout.header("two")
    copy.parent.mkdir()
    copy.write_bytes(storage._layout.header("one").read_bytes())
    with pytest.raises(CorruptSession, match="header of one"):
        storage.load("two")
    storage.rebuild_index()
    assert [row.session_id for row in storage.find(SessionQuery()).items] == ["one"]


def test_a_session_that_is_spoken_in_and_saved_while_it_is_read_is_read_again(storage, monkeypatch):
    storage.create(interview("one"))
    read, changes = SessionFiles.all, iter([None])

    def spoken_in_and_saved_after(files, session_id):
        said = read(files, session_id)
        for _ in changes:
            storage.append_message("one", Message(message_id="a", role="note", content="said before that"))
            storage.update_fields("one", {"title": "saved"}, kind="interview")
        return said

    monkeypatch.setattr(SessionFiles, "all", spoken_in_and_saved_after)
    (session,) = storage.scan()
    assert (session.title, session.revision, session.message_count, len(session.messages)) == ("saved", 2, 1, 1)
