"""What the tests of backups share: an installation of stores of any kind, taken and restored without a command line."""

import json
import zipfile
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import msgspec

from database.loading import loading
from database.manager import DatabaseManager
from database.migrate import migrator, upgrade
from database.request_session_manager import RequestSessionManager
from database.snapshot import present_shapes, snapshot
from domain.migrating import newest_applied
from services.backup import ArchiveReader, Backup, Restore, Targets, check
from tests.contract.storage.samples import AWKWARD

NOW = datetime(2026, 3, 1, 9, 30, 0, 123_456, tzinfo=UTC)
USER = "0a1b2c3d-0000-4000-8000-000000000001"
TIMES = {"expires_at": NOW + timedelta(days=7), "last_seen_at": NOW, "created_at": NOW}


def quiet(_label, _total):
    """Shows nothing to nobody."""
    return nullcontext(lambda _count: None)


def revision_of(url):
    """The number of the newest revision that a database has."""
    return newest_applied(migrator(url).states()).partition("_")[0]


def user_row(user_id=USER, email="ada@example.org"):
    """A person, every field filled but the times that may be missing."""
    return {
        "user_id": user_id,
        "email": email,
        "display_name": AWKWARD,
        "password_hash": "$argon2id$…",
        "time_zone": "Pacific/Chatham",
        "session_version": 2**31 - 1,
        "created_at": NOW,
        "suspended_at": None,
        "email_verified_at": datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    }


def login_row(login_id, kind, **fields):
    """A login of that person."""
    return {
        "login_id": login_id,
        "user_id": USER,
        "kind": kind,
        "name": "Firefox",
        "address": "192.0.2.7",
        "session_version": 1,
        "secret_hash": None,
        "ended_at": None,
        **TIMES,
        **fields,
    }


def outbox_row(outbox_id, **fields):
    """An effect that waits."""
    return {
        "outbox_id": outbox_id,
        "kind": "mail",
        "queue": "default",
        "payload": json.dumps({"letter": "trial", "to": AWKWARD, "n": 1.0, "none": None}),
        "user_id": None,
        "key": None,
        "state": "waiting",
        "created_at": NOW,
        "due_at": NOW,
        "attempts": 1,
        "lease_id": None,
        "lease_until": None,
        "done_at": None,
        "last_error": None,
        **fields,
    }


def key_row(key, **fields):
    """A key of an answer that was given."""
    return {
        "user_id": USER,
        "key": key,
        "fingerprint": "f" * 64,
        "state": "done",
        "holder": "h",
        "leased_until": NOW,
        "answer": bytes(range(256)),
        "expires_at": NOW,
        **fields,
    }


def job_row(job_id, result):
    """A job that is done. A result of JSON's null is not the same as none at all."""
    times = {"created_at": NOW, "started_at": NOW, "finished_at": NOW}
    counts = {"state": "done", "done": 3, "total": 3, "step": "", "error": None}
    return {"job_id": job_id, "kind": "export", "user_id": USER, "result": result, **counts, **times}


ROWS = {
    "users": [user_row(), user_row("0a1b2c3d-0000-4000-8000-000000000002", "Zoë@example.org")],
    "user_roles": [{"user_id": USER, "role": role} for role in ("admin", "member")],
    "first_run_tokens": [],
    "logins": [login_row("l1", "api_token", secret_hash="s" * 64), login_row("L2", "browser", ended_at=NOW)],
    "refresh_tokens": [{"token_hash": "r1", "login_id": "l1", "created_at": NOW, "used_at": None}],
    "revoked_tokens": [{"user_id": USER, "jti": "j1", "expires_at": NOW}],
    "mailed_links": [],
    "guest_links": [
        {
            "link_id": "g1",
            "token_hash": "t1",
            "owner_id": USER,
            "session_id": "full-interview",
            "guest_name": AWKWARD,
            "ended_at": None,
            **TIMES,
        }
    ],
    "idempotency_keys": [key_row("k1"), key_row("k2", answer=None)],
    "outbox": [outbox_row("o1"), outbox_row("O2", state="done", done_at=NOW, key="once", last_error=AWKWARD)],
    "notices": [
        {"notice_id": "n1", "user_id": USER, "text": AWKWARD, "link": None, "created_at": NOW, "read_at": None}
    ],
    "background_jobs": [job_row("j1", '{"bytes": 12345678901}'), job_row("j2", "null"), job_row("j3", None)],
}
"""Rows of every table with values of every kind. Nothing here is changed by a restore."""


def fill(url, rows=ROWS):
    """Bring a database into the shape of this release and put these rows in."""
    upgrade(url)
    with loading(url) as tables:
        for shape in present_shapes():
            tables.insert(shape, [tuple(row[name] for name in shape.columns) for row in rows.get(shape.table, ())])
    return url


def rows_of(url):
    """Every row of every table, as they are kept."""
    with snapshot(url) as moment:
        return {
            shape.table: [dict(zip(shape.columns, row, strict=True)) for row in moment.rows(shape)]
            for shape in present_shapes()
        }


@contextmanager
def backup_of(storage, url, folder, kind=Backup, now=lambda: NOW):
    """What takes backups of these stores."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(DatabaseManager(url)) as manager:
        yield kind(storage=storage, database_url=url, plain=RequestSessionManager(manager), folder=folder, now=now)


def take(storage, url, folder, place, *, with_keys=True, **kinds):
    """Take a backup of these stores; return its manifest."""
    with backup_of(storage, url, folder, **kinds) as backup:
        return backup.take(place, with_keys=with_keys, tell=lambda _count: None)


def targets(storage, url, folder, *, keys_count=True):
    """Where to restore to."""
    return Targets(
        storage=storage,
        sessions_at="the storage of this test",
        database_url=url,
        database_at="the database of this test",
        folder=folder,
        keys_count=keys_count,
    )


def restore(place, storage, url, folder, *, replace=False, erased=None, keys_count=True, now=lambda: NOW):
    """Restore an archive into these stores; return its manifest. `erased` collects whom to erase again."""
    erase = (erased if erased is not None else []).append
    where = targets(storage, url, folder, keys_count=keys_count)
    return Restore(where, erase, now).run(place, replace=replace, show=quiet)


def verify(place):
    """Check an archive as a whole."""
    with ArchiveReader.open(place) as archive:
        check(archive, lambda _count: None)
        return archive.manifest


def members(place):
    """What an archive holds, by name."""
    with zipfile.ZipFile(place) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(place, contents):
    """An archive with these members."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return place


def kept(storage):
    """Every session with its messages as plain values, with the types that `==` would not tell apart."""
    return [
        repr((msgspec.to_builtins(each), [msgspec.to_builtins(said) for said in each.messages]))
        for each in storage.scan()
    ]
