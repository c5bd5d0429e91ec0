"""A backup that is taken while others write is one that could have been: nothing in it refers to what is not there."""

import threading
import time
from itertools import count

import pytest

from domain.errors import CorruptSession
from services.backup import Backup
from tests.contract.storage.samples import interview, live, message
from tests.services.backup import kit
from tests.services.my_data.house import House

TAKEN = 3
AT_MOST = 40
"""Backups after which the negative control gives up."""


class TurnedRound(Backup):
    """The order that is wrong: sessions first, then the rows that refer to them."""

    def _add_stores(self, archive, tally, people, tell):
        self._add_sessions(archive, tally, AcceptsAll(), tell)
        self._add_tables(archive, tally, people)


class AcceptsAll:
    """Knows nobody yet."""

    def belongs(self, _session_id, _owner):
        return True


@pytest.fixture
def tmp_path(memory_folder):
    """In memory: no loss of power is at stake."""
    return memory_folder


@pytest.fixture
def house(tmp_path, redis_url):
    house = House(tmp_path / "data", SESSION_STORAGE="sql", REDIS_URL=redis_url)
    yield house
    house.close()


@pytest.fixture
def writing(house):
    """Accounts are made, open interviews, say something, invite guests and hand a channel on, all the time."""
    stop, begun = threading.Event(), count()

    def write():
        while not stop.is_set():
            write_once(house, f"p{next(begun)}")

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


def wait_for_more(house):
    """Until a few more sessions are there."""
    before, until = house.app.storage.count(), time.monotonic() + 20
    while house.app.storage.count() < before + 5:
        assert time.monotonic() < until, "nobody writes"
        time.sleep(0.01)


def write_once(house, name):
    app = house.app
    with app.unified_session_manager.get_db_session() as db:
        db.connection().exec_driver_sql(
            "INSERT INTO users VALUES (?, ?, '', '', 'UTC', 1, '2026-03-01 09:30:00.000000', NULL, NULL)",
            (name, f"{name}@example.org"),
        )
    storage, ids = app.storage, [f"{name}-1", f"{name}-2"]
    for session_id in ids:
        storage.create(interview(session_id, name))
        for n in (1, 2, 3):
            storage.append_message(session_id, message(f"m{n}"))
            said = storage.load(session_id)
            said.title = f"heard {n}"
            storage.save(said)
        app.guests.invite(actor_named(house, name), session_id, guest_name="Guest")


def actor_named(house, name):
    from domain.actor import Actor, Role

    return Actor(user_id=name, roles=frozenset({Role.MEMBER}), email=f"{name}@example.org", request_id="test")


def amiss(place, storage, url, folder):
    """Restore, and say what does not fit together."""
    kit.restore(place, storage, url, folder)
    rows, sessions = kit.rows_of(url), {each.session_id: each for each in storage.scan()}
    users = {row["user_id"] for row in rows["users"]}
    found = [f"link to {row['session_id']}" for row in rows["guest_links"] if row["session_id"] not in sessions]
    found += [f"{each.session_id} of nobody" for each in sessions.values() if each.user_id not in users]
    found += [f"{each.session_id} half" for each in sessions.values() if len(each.messages) < heard(each)]
    return found


def heard(session):
    """How many messages its title speaks of; at first it is titled after its incident."""
    return int(session.title.removeprefix("heard ")) if session.title.startswith("heard ") else 0


@pytest.mark.slow
def test_whatever_is_written_meanwhile_each_backup_fits_together(house, writing, storage_named, tmp_path):
    sizes = []
    for n in range(TAKEN):
        wait_for_more(house)
        place = tmp_path / f"{n}.zip"
        manifest = kit.take(house.app.storage, house.settings.database_url, house.data_dir, place)
        url = f"sqlite:///{tmp_path}/{n}.sqlite"
        storage = open_sessions(tmp_path / f"{n}-sessions.sqlite")
        assert amiss(place, storage, url, tmp_path / f"{n}") == []
        storage.close()
        sizes.append(manifest.sessions)
    assert sorted(set(sizes)) == sizes, "writers wrote between and during the backups"


@pytest.mark.slow
def test_with_the_order_turned_round_the_same_check_fails(house, writing, tmp_path):
    for n in range(AT_MOST):
        place = tmp_path / f"{n}.zip"
        kit.take(house.app.storage, house.settings.database_url, house.data_dir, place, kind=TurnedRound)
        storage = open_sessions(tmp_path / f"{n}-sessions.sqlite")
        found = amiss(place, storage, f"sqlite:///{tmp_path}/{n}.sqlite", tmp_path / f"{n}")
        storage.close()
        if any(each.startswith("link to") for each in found):
            return
    pytest.fail("a wrong order was not noticed")


def open_sessions(path):
    from storage.addresses import open_at

    storage = open_at("--to", f"sqlite:///{path}")
    storage.prepare()
    return storage


