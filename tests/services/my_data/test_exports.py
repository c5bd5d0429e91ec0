"""Exports: what they hold, whose they are, for how long, and that they hold no secret."""

import hashlib
import json
import stat
import threading
import tracemalloc
import zipfile
from datetime import timedelta

import pytest

from domain.errors import NotFound, Unavailable
from services.background_jobs import JobState
from services.my_data import MailFiles, Upkeep
from services.my_data.exports_folder import ExportsFolder
from tests.contract.storage.samples import interview, message
from tests.services.my_data.house import PHRASE

NOBODYS = "00000000-0000-4000-8000-000000000000"


def only(house, actor):
    (export,) = house.app.exports.list_own(actor)
    return export


def read(house, actor):
    """The files of the only export, by name."""
    with house.app.exports.open(actor, only(house, actor).job.job_id) as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_export_holds_everything_of_its_owner_in_files_that_people_can_read(house, ada):
    files = read(house, ada)
    assert "ada Lovelace <ada@example.org>" in files["README.txt"].decode()
    assert json.loads(files["account.json"])["email"] == "ada@example.org"
    assert {login["name"] for login in json.loads(files["logins.json"])} >= {"Token of ada"}
    assert [link["guest_name"] for link in json.loads(files["guest-links.json"])] == ["Guest of ada"]
    assert {mail["what"] for mail in json.loads(files["mails.json"])} >= {"reset", "verify"}
    folders = {name.split("/")[1] for name in files if name.startswith("sessions/")}
    assert sorted(name[11:-9] for name in folders) == ["bicycle-of-ada", "broadcast-of-ada", "second-of-ada"]
    (transcript,) = (text for name, text in files.items() if "bicycle" in name and name.endswith("transcript.md"))
    assert f"> At noon there was {PHRASE} of ada." in transcript.decode().splitlines()
    (report,) = (text for name, text in files.items() if name.endswith("report.md"))
    assert report.decode().startswith("# Bicycle of ada")
    (header,) = (text for name, text in files.items() if "bicycle" in name and name.endswith("session.json"))
    assert json.loads(header)["status"] == "complete"


def test_the_manifest_names_every_file_with_its_digest(house, ada):
    files = read(house, ada)
    listed = {entry["name"]: entry["sha256"] for entry in json.loads(files.pop("manifest.json"))["files"]}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_an_export_holds_no_secret(house, ada):
    house.app.recovery.request(ada.email)
    house.work()
    mailed = [path.read_text() for path in (house.data_dir / "mail").glob("*.eml")]
    secrets = {line.rsplit("/", 1)[1] for mail in mailed for line in mail.split() if "localhost/re" in line}
    hashes = {row for table, row in house._rows() if table in ("users", "logins", "mailed_links", "guest_links")}
    files = read(house, ada)
    assert secrets
    whole = b"".join(files.values()).decode()
    assert [secret for secret in secrets if len(secret) > 20 and secret in whole] == []
    for row in hashes:
        assert [value for value in json.loads(row) if len(value) in (43, 64, 97) and value in whole] == []
    assert b"http://localhost/reset-password/(left out)" in b"".join(files.values())


def test_while_one_is_made_a_second_wish_is_the_same_one(house):
    actor = house.person("ben")
    first = house.app.exports.start(actor)
    assert house.app.exports.start(actor) == first
    house.work()
    assert house.app.exports.start(actor) != first


def test_of_two_wishes_at_once_one_export_comes(house):
    actor, started, gate = house.person("ben"), set(), threading.Barrier(4)

    def start():
        gate.wait()
        started.add(house.app.exports.start(actor))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == len(house.app.exports.list_own(actor)) == 1


def test_memory_does_not_grow_with_what_was_said(house):
    actor = house.person("ben")
    said = [message(f"m{n}", "A long and winding story. " * 3_500, n=n) for n in range(1, 401)]
    long = interview("long", actor.user_id, title="Long", revision=1).with_messages(said)
    house.app.storage.write_many([long])
    house.app.exports.start(actor)
    tracemalloc.start()
    house.work(1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(each.content) for each in said) > 36_000_000
    assert peak < 24_000_000
    (transcript,) = (text for name, text in read(house, actor).items() if name.endswith("transcript.md"))
    assert transcript.count(b"**Interviewee**") == 400


