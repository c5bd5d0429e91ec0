"""What a move does where the two sides contradict each other, change meanwhile, or cannot be read."""

import json
import sqlite3
from contextlib import closing

import pytest

from domain import clock
from domain.errors import Busy, Conflict, Unavailable
from services.moving import Checkpoint, Problem, Reached, passes, reading, service
from tests.contract.storage.samples import at, interview, live, message
from tests.services.moving.sessions import as_kept, contents, spoken


def whys(outcome):
    return {problem.session_id: problem.why for problem in outcome.problems}


def test_what_is_older_at_the_target_is_brought_up_to_date(source, target, moving, checkpoint):
    source.write_many([spoken("header", 1, revision=3, title="new"), spoken("longer", 4), spoken("missing", 2)])
    target.write_many([spoken("header", 1, revision=2, title="old"), spoken("longer", 2)])
    outcome = moving(source, target).run(checkpoint)
    assert (outcome.migrated, outcome.problems) == (3, [])
    assert contents(target) == contents(source)


@pytest.mark.parametrize(
    "ahead", [{"revision": 4, "count": 2}, {"revision": 3, "count": 5}, {"revision": 9, "count": 9}]
)
def test_what_is_newer_at_the_target_is_named_and_left_alone(source, target, moving, checkpoint, ahead):
    source.write_many([spoken("one", 2, revision=3, title="as of 3"), spoken("two", 1)])
    title = f"as of {ahead['revision']}"
    target.write_many([spoken("one", ahead["count"], revision=ahead["revision"], title=title)])
    before = contents(target)["one"]
    outcome = moving(source, target).run(checkpoint)
    assert (outcome.newer, outcome.problems, outcome.migrated, outcome.total) == (["one"], [], 1, 2)
    assert contents(target)["one"] == before


def test_the_same_revision_with_other_content_is_a_conflict_and_nothing_is_overwritten(
    source, target, moving, checkpoint
):
    source.write_many([spoken("one", 2, title="here"), spoken("two", 1)])
    target.write_many([spoken("one", 2, title="there")])
    before = contents(target)["one"]
    outcome = moving(source, target).run(checkpoint)
    assert whys(outcome) == {"one": "has the same revision and other content at the target; nothing was overwritten"}
    assert contents(target)["one"] == before
    assert contents(target).keys() == {"one", "two"}


def test_a_session_that_went_on_at_both_sides_is_a_conflict(source, target, moving, checkpoint):
    source.write_many([spoken("one", 1, revision=9)])
    target.write_many([spoken("one", 5, revision=2)])
    before = contents(target)
    assert "changed at both sides" in whys(moving(source, target).run(checkpoint))["one"]
    assert contents(target) == before


@pytest.mark.parametrize(("here", "there"), [((3, 2), (1, 2)), ((3, 4), (3, 2)), ((1, 2), (3, 2)), ((1, 2), (3, 4))])
def test_a_conversation_is_never_mixed_with_another_one(source, target, moving, checkpoint, here, there):
    other = spoken("one", there[1], revision=there[0])
    other.messages[1].content = "something else"
    source.write_many([spoken("one", here[1], revision=here[0])])
    target.write_many([other])
    before = contents(target)
    assert "other messages" in whys(moving(source, target).run(checkpoint))["one"]
    assert contents(target) == before


@pytest.mark.parametrize(("here", "there"), [(9, 1), (1, 9), (3, 3)])
def test_another_session_of_the_same_id_is_neither_overwritten_nor_taken_for_moved(
    source, target, moving, checkpoint, here, there
):
    source.write_many([spoken("one", 0, revision=here)])
    target.write_many([spoken("one", 0, revision=there, user_id="grace", created_at=at(-5))])
    before = contents(target)
    assert "another session" in whys(moving(source, target).run(checkpoint, delete_source=True))["one"]
    assert contents(target) == before
    assert contents(source).keys() == {"one"}


