"""The worker and the scheduler as processes, with Redis coming and going around them."""

import signal
import time
from datetime import timedelta

import pytest
import redis
from rq.worker import BaseWorker
from sqlalchemy import update

from database.tables import OutboxRow
from domain import clock
from jobs.listed_worker import ListedWorker
from jobs.queue import RqJobQueue
from services.notifications.letters import mail
from services.outbox.effects import OutboxState
from services.ports import Queue
from tests.jobs.conftest import House
from tests.waiting import until


def ask_for_mails(house, number, **options):
    """Write letters into the outbox, in one transaction each; return the ids of their rows."""
    ids = set()
    for n in range(number):
        with house.app.unified_session_manager.get_db_session() as db:
            ids.add(house.app.outbox.add(db, mail("trial", to=f"person-{n}@example.org", **options)))
    return ids


def pass_the_lease(house):
    """Let the leases of all rows be over, as if minutes had passed."""
    before = clock.now() - timedelta(seconds=1)
    with house.app.unified_session_manager.get_db_session() as db:
        db.execute(update(OutboxRow).where(OutboxRow.lease_id.is_not(None)).values(lease_until=before))


def workers(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        return BaseWorker.all(connection=client)


def test_a_mail_is_delivered_by_the_wake_up_alone(house, processes):
    processes.start("jobs.worker", house)
    assert until(lambda: workers(house.env["REDIS_URL"]))
    ids = ask_for_mails(house, 3)
    assert until(lambda: house.mails == ids)
    assert until(lambda: len(house.app.outbox_records.list_rows(OutboxState.DONE)) == 3)


def test_whatever_was_lost_with_redis_is_found_by_the_sweep(house, processes, client):
    ids = ask_for_mails(house, 20)
    client.flushall()
    processes.start("jobs.worker", house)
    processes.start("jobs.scheduler", house)
    assert until(lambda: house.mails == ids)


def test_without_a_sweep_it_would_stay_lost(house, processes, client):
    """The control of the test above."""
    ask_for_mails(house, 1)
    client.flushall()
    processes.start("jobs.worker", house)
    assert until(lambda: workers(house.env["REDIS_URL"]))
    time.sleep(1)
    assert house.mails == set()


def test_a_worker_whose_redis_is_emptied_introduces_itself_again_and_works_on(house, processes, client):
    processes.start("jobs.worker", house)
    assert until(lambda: workers(house.env["REDIS_URL"]))
    client.flushall()
    ids = ask_for_mails(house, 1)
    assert until(lambda: house.mails == ids)
    assert until(lambda: workers(house.env["REDIS_URL"]))


def test_a_remark_about_a_worker_that_redis_forgot_does_not_pass_for_the_worker(client, redis_url):
    worker = ListedWorker(list(Queue), {}, client)
    worker.register_birth()
    client.flushall()
    worker.set_state("busy")
    worker.heartbeat()
    assert [found.name for found in workers(redis_url)] == [worker.name]


def test_worker_and_scheduler_start_without_redis_and_survive_its_restart(
    house_with_its_own_redis, redis_server_of_its_own, processes
):
    house, server = house_with_its_own_redis, redis_server_of_its_own
    server.stop()
    running = [processes.start(module, house) for module in ("jobs.worker", "jobs.scheduler")]
    first = ask_for_mails(house, 2)
    server.start()
    assert until(lambda: house.mails == first)
    server.stop()
    second = ask_for_mails(house, 2)
    server.start()
    assert until(lambda: house.mails == first | second)
    assert [process.poll() for process in running] == [None, None]


def test_two_schedulers_do_no_harm(house, processes):
    for module in ("jobs.scheduler", "jobs.scheduler", "jobs.worker", "jobs.worker"):
        processes.start(module, house)
    ids = ask_for_mails(house, 30)
    assert until(lambda: house.mails == ids)
    records = house.app.outbox_records
    assert until(lambda: len(records.list_rows(OutboxState.DONE)) == 30)
    assert {record.attempts for record in records.list_rows(OutboxState.DONE)} == {1}


# --- stopping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("module", ["jobs.worker", "jobs.scheduler"])
def test_an_idle_process_stops_at_once(house, processes, client, module, number):
    process = processes.start(module, house)
    assert until(lambda: client.keys("rq:*"))
    time.sleep(0.2)
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (0, "")


@pytest.mark.parametrize("module", ["jobs.worker", "jobs.scheduler"])
def test_a_process_stops_while_redis_is_away(house_with_its_own_redis, redis_server_of_its_own, processes, module):
    redis_server_of_its_own.stop()
    process = processes.start(module, house_with_its_own_redis)
    assert "error=" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in said


@pytest.fixture
def slow_house(tmp_path, redis_url):
    house = House(tmp_path / "data", redis_url, GREENROOM_MAIL="tests.jobs.waiting_mail:WaitingMail")
    yield house
    house.app.close()


@pytest.fixture
def in_the_middle(slow_house, processes):
    """A worker that has the first of three mails in hand."""
    ids = ask_for_mails(slow_house, 3)
    process = processes.start("jobs.worker", slow_house)
    assert until((slow_house.app.mail.folder / "begun").exists)
    return process, ids


def test_a_worker_that_is_told_to_stop_ends_the_row_it_has_and_takes_no_other(slow_house, in_the_middle):
    process, ids = in_the_middle
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    (slow_house.app.mail.folder / "go").touch()
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert len(slow_house.mails) == 1
    assert len(slow_house.app.outbox_records.list_rows(OutboxState.WAITING)) == len(ids) - 1


def test_what_a_killed_worker_had_in_hand_is_delivered_by_another_when_its_lease_is_over(
    slow_house, in_the_middle, processes
):
    process, ids = in_the_middle
    process.kill()
    process.wait()
    assert slow_house.mails == set()
    (slow_house.app.mail.folder / "go").touch()
    pass_the_lease(slow_house)
    for module in ("jobs.worker", "jobs.scheduler"):
        processes.start(module, slow_house)
    assert until(lambda: slow_house.mails == ids)


# --- order and surroundings ------------------------------------------------------------------------------------------


def test_what_is_urgent_is_taken_first(client):
    taken = []
    jobs = RqJobQueue(client)
    for queue in (Queue.LOW, Queue.DEFAULT, Queue.HIGH):
        jobs.enqueue("empty_outbox", queue=queue, priority=str(queue))

    def empty_outbox(priority):
        taken.append(priority)

    functions = {"empty_outbox": empty_outbox}
    ListedWorker(list(Queue), functions, client).work(burst=True, logging_level="CRITICAL")
    assert taken == ["high", "default", "low"]


def test_a_worker_of_some_queues_leaves_the_others_alone(house, processes):
    low = ask_for_mails(house, 1, queue=Queue.LOW)
    processes.start("jobs.worker", house, "--queues", "high,default")
    urgent = ask_for_mails(house, 1, queue=Queue.HIGH)
    assert until(lambda: house.mails == urgent)
    processes.start("jobs.worker", house)
    assert until(lambda: house.mails == urgent | low)


@pytest.mark.parametrize(("arguments", "named"), [(["--queues", "urgent"], "high, default, low"), (["-x"], "usage")])
def test_wrong_usage_is_told(house, processes, arguments, named):
    process = processes.start("jobs.worker", house, *arguments)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert named in said


@pytest.mark.parametrize("module", ["jobs.worker", "jobs.scheduler"])
def test_a_bad_setting_is_one_clear_line(house, processes, module):
    house.env["PORT"] = "http"
    process = processes.start(module, house)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said.count("\n") == 1
    assert "PORT" in said
