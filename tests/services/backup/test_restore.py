"""What a restore promises beside equality: it never mixes, it can be begun again, and what is over stays over."""

import json
import stat
from datetime import timedelta

import pytest
from sqlalchemy import text

from database import known_revisions
from database.engine import open_engine
from database.migrate import migrator, upgrade
from domain.clock import EPOCH
from domain.errors import Conflict, SchemaAhead, Unavailable
from services.backup import NotAsInTheArchive, folder, restore
from tests.contract.storage.samples import interview
from tests.services.backup import kit

LATER = kit.NOW + timedelta(days=1)


def test_files_come_back_for_their_owner_alone(installation, archive, empty_place):
    kit.restore(archive, *empty_place)
    new = empty_place[2]
    assert (new / "secrets" / "key.json").read_text() == "{}"
    modes = {path.relative_to(new).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in new.rglob("*")}
    assert modes == {
        "secrets": 0o700,
        "mail": 0o700,
        "exports": 0o700,
        "secrets/key.json": 0o600,
        "mail/a.eml": 0o600,
        "exports/j1.zip": 0o600,
    }


def test_keys_can_be_left_out(installation, empty_place, tmp_path):
    manifest = kit.take(*installation, tmp_path / "keyless.zip", with_keys=False)
    assert not manifest.with_keys
    assert [name for name in kit.members(tmp_path / "keyless.zip") if "secrets" in name] == []
    kit.restore(tmp_path / "keyless.zip", *empty_place)
    assert sorted(path.name for path in empty_place[2].iterdir()) == ["exports", "mail"]


def test_everything_in_a_data_folder_is_either_kept_or_named_as_left_out(tmp_path, redis_url):
    from tests.services.my_data.house import House

    house = House(tmp_path / "data", REDIS_URL=redis_url)
    house.full("ada")
    house.close()
    there = {path.name.removesuffix("-wal").removesuffix("-shm") for path in (tmp_path / "data").iterdir()}
    assert there - set(folder.KEPT) - set(folder.LEFT_OUT) == set()
    assert {"mail", "exports", "secrets", "sessions", "greenroom.sqlite"} <= there


@pytest.mark.parametrize("part", ["sessions", "rows", "files", "keys"])
def test_a_place_that_holds_something_is_refused_by_what_and_how_much(archive, empty_place, part):
    storage, url, new = empty_place
    words = {"sessions": "1 sessions", "rows": "2 users", "files": "1 files", "keys": "1 files in .*secrets"}
    if part == "sessions":
        storage.create(interview("mine"))
    elif part == "rows":
        kit.fill(url)
    else:
        name = "mail" if part == "files" else "secrets"
        (new / name).mkdir(parents=True)
        (new / name / "mine").write_text("x")
    with pytest.raises(Conflict, match=f"{words[part]}.*--replace"):
        kit.restore(archive, *empty_place)
    assert [each.session_id for each in storage.scan()] == (["mine"] if part == "sessions" else [])


def test_keys_of_a_first_start_are_no_contents_where_their_database_is_restored_too(archive, empty_place):
    _, _, new = empty_place
    (new / "secrets").mkdir(parents=True)
    (new / "secrets" / "key.json").write_text("fresh")
    kit.restore(archive, *empty_place, keys_count=False)
    assert (new / "secrets" / "key.json").read_text() == "{}"


def test_replace_removes_everything_that_was_there_first(installation, archive, empty_place):
    storage, url, new = empty_place
    storage.create(interview("mine"))
    kit.fill(url, {"users": [kit.user_row("mine", "mine@example.org")]})
    (new / "mail").mkdir(parents=True)
    (new / "mail" / "mine.eml").write_text("x")
    kit.restore(archive, *empty_place, replace=True)
    assert kit.kept(storage) == kit.kept(installation[0])
    assert kit.rows_of(url) == kit.rows_of(installation[1])
    assert [path.name for path in (new / "mail").iterdir()] == ["a.eml"]