def test_a_header_that_was_saved_at_the_target_since_the_last_save_at_the_source_is_not_overwritten(
    source, target, moving, checkpoint
):
    source.write_many([spoken("one", 1, revision=3)])
    moving(source, target).run(checkpoint)
    for storage, title in ((source, "first"), (source, "second"), (target, "by somebody else")):
        session = storage.load("one")
        session.title = title
        storage.save(session)
        wait_for_another_millisecond()
    assert "changed at both sides" in whys(moving(source, target).run(checkpoint))["one"]
    assert target.load("one").title == "by somebody else"


def test_a_status_that_was_changed_at_both_sides_is_not_overwritten(source, target, moving, checkpoint):
    source.write_many([spoken("one", 1)])
    moving(source, target).run(checkpoint)
    target.transition("one", "failed", by="ada")
    wait_for_another_millisecond()
    for status in ("paused", "active"):
        source.transition("one", status, by="grace")
    assert "changed at both sides" in whys(moving(source, target).run(checkpoint))["one"]
    assert target.load("one").status == "failed"


def test_what_is_said_at_the_target_between_the_look_and_the_write_is_kept(
    source, target, moving, checkpoint, monkeypatch
):
    source.write_many([spoken("one", 4, revision=3)])
    target.write_many([spoken("one", 1, revision=1)])
    load = target.load

    def answered_after_the_look(session_id, *place, **how):
        found = load(session_id, *place, **how)
        monkeypatch.setattr(target, "load", load)
        target.append_message("one", message("said at the target"))
        return found

    monkeypatch.setattr(target, "load", answered_after_the_look)
    outcome = moving(source, target).run(checkpoint)
    assert whys(outcome).keys() == {"one"}
    assert [said.message_id for said in target.messages("one")] == ["m-1", "said at the target"]


def wait_for_another_millisecond():
    now = clock.now()
    while clock.now() == now:
        pass


def test_a_taken_key_keeps_no_other_session_back_and_names_the_holder(source, target, moving, checkpoint):
    source.write_many([interview("a", revision=1), live("b", revision=1, exclusive_key="key"), spoken("c", 2)])
    target.write_many([live("holder", revision=1, exclusive_key="key")])
    outcome = moving(source, target).run(checkpoint)
    assert whys(outcome).keys() == {"b"}
    assert "holder" in whys(outcome)["b"]
    assert contents(target).keys() == {"a", "c", "holder"}
    assert (outcome.migrated, outcome.only_at_target) == (2, 1)


def test_a_key_that_the_source_moved_meanwhile_arrives_in_a_later_round(
    source, target, moving, checkpoint, monkeypatch
):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 1)
    monkeypatch.setattr(passes, "BATCH_SESSIONS", 1)
    source.write_many([live("a", revision=1, exclusive_key="key"), live("z", revision=2, updated_at=at(2))])
    target.write_many([live("z", revision=1, updated_at=at(1), exclusive_key="key")])
    outcome = moving(source, target).run(checkpoint)
    assert outcome.problems == []
    assert contents(target) == contents(source)


def test_what_cannot_be_read_is_named_and_the_others_move(source, target, moving, checkpoint, tmp_path):
    source.write_many([spoken("a", 1), spoken("b", 1), spoken("c", 1)])
    damage(tmp_path / "source.sqlite", "b")
    outcome = moving(source, target).run(checkpoint)
    assert list(whys(outcome)) == ["b"]
    assert whys(outcome)["b"].startswith("cannot be read at the source: The payload of session b")
    assert contents(target).keys() == {"a", "c"}
    assert (outcome.migrated, outcome.total) == (2, 3)


def damage(file, session_id):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE sessions SET payload = '{' WHERE session_id = ?", [session_id])


