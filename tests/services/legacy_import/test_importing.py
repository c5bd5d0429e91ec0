"""Taking an old installation over: on every storage, again and again, and never over what is there."""

import json
import os
from functools import partial

import pytest

from domain.actor import Actor
from domain.errors import NotFound
from domain.session import Message
from providers.interviewers.rules import RulesInterviewer
from services.interviews.service import InterviewService
from services.legacy_import import LegacyImport, Outcome
from services.legacy_import.service import BATCH_SESSIONS, differences
from services.session_manager import SessionManager
from tests.contract.storage.samples import interview
from tests.services.homes import home_of
from tests.services.legacy_import.conftest import DEFAULTS, LEGACY, NAMES
from tests.services.legacy_import.test_reading import REFUSED, read

READABLE = sorted(set(NAMES) - set(REFUSED) - {"duplicate-copy.json"})


@pytest.fixture
def files(request):
    """A file storage, for what is the same on every one."""
    return home_of(request, "file").open()


def run(old, storage):
    """Every result by the name of its file."""
    return {result.name: result for result in LegacyImport(old, storage, DEFAULTS).run()}


def outcomes(results):
    return {name: result.outcome for name, result in results.items()}


def stored(storage):
    return {session.session_id: (session, list(session.messages)) for session in storage.scan()}


def write(old, name, **changes):
    """A file like the whole one, but for these values."""
    values = json.loads((LEGACY / "whole.json").read_text()) | changes
    (old.folder / name).write_text(json.dumps(values))


def snapshot(old):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in old.folder.iterdir()}


# --- on every storage -------------------------------------------------------------------------------------------------


def test_every_file_arrives_field_by_field_or_is_named_and_a_second_run_changes_nothing(home, old):
    storage, installation = home.open(), old(*NAMES)
    before = snapshot(installation)
    first = run(installation, storage)
    assert outcomes(first) == {name: Outcome.MIGRATED if name in READABLE else Outcome.ERROR for name in NAMES}
    assert all(first[name].reason for name in NAMES if name not in READABLE)
    arrived = stored(storage)
    assert len(arrived) == len(READABLE)
    for name in READABLE:
        expected, _ = read(name)
        session, messages = arrived[expected.session_id]
        assert differences(expected, storage.load(expected.session_id, messages=None)) == []
        assert (session, messages) == (expected, list(expected.messages))
    again = run(installation, storage)
    assert outcomes(again) == {name: Outcome.SKIPPED if name in READABLE else Outcome.ERROR for name in NAMES}
    assert stored(storage) == arrived
    assert snapshot(installation) == before


def test_what_is_there_is_never_written_over(home, old):
    storage, installation = (
        home.open(),
        old("whole.json", "later-fields.json", "unknown-keys.json", "no-id-inside.json"),
    )
    storage.create(interview("whole", "somebody-else"))
    run(installation, storage)
    storage.append_message("later-fields", Message(message_id="new", role="interviewee", content="At eight."))
    storage.transition("unknown-keys", "paused", by="ada")
    home.damage("no-id-inside", kind="opera")
    before = home.raw_headers()
    results = run(installation, storage)
    assert outcomes(results) == {
        "whole.json": Outcome.ERROR,
        "later-fields.json": Outcome.SKIPPED,
        "unknown-keys.json": Outcome.SKIPPED,
        "no-id-inside.json": Outcome.ERROR,
    }
    assert "is there and differs in" in results["whole.json"].reason
    assert "went on since" in results["later-fields.json"].reason
    assert "went on since" in results["unknown-keys.json"].reason
    assert "cannot be read" in results["no-id-inside.json"].reason
    assert home.raw_headers() == before


def test_a_rehearsal_says_what_would_come_of_it_and_writes_nothing(home, old):
    storage, installation = home.open(), old(*NAMES)
    before = home.raw_headers()
    rehearsed = {result.name: result for result in LegacyImport(installation, storage, DEFAULTS).rehearse()}
    assert home.raw_headers() == before
    assert list(storage.scan()) == []
    assert rehearsed == run(installation, storage)
    again = {result.name: result for result in LegacyImport(installation, storage, DEFAULTS).rehearse()}
    assert again == run(installation, storage)


# --- files ------------------------------------------------------------------------------------------------------------


def test_of_two_files_with_one_id_the_one_that_is_named_after_it_is_taken(old, files):
    results = run(old("duplicate-copy.json", "duplicate-original.json"), files)
    assert outcomes(results) == {"duplicate-copy.json": Outcome.ERROR, "duplicate-original.json": Outcome.MIGRATED}
    assert "duplicate-original.json has this one" in results["duplicate-copy.json"].reason
    assert files.load("duplicate-original").incident_name == "Bicycle taken from the yard"


def test_of_two_that_are_both_named_otherwise_the_first_is_taken(old, files):
    installation = old()
    write(installation, "b.json", session_id="same", summary="second")
    write(installation, "a.json", session_id="same", summary="first")
    assert outcomes(run(installation, files)) == {"a.json": Outcome.MIGRATED, "b.json": Outcome.ERROR}
    assert files.load("same").summary == "first"