def test_its_owner_is_told_once_by_a_notice_and_a_mail_without_any_secret(house, ada):
    (notice,) = house.app.notices.list_unread(ada)
    assert (notice.text, notice.link) == ("Your export is ready. You can fetch it for seven days.", "/account/data")
    mails = [path.read_text() for path in (house.data_dir / "mail").glob("*.eml")]
    (mail,) = [mail for mail in mails if "Your export is ready" in mail]
    assert "http://localhost/account/data" in mail


def test_somebody_elses_export_is_as_one_that_is_not_there(house, ada):
    ben, job_id = house.person("ben"), only(house, ada).job.job_id
    for call in (house.app.exports.load, house.app.exports.open):
        with pytest.raises(NotFound) as foreign:
            call(ben, job_id)
        with pytest.raises(NotFound) as missing:
            call(ben, NOBODYS)
        assert str(foreign.value) == str(missing.value)
    assert house.app.exports.list_own(ben) == []


def test_an_archive_is_readable_by_its_process_alone(house, ada):
    (archive,) = (house.data_dir / "exports").iterdir()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700


def test_after_a_week_it_is_gone_and_not_a_day_before(house, ada):
    export = only(house, ada)
    assert export.available_until == export.job.finished_at + timedelta(days=7)
    upkeep_at(house, export.available_until - timedelta(seconds=1)).drop_old_exports()
    assert only(house, ada).bytes is not None
    assert upkeep_at(house, export.available_until + timedelta(seconds=1)).drop_old_exports() == 1
    gone = only(house, ada)
    assert (gone.bytes, gone.available_until) == (None, None)
    with pytest.raises(NotFound):
        house.app.exports.open(ada, export.job.job_id)


def test_what_no_job_knows_of_is_swept_away_and_a_running_draft_is_not(house):
    actor = house.person("ben")
    job_id = house.app.exports.start(actor)
    folder = house.data_dir / "exports"
    folder.mkdir()
    for name in (f"{NOBODYS}.zip", f".{NOBODYS}.abc", f".{job_id}.abc"):
        (folder / name).write_bytes(b"x")
    upkeep_at(house, house.app.exports.load(actor, job_id).job.created_at).drop_old_exports()
    assert [path.name for path in folder.iterdir()] == [f".{job_id}.abc"]


def test_a_session_that_cannot_be_read_is_named_and_does_not_keep_the_others_out(house):
    actor = house.person("ben")
    good, bad = house.interview(actor), house.interview(actor, "Torn")
    house.damage(bad)
    house.app.exports.start(actor)
    house.work()
    files = read(house, actor)
    assert f"sessions/{bad}/could-not-be-read.txt" in files
    assert any(name.endswith("transcript.md") and good[:8] in name for name in files)


def test_a_full_disk_is_told_and_nothing_half_written_stays(tmp_path):
    folder = ExportsFolder(tmp_path / "exports")

    def fill():
        with folder.writing("job") as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match="No space left"):
        fill()
    assert list((tmp_path / "exports").iterdir()) == []


def test_an_export_of_an_account_that_is_gone_fails_for_good(house):
    actor = house.person("ben")
    job_id = house.app.exports.start(actor)
    with house.app.unified_session_manager.get_db_session() as db:
        db.connection().exec_driver_sql("DELETE FROM users")
    house.work()
    assert house.app.exports.load(actor, job_id).job.state == JobState.FAILED


def upkeep_at(house, moment):
    return Upkeep(
        folder=ExportsFolder(house.data_dir / "exports"),
        mail_files=MailFiles(house.data_dir / "mail"),
        unified=house.app.unified_session_manager,
        plain=house.app.request_session_manager,
        purge=house.app.db_manager.purge_deleted,
        now=lambda: moment,
    )