def test_what_cannot_be_read_at_the_target_is_not_overwritten(source, target, moving, checkpoint, tmp_path):
    source.write_many([spoken("a", 1), spoken("b", 1)])
    target.write_many([spoken("b", 1)])
    damage(tmp_path / "target.sqlite", "b")
    outcome = moving(source, target).run(checkpoint)
    assert whys(outcome) == {"b": "cannot be read at the target; nothing was overwritten"}
    with closing(sqlite3.connect(tmp_path / "target.sqlite")) as connection:
        assert connection.execute("SELECT payload FROM sessions WHERE session_id = 'b'").fetchall() == [("{",)]


def test_sessions_that_only_the_target_has_are_counted_and_stay(source, target, moving, checkpoint):
    target.write_many([spoken("z", 1), spoken("0", 0)])
    source.write_many([spoken("a", 1)])
    outcome = moving(source, target).run(checkpoint)
    assert (outcome.only_at_target, outcome.problems, outcome.total) == (2, [], 1)
    assert contents(target).keys() == {"0", "a", "z"}


def test_verifying_alone_finds_every_difference_and_writes_nothing(source, target, moving):
    source.write_many([spoken("same", 2), spoken("missing", 1), spoken("older", 2), spoken("newer", 1), spoken("c", 1)])
    target.write_many([spoken("older", 1), spoken("newer", 2), spoken("c", 1, title="other"), spoken("z", 0)])
    target.write_many(each for each in source.scan() if each.session_id == "same")
    before = contents(target)
    outcome = moving(source, target).verify()
    assert whys(outcome).keys() == {"missing", "older", "c"}
    assert (outcome.newer, outcome.equal, outcome.only_at_target, outcome.total) == (["newer"], 1, 1, 5)
    assert contents(target) == before


def test_a_message_that_differs_in_a_millisecond_is_found(source, target, moving):
    source.write_many([spoken("one", 2)])
    (session,) = source.scan()
    target.write_many([session])
    assert moving(source, target).verify().problems == []
    with closing(sqlite3.connect(target._db.file)) as connection, connection:
        connection.execute("UPDATE session_messages SET timestamp = timestamp + 1 WHERE n = 2")
    assert whys(moving(source, target).verify()).keys() == {"one"}


def test_a_rehearsal_says_what_would_be_done_and_makes_nothing(source, opened, moving, tmp_path):
    source.write_many([spoken("a", 1), spoken("b", 1)])
    nowhere = opened(f"file:{tmp_path}/nowhere", prepare=False)
    outcome = moving(source, nowhere).rehearse()
    assert (outcome.migrated, outcome.skipped, outcome.total) == (2, 0, 2)
    assert not (tmp_path / "nowhere").exists()


def test_a_rehearsal_tells_new_from_newer_from_what_is_there(source, target, moving):
    source.write_many([spoken("a", 1), spoken("b", 1), spoken("c", 2), spoken("d", 1, revision=5), spoken("e", 1)])
    target.write_many([spoken("b", 1), spoken("c", 5), spoken("d", 3, revision=2)])
    before = contents(target)
    outcome = moving(source, target).rehearse()
    assert (outcome.migrated, outcome.skipped, outcome.newer, outcome.total) == (2, 1, ["c"], 5)
    assert whys(outcome).keys() == {"d"}
    assert contents(target) == before


def test_what_is_verified_is_removed_from_the_source_when_that_is_asked_for(source, target, moving, checkpoint):
    source.write_many([spoken("a", 3), live("b", revision=1, exclusive_key="key")])
    before = contents(source)
    outcome = moving(source, target).run(checkpoint, delete_source=True)
    assert (outcome.migrated, outcome.deleted, outcome.problems) == (2, 2, [])
    assert contents(source) == {}
    assert contents(target) == before


def test_with_one_problem_nothing_at_all_is_removed(source, target, moving, checkpoint):
    source.write_many([spoken("a", 1), spoken("b", 1, title="here")])
    target.write_many([spoken("b", 1, title="there")])
    outcome = moving(source, target).run(checkpoint, delete_source=True)
    assert (outcome.deleted, whys(outcome).keys()) == (0, {"b"})
    assert contents(source).keys() == {"a", "b"}