class Interrupting:
    """A storage that has something happen in the moment in which its sessions begin to be read, or after so many."""

    def __init__(self, storage, happen, after=0):
        self._storage, self._happen, self._after = storage, happen, after

    def scan(self):
        if not self._after:
            self._happen()
        for n, each in enumerate(self._storage.scan(), start=1):
            yield each
            if n == self._after:
                self._happen()

    def __getattr__(self, name):
        return getattr(self._storage, name)


def test_a_session_of_an_account_that_is_younger_than_the_backup_is_left_out(house, tmp_path):
    house.app.sessions("").create_session("live", channel_id="1")

    def happen():
        house.interview(house.person("ben"))

    storage, place = Interrupting(house.app.storage, happen), tmp_path / "a.zip"
    manifest = kit.take(storage, house.settings.database_url, house.data_dir, place)
    assert (manifest.sessions, manifest.left_out) == (1, 1), "who owns without an account is no such case"
    assert house.app.storage.count() == 2


@pytest.mark.parametrize("finished", [True, False])
def test_who_is_erased_while_a_backup_is_taken_comes_back_not_even_in_part(house, tmp_path, redis_url, finished):
    ada, ben = house.full("ada"), house.full("ben")
    place = tmp_path / "a.zip"

    def happen():
        house.app.erasures.request(ada, password="correct horse battery staple")
        if finished:
            house.work()

    storage = Interrupting(house.app.storage, happen, after=1)
    manifest = kit.take(storage, house.settings.database_url, house.data_dir, place)
    assert manifest.erased_meanwhile == [ada.user_id]
    other = House(tmp_path / "other", prepare=False, SESSION_STORAGE="sql", REDIS_URL=redis_url)
    app = other.app
    kit.restore(place, app.storage, other.settings.database_url, other.data_dir, keys_count=False, erased=Erase(app))
    assert app.accounts.find_user(ada.user_id).suspended_at is not None
    assert other.traces("ada@example.org") != []
    other.work()
    assert app.accounts.find_user(ada.user_id) is None
    assert list(app.storage.ids_of(ada.user_id)) == []
    assert [
        trace for trace in other.traces("heron on the weathercock of ada", ada.user_id) if "redis" not in trace
    ] == []
    assert len(list(app.storage.ids_of(ben.user_id))) == 3
    other.close()


class Erase:
    """Has an account erased again, as the command line does."""

    def __init__(self, app):
        self.append = app.erasures.repeat


def test_an_erasure_that_the_backup_knows_of_goes_on_after_the_restore(house, tmp_path, redis_url):
    ada, place = house.full("ada"), tmp_path / "a.zip"
    house.app.erasures.request(ada, password="correct horse battery staple")
    manifest = kit.take(house.app.storage, house.settings.database_url, house.data_dir, place)
    assert manifest.erased_meanwhile == []
    other = House(tmp_path / "other", prepare=False, SESSION_STORAGE="sql", REDIS_URL=redis_url)
    kit.restore(place, other.app.storage, other.settings.database_url, other.data_dir, keys_count=False)
    other.work()
    assert other.app.accounts.find_user(ada.user_id) is None
    assert other.app.storage.count() == 0
    other.close()


class HandedOn:
    """A storage in which one session hands its channel on to another right after it was read for the archive."""

    def __init__(self, storage):
        self._storage, self._done = storage, False

    def load(self, session_id, *arguments, **options):
        found = self._storage.load(session_id, *arguments, **options)
        if session_id == "a" and not self._done:
            self._done = True
            self._storage.transition("a", "cancelled", by="x")
            self._storage.transition("d", "ready", by="x", exclusive_key="channel:7")
        return found

    def __getattr__(self, name):
        return getattr(self._storage, name)


def test_a_channel_that_changes_hands_meanwhile_has_one_holder_in_the_archive(house, tmp_path, storage_named):
    storage, place = house.app.storage, tmp_path / "a.zip"
    storage.create(live("a", "", exclusive_key="channel:7"))
    storage.create(live("d", "", exclusive_key="channel:8"))
    kit.take(HandedOn(storage), house.settings.database_url, house.data_dir, place)
    target = storage_named("sqlite")
    kit.restore(place, target, f"sqlite:///{tmp_path}/new.sqlite", tmp_path / "new")
    assert {each.session_id: each.exclusive_key for each in target.scan()} == {"a": None, "d": "channel:7"}
    assert target.load("a").status == "cancelled"


def test_a_damaged_session_is_named_and_the_others_are_saved(house, tmp_path):
    ada = house.full("ada")
    bad = house.interview(ada, "Third")
    house.damage(bad)
    with pytest.raises(CorruptSession):
        house.app.storage.load(bad)
    manifest = kit.take(house.app.storage, house.settings.database_url, house.data_dir, tmp_path / "a.zip")
    assert [each.what for each in manifest.unsaved] == [f"session {bad}"]
    assert manifest.sessions == 3
    assert manifest.unsaved[0].reason
    assert kit.verify(tmp_path / "a.zip").unsaved == manifest.unsaved