STEPS = ("_put_files", "_put_rows", "_compare")


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_restore_is_simply_run_again(installation, archive, empty_place, monkeypatch, step):
    whole = getattr(restore.Restore, step)

    def interrupted(self, *arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(restore.Restore, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        kit.restore(archive, *empty_place)
    monkeypatch.setattr(restore.Restore, step, whole)
    kit.restore(archive, *empty_place)
    assert kit.kept(empty_place[0]) == kit.kept(installation[0])
    assert kit.rows_of(empty_place[1]) == kit.rows_of(installation[1])
    assert list(empty_place[2].glob("*.json")) == []
    with pytest.raises(Conflict, match="--replace"):  # once it is finished, the same again is no going on
        kit.restore(archive, *empty_place)


def test_going_on_takes_nothing_away_that_somebody_made_since(archive, empty_place, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(restore.Restore, "_compare", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kit.restore(archive, *empty_place)
    engine = open_engine(empty_place[1])
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO users SELECT 'new', 'new', '', '', 'UTC', 1, created_at, NULL, NULL FROM users LIMIT 1")
        )
    engine.dispose()
    with pytest.raises(Conflict, match="there are 3, the archive has 2"):
        kit.restore(archive, *empty_place)
    assert len(kit.rows_of(empty_place[1])["users"]) == 3


def test_what_another_wrote_into_the_storage_meanwhile_is_noticed(archive, empty_place, monkeypatch):
    storage = empty_place[0]
    put = restore.Restore._put_rows

    def put_rows(self, opened):
        storage.create(interview("aaa"))
        put(self, opened)

    monkeypatch.setattr(restore.Restore, "_put_rows", put_rows)
    with pytest.raises(NotAsInTheArchive, match=r"Session (full|aaa).* --replace"):
        kit.restore(archive, *empty_place)


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_an_older_archive_comes_back_into_this_release(archive, empty_place, database_named, tmp_path, engine):
    """As the release before the newest revision would have written it."""
    storage, _, new = empty_place
    older = "0003"
    contents = kit.members(archive)
    manifest = json.loads(contents.pop("manifest.json"))
    manifest["database_revision"] = older
    there = known_revisions.columns_at(older)
    manifest["tables"] = [table for table in manifest["tables"] if table["shape"]["table"] in there]
    gone = {f"database/{name}.jsonl" for name in set(known_revisions.columns_at(known_revisions.newest())) - set(there)}
    manifest["members"] = [member for member in manifest["members"] if member["name"] not in gone]
    kept = {name: data for name, data in contents.items() if name not in gone}
    place = kit.write(tmp_path / "old.zip", {**kept, "manifest.json": json.dumps(manifest)})
    assert gone
    url = database_named(engine, "newer.sqlite")
    upgrade(url)  # a start of this release was there before, and nobody used it
    kit.restore(place, storage, url, new)
    assert kit.revision_of(url) == known_revisions.newest()
    found = kit.rows_of(url)
    assert (len(found["users"]), found["idempotency_keys"]) == (2, [])


def test_an_empty_database_goes_to_any_revision_up_or_down(database_named):
    url = database_named("sqlite")
    for revision in ("0002", "0004", "0001", "0001", "0003"):
        known_revisions.bring_to(url, revision)
        assert kit.revision_of(url) == revision
    known_revisions.bring_to(url, "base")
    assert kit.revision_of(url) == "base"
    assert not known_revisions.is_known("9999")


def test_what_is_over_stays_over_and_what_nobody_holds_is_let_go(storage_named, database_named, empty_place, tmp_path):
    link = {"token_hash": "m1", "purpose": "reset", "user_id": kit.USER, "session_version": 1, "email": "a@b.c"}
    busy = kit.outbox_row("o1", lease_id="lease", lease_until=LATER)
    rows = {
        "users": [kit.user_row()],
        "logins": [
            kit.login_row("browser", "browser"),
            kit.login_row("program", "program"),
            kit.login_row("token", "api_token"),
        ],
        "mailed_links": [{**link, "display_name": "", "created_at": kit.NOW, "expires_at": LATER}],
        "outbox": [busy],
        "idempotency_keys": [kit.key_row("running", state="running", answer=None), kit.key_row("done")],
        "first_run_tokens": [{"token_hash": "f", "created_at": kit.NOW}],
    }
    place = tmp_path / "a.zip"
    kit.take(storage_named("file"), kit.fill(database_named("sqlite"), rows), tmp_path / "data", place)
    kit.restore(place, *empty_place, now=lambda: LATER)
    found = kit.rows_of(empty_place[1])
    assert {row["login_id"]: row["ended_at"] for row in found["logins"]} == {
        "browser": LATER,
        "program": LATER,
        "token": None,
    }
    assert [row["expires_at"] for row in found["mailed_links"]] == [EPOCH]
    assert found["outbox"] == [{**busy, "lease_id": None, "lease_until": None}]
    assert [row["key"] for row in found["idempotency_keys"]] == ["done"]
    assert found["first_run_tokens"] == []


def test_a_backup_never_overwrites_and_leaves_no_draft_when_the_disk_refuses(installation, tmp_path, monkeypatch):
    place = tmp_path / "taken.zip"
    place.write_text("mine")
    with pytest.raises(Conflict, match="already"):
        kit.take(*installation, place)
    assert place.read_text() == "mine"
    with pytest.raises(Unavailable, match=r"nowhere.*No such file"):
        kit.take(*installation, tmp_path / "nowhere" / "a.zip")


def test_a_database_of_another_revision_is_not_backed_up(installation, tmp_path):
    migrator(installation[1]).down("0003", lose_data=True)
    with pytest.raises(Conflict, match=r"revision 0003.*make migrate"):
        kit.take(*installation, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    assert list(tmp_path.glob(".*")) == []


def test_the_archive_is_for_its_owner_alone(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_the_release_in_an_archive_is_that_of_the_project():
    import tomllib
    from pathlib import Path

    from services.backup.manifest import RELEASE

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == RELEASE


@pytest.mark.parametrize("ahead", ["database", "sessions"])
def test_a_place_of_a_newer_release_is_refused_before_anything_of_it_is_removed(archive, empty_place, ahead):
    storage, url, new = empty_place
    storage.prepare()
    storage.create(interview("there-already"))
    kit.fill(url)
    if ahead == "database":
        with open_engine(url, pool_size=1).begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    else:
        storage._db.write("UPDATE session_storage_version SET version_num = '9999'", {})
    with pytest.raises(SchemaAhead):
        kit.restore(archive, *empty_place, replace=True)
    assert kit.rows_of(url)["users"] == kit.ROWS["users"]
    assert storage.exists("there-already")
    assert not new.exists() or not any(new.iterdir())


def test_keys_are_not_removed_by_an_archive_that_brings_none(installation, empty_place, tmp_path):
    kit.take(*installation, tmp_path / "keyless.zip", with_keys=False)
    key = empty_place[2] / "secrets" / "secret_key.json"
    key.parent.mkdir(parents=True)
    key.write_text("the only one")
    kit.restore(tmp_path / "keyless.zip", *empty_place, replace=True)
    assert key.read_text() == "the only one"