def test_a_session_that_changes_before_it_is_removed_stays_and_is_reported(
    source, target, moving, checkpoint, monkeypatch
):
    source.write_many([spoken("a", 1), spoken("b", 1), spoken("c", 1)])
    remove = source.remove

    def said_in_the_last_moment(session):
        if session.session_id == "b":
            source.append_message("b", message("late"))
        return remove(session)

    monkeypatch.setattr(source, "remove", said_in_the_last_moment)
    outcome = moving(source, target).run(checkpoint, delete_source=True)
    assert (outcome.deleted, whys(outcome).keys()) == (2, {"b"})
    assert [said.message_id for said in source.messages("b")] == ["m-1", "late"]
    assert contents(source).keys() == {"b"}


def test_a_session_that_is_made_anew_before_it_is_removed_stays_and_is_reported(
    source, target, moving, checkpoint, monkeypatch
):
    source.write_many([spoken("a", 1), spoken("b", 0), spoken("c", 1)])
    remove = source.remove

    def made_anew_in_the_last_moment(session):
        if session.session_id == "b":
            source.delete("b")
            source.create(interview("b", title="anew", created_at=at(1)))
        return remove(session)

    monkeypatch.setattr(source, "remove", made_anew_in_the_last_moment)
    outcome = moving(source, target).run(checkpoint, delete_source=True)
    assert (outcome.deleted, whys(outcome).keys()) == (2, {"b"})
    assert source.load("b").title == "anew"


def test_nothing_is_removed_where_both_addresses_lead_to_one_place(source, opened, moving, checkpoint, tmp_path):
    source.write_many([spoken("a", 2, revision=3), spoken("b", 1)])
    before, same = contents(source), opened(f"sqlite:///{tmp_path}/source.sqlite")
    with pytest.raises(Conflict, match="one place"):
        moving(source, same).run(checkpoint, delete_source=True)
    assert contents(source) == before


def test_a_newer_one_at_the_target_keeps_the_source_s_from_being_removed(source, target, moving, checkpoint):
    source.write_many([spoken("a", 1), spoken("b", 1)])
    target.write_many([spoken("b", 2)])
    outcome = moving(source, target).run(checkpoint, delete_source=True)
    assert (outcome.deleted, whys(outcome).keys()) == (1, {"b"})
    assert contents(source).keys() == {"b"}


def test_what_changes_at_the_source_while_it_is_copied_is_copied_again(source, target, moving, checkpoint, monkeypatch):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 1)
    source.write_many([spoken(f"s-{n}", 1) for n in range(6)])
    write, changes = target.write_many, iter(range(3))

    def writing(sessions):
        written = write(sessions)
        if next(changes, None) is not None:
            source.append_message("s-0", message(f"late {changes}"))
            source.update_fields("s-1", {"title": "later"}, kind="interview")
            source.create(interview(f"new-{source.count()}"))
        return written

    monkeypatch.setattr(target, "write_many", writing)
    outcome = moving(source, target).run(checkpoint)
    assert outcome.problems == []
    assert contents(target) == contents(source)
    assert len(contents(source)) == 9


def test_without_the_second_look_those_changes_would_be_missed(source, target, moving, checkpoint, monkeypatch):
    source.write_many([spoken(f"s-{n}", 1) for n in range(6)])
    moving(source, target).run(checkpoint)
    source.append_message("s-0", message("late"))
    monkeypatch.setattr(service.Move, "_settled", service.Move.verify)
    moving(source, target).run(checkpoint)
    assert contents(target)["s-0"] == contents(source)["s-0"]
    source.append_message("s-0", message("later"))
    checkpoint.save(Reached("s-5", 6))
    assert whys(moving(source, target).run(checkpoint)).keys() == {"s-0"}


