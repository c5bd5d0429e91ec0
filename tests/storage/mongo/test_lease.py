"""A lease has one holder, outlives no dead one, and is judged by the clock of the server."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Busy
from storage.mongo.lease import Lease

pytestmark = pytest.mark.mongo

SECONDS = 0.4


@pytest.fixture
def lease(database):
    """Gives one more who wants the same lease."""
    return lambda seconds=SECONDS: Lease(database.leases, "migrations", seconds)


def test_one_holds_it_and_the_next_gets_it_when_it_is_given_back(lease):
    with lease().hold(), pytest.raises(Busy, match="wait for it"), lease().hold(wait_seconds=0.2):
        pytest.fail("two hold it")
    with lease().hold(wait_seconds=0):
        pass


def test_it_is_renewed_for_as_long_as_the_work_takes(lease):
    with lease().hold(), pytest.raises(Busy), lease().hold(wait_seconds=4 * SECONDS):
        pytest.fail("two hold it")


def test_one_that_is_not_renewed_any_more_is_taken_over_and_its_old_holder_told(lease, monkeypatch):
    monkeypatch.setattr(Lease, "_keep", lambda _self, over: over.wait())
    first = lease()
    with first.hold(), lease().hold(wait_seconds=4 * SECONDS), pytest.raises(Busy, match="stood still"):
        first.check()


def test_of_many_that_want_it_at_once_one_gets_it(lease):
    inside, most, done = [], [], threading.Barrier(8)

    def work():
        done.wait()
        with lease(5.0).hold():
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_the_time_that_counts_is_the_servers_whatever_this_machine_thinks(lease, database):
    server_now = database.client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    with lease(60.0).hold():
        until = database.leases.find_one({})["until"]
    assert timedelta(seconds=55) < until - server_now < timedelta(seconds=90)
    assert database.leases.find_one({})["until"] == datetime(1970, 1, 1, tzinfo=UTC)