@pytest.mark.timeout(60)
def test_what_cannot_be_read_as_a_file_is_named_and_the_others_arrive(old, files):
    installation = old("whole.json", "invalid-utf-8.json", "empty.json", "corrupt.json")
    (installation.folder / "a-folder.json").mkdir()
    (installation.folder / "dangling.json").symlink_to("nowhere")
    (installation.folder / "circle.json").symlink_to("circle.json")
    os.mkfifo(installation.folder / "pipe.json")
    with (installation.folder / "huge.json").open("wb") as huge:
        huge.truncate(64 * 1024 * 1024 + 1)
    results = run(installation, files)
    assert results.pop("whole.json").outcome == Outcome.MIGRATED
    assert {name: result.outcome for name, result in results.items()} == dict.fromkeys(results, Outcome.ERROR)
    for name, words in {
        "a-folder.json": "this is a folder",
        "dangling.json": "No such file",
        "circle.json": "symbolic links",
        "pipe.json": "a pipe or a device",
        "huge.json": "at most 67108864",
        "invalid-utf-8.json": "UTF-8",
        "empty.json": "empty",
        "corrupt.json": "line 3",
    }.items():
        assert words in results[name].reason


def test_what_has_another_name_is_told_of_apart(old):
    installation = old("whole.json")
    (installation.folder / "whole.json.bak").write_text("{}")
    (installation.folder / "UPPER.JSON").write_text("{}")
    assert installation.names() == ["UPPER.JSON", "whole.json"]
    assert installation.others() == ["whole.json.bak"]


def test_a_folder_that_is_not_there_is_said_to_be_missing(old, files, tmp_path):
    missing = type(old())(tmp_path / "nowhere")
    with pytest.raises(NotFound, match="nowhere"):
        run(missing, files)
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / ".sessions").write_text("")
    with pytest.raises(NotFound, match="Not a directory"):
        run(missing, files)


def test_more_files_than_fit_into_a_batch_all_arrive(request, old):
    storage, installation = home_of(request, "sqlite").open(), old()
    names = [f"session-{n:04}" for n in range(2 * BATCH_SESSIONS + 1)]
    for name in names:
        write(installation, f"{name}.json", session_id=name)
    assert set(outcomes(run(installation, storage)).values()) == {Outcome.MIGRATED}
    assert sorted(stored(storage)) == names


# --- faults -----------------------------------------------------------------------------------------------------------


def test_a_file_that_was_changed_since_it_arrived_is_named(old, files):
    installation = old("whole.json")
    run(installation, files)
    before = stored(files)
    write(installation, "whole.json", summary="something else")
    (result,) = run(installation, files).values()
    assert (result.outcome, "differs in summary" in result.reason) == (Outcome.ERROR, True)
    assert stored(files) == before


def keeps_another_summary(storage, monkeypatch):
    """A storage that keeps something else than what it was given."""
    right = storage.write_many

    def write_wrongly(sessions):
        for session in list(sessions):
            right([session])
            storage.update_fields(session.session_id, {"summary": "lost"}, kind="interview")

    monkeypatch.setattr(storage, "write_many", write_wrongly)


def loses_a_message(storage, monkeypatch):
    """A storage that gives one message too few back."""
    right = storage.load

    def load_less(session_id, user_id=None, *, messages=0):
        found = right(session_id, user_id, messages=messages)
        return found.with_messages(found.messages[:-1])

    monkeypatch.setattr(storage, "load", load_less)


def is_sound(_storage, _monkeypatch):
    """The negative control."""


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"),
    [
        (keeps_another_summary, Outcome.ERROR, "came back with another updated_at, revision, summary"),
        (loses_a_message, Outcome.ERROR, "came back with another messages"),
        (is_sound, Outcome.MIGRATED, ""),
    ],
)
def test_what_comes_back_otherwise_than_it_was_written_is_an_error(old, files, monkeypatch, fault, outcome, reason):
    fault(files, monkeypatch)
    (result,) = run(old("whole.json"), files).values()
    assert result.outcome == outcome
    assert reason in result.reason


# --- in use -----------------------------------------------------------------------------------------------------------


class Bus:
    """Nobody listens."""

    def publish(self, topic):
        pass


def test_what_was_taken_over_can_be_gone_on_with_and_comes_to_a_report(old, files):
    run(old(*READABLE), files)
    service = InterviewService(partial(SessionManager, files), RulesInterviewer(), Bus())
    for session_id, (session, said) in stored(files).items():
        actor = Actor(user_id=session.user_id)
        assert list(service.load(actor, session_id).messages)[: len(said)] == said
        if session.status == "complete":
            service.reopen(actor, session_id)
        elif session.status == "paused":
            service.resume(actor, session_id)
        answered = service.answer(actor, session_id, message_id="new", content="I saw it at eight, next to the rack.")
        assert answered.question
        assert not answered.done
        ended = service.complete(actor, session_id)
        assert ended.status == "complete"
        assert service.report(actor, session_id).goals
        assert ended.turn_count == session.turn_count + 1
        assert len({fact.fact_id for fact in ended.facts}) == len(ended.facts) >= len(session.facts)