def test_a_source_that_never_stands_still_ends_in_a_report_and_not_in_a_loop(
    source, target, moving, checkpoint, monkeypatch
):
    source.write_many([spoken("a", 1)])
    write = target.write_many

    def writing(sessions):
        written = write(sessions)
        source.update_fields("a", {"title": f"{source.load('a').revision}"}, kind="interview")
        return written

    monkeypatch.setattr(target, "write_many", writing)
    outcome = moving(source, target).run(checkpoint)
    assert outcome.problems == [Problem("a", "is older at the target")]


def test_a_run_goes_on_behind_its_checkpoint_and_forgets_it_at_the_end(source, target, moving, checkpoint, monkeypatch):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 2)
    source.write_many([spoken(f"s-{n}", 1) for n in range(9)])
    write, asked = target.write_many, []

    def interrupted(sessions):
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append([session.session_id for session in sessions])
        return write(sessions)

    monkeypatch.setattr(target, "write_many", interrupted)
    with pytest.raises(KeyboardInterrupt):
        moving(source, target).run(checkpoint)
    assert checkpoint.load() == Reached("s-5", 0)
    again = []
    monkeypatch.setattr(target, "write_many", lambda sessions: again.extend(sessions) or write(sessions))
    outcome = moving(source, target).run(checkpoint)
    assert [session.session_id for session in again] == ["s-6", "s-7", "s-8"]
    assert (outcome.migrated, outcome.skipped, outcome.problems) == (9, 0, [])
    assert checkpoint.load() == Reached()
    assert contents(target) == contents(source)


def test_what_changed_behind_the_checkpoint_is_found(source, target, moving, checkpoint):
    source.write_many([spoken(f"s-{n}", 1) for n in range(4)])
    checkpoint._file.parent.mkdir()
    checkpoint.save(Reached("s-3", 0))
    outcome = moving(source, target).run(checkpoint)
    assert (outcome.migrated, outcome.problems) == (4, [])
    assert contents(target) == contents(source)


def test_a_restart_pays_no_heed_to_the_checkpoint(source, target, moving, checkpoint, monkeypatch):
    source.write_many([spoken("a", 1)])
    checkpoint._file.parent.mkdir()
    checkpoint.save(Reached("z", 0))
    reached = []
    copy = service.Move.copy
    monkeypatch.setattr(service.Move, "copy", lambda self, one, place: reached.append(place) or copy(self, one, place))
    moving(source, target).run(checkpoint, restart=True)
    assert reached == [Reached()]


def test_a_checkpoint_that_cannot_be_read_is_the_beginning(checkpoint):
    checkpoint._file.parent.mkdir()
    checkpoint._file.write_text('{"after": ')
    assert checkpoint.load() == Reached()


def test_a_checkpoint_that_cannot_be_written_is_said_before_anything_is_copied(source, target, moving, tmp_path):
    source.write_many([spoken("a", 1)])
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"The checkpoint .* cannot be written"):
        moving(source, target).run(Checkpoint(tmp_path / "file" / "one.json"))
    assert contents(target) == {}


def test_one_move_does_not_run_twice_at_once(source, target, moving, checkpoint):
    with checkpoint.held(), pytest.raises(Busy):
        moving(source, target).run(checkpoint)
    assert moving(source, target).run(checkpoint).problems == []


def test_fields_of_the_file_are_those_of_the_source(source, opened, moving, checkpoint, tmp_path):
    source.write_many([spoken("one", 1, extra={"ключ": [1, 1.0]})])
    files = opened(f"file:{tmp_path}/files", prepare=False)
    moving(source, files).run(checkpoint)
    (header,) = (tmp_path / "files").rglob("header.json")
    assert json.loads(header.read_text())["extra"] == {"ключ": [1, 1.0]}
    assert as_kept(next(files.scan())) == as_kept(next(source.scan()))
