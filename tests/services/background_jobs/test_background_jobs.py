"""A background job runs once it is kept, tells how far it is, and comes to an end whatever happens to workers."""

import pytest

from domain.actor import Actor
from domain.errors import Conflict, Invalid, NotFound
from services.background_jobs import BackgroundJobs
from services.background_jobs.service import GIVEN_UP, OUR_FAULT
from services.outbox import Delivery, NotDeliverable
from services.ports import Queue
from services.sweep import Sweep

ADA, BEN = Actor(user_id="ada"), Actor(user_id="ben")
LEASE = 60
PAUSES = (10, 100)


@pytest.fixture
def functions():
    """What the jobs of a test do."""
    return {"count": lambda run: {"counted": run.payload["to"]}}


@pytest.fixture
def jobs(unified, plain, outbox, functions, clock):
    return BackgroundJobs(unified, plain, outbox, functions, clock)


@pytest.fixture
def start(jobs, unified):
    def start_job(kind="count", user_id="ada", **payload):
        with unified.get_db_session() as db:
            return jobs.start(db, kind, user_id, payload)

    return start_job


@pytest.fixture
def deliver(jobs, unified, clock):
    delivery = Delivery(unified, {"job": jobs.handle}, clock, lease_seconds=LEASE, pauses=PAUSES)
    return lambda: delivery.empty(Queue.LOW)


@pytest.fixture
def sweep(unified, plain, wake_ups, jobs, clock):
    return Sweep(unified, plain, wake_ups, jobs, clock)


def test_a_job_is_run_by_a_worker_and_its_result_kept(start, jobs, deliver, clock, wake_ups):
    job_id = start(to=3)
    waiting = jobs.load(ADA, job_id)
    assert (waiting.state, waiting.done, waiting.total, waiting.result) == ("waiting", 0, 0, None)
    assert wake_ups.queues == ["low"]
    began = clock()
    clock.pass_seconds(5)
    deliver()
    job = jobs.load(ADA, job_id)
    assert (job.state, job.result, job.error) == ("done", {"counted": 3}, None)
    assert (job.created_at, (job.finished_at - began).total_seconds()) == (began, 5)


def test_a_job_and_its_start_are_kept_together_or_not_at_all(jobs, unified, rows):
    def fails():
        with unified.get_db_session() as db:
            jobs.start(db, "count", "ada", {"to": 1})
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert (jobs.list_own(ADA), rows()) == ([], {})


def test_progress_is_seen_while_it_runs_and_keeps_the_job_with_its_worker(start, jobs, deliver, functions, clock):
    seen = []

    def long(run):
        for step in range(4):
            clock.pass_seconds(LEASE - 1)
            run.progress(step, 4, f"Step {step}")
            seen.append(jobs.load(ADA, run.job_id))
            deliver()

    functions["long"] = long
    job_id = start("long")
    deliver()
    assert [(job.state, job.done, job.total, job.step) for job in seen] == [
        ("running", step, 4, f"Step {step}") for step in range(4)
    ]
    assert jobs.load(ADA, job_id).state == "done"


@pytest.mark.parametrize(("done", "total", "step"), [(5, 4, "x"), (-1, 4, "x"), (0, -1, "x"), (0, 1, "x" * 201)])
def test_progress_that_makes_no_sense_is_refused(start, deliver, functions, done, total, step):
    refused = []

    def odd(run):
        with pytest.raises(Invalid) as error:
            run.progress(done, total, step)
        refused.append(error.value)

    functions["odd"] = odd
    start("odd")
    deliver()
    assert len(refused) == 1


class Died(BaseException):
    """Stands for the end of the process."""


def test_a_job_whose_worker_was_killed_is_run_again_from_its_beginning(start, jobs, deliver, functions, clock):
    attempts = []

    def fragile(run):
        attempts.append(run.attempt)
        if len(attempts) == 1:
            raise Died
        return {"in": len(attempts)}

    functions["fragile"] = fragile
    job_id = start("fragile")
    with pytest.raises(Died):
        deliver()
    assert jobs.load(ADA, job_id).state == "running"
    clock.pass_seconds(LEASE)
    deliver()
    assert (attempts, jobs.load(ADA, job_id).state, jobs.load(ADA, job_id).result) == ([1, 2], "done", {"in": 2})


def test_a_job_that_is_done_is_not_run_again_when_its_row_comes_twice(start, jobs, deliver, functions, unified, clock):
    runs = []
    functions["once"] = runs.append
    start("once")

    def dies_before_it_settles(claimed):
        jobs.handle(claimed)
        raise Died

    with pytest.raises(Died):
        Delivery(unified, {"job": dies_before_it_settles}, clock, lease_seconds=LEASE).empty(Queue.LOW)
    clock.pass_seconds(LEASE)
    deliver()
    assert len(runs) == 1


def test_who_comes_too_late_writes_over_nothing(start, jobs, deliver, functions, clock):
    def slow(run):
        if run.attempt == 1:
            clock.pass_seconds(LEASE)
            deliver()
        return {"attempt": run.attempt}

    functions["slow"] = slow
    job_id = start("slow")
    deliver()
    assert jobs.load(ADA, job_id).result == {"attempt": 2}


def test_a_failure_is_told_tried_again_and_forgotten_when_it_succeeds(start, jobs, deliver, functions, clock):
    def second_time(run):
        if run.attempt == 1:
            raise Conflict("Somebody else is just changing this.")

    functions["second time"] = second_time
    job_id = start("second time")
    deliver()
    job = jobs.load(ADA, job_id)
    assert (job.state, job.error) == ("waiting", "Somebody else is just changing this.")
    clock.pass_seconds(PAUSES[0])
    deliver()
    assert (jobs.load(ADA, job_id).state, jobs.load(ADA, job_id).error) == ("done", None)


def test_a_job_that_cannot_succeed_fails_at_once_with_a_reason_for_people(start, jobs, deliver, functions):
    def hopeless(_run):
        raise NotDeliverable("There is nothing to export.")

    functions["hopeless"] = hopeless
    job_id = start("hopeless")
    deliver()
    job = jobs.load(ADA, job_id)
    assert (job.state, job.error) == ("failed", "There is nothing to export.")
    assert job.finished_at is not None


def test_a_job_that_was_given_up_is_failed_by_the_sweep(start, jobs, deliver, functions, sweep, clock):
    def broken(_run):
        raise RuntimeError("secret words")

    functions["broken"] = broken
    job_id = start("broken")
    for pause in (0, *PAUSES):
        sweep.run()
        assert jobs.load(ADA, job_id).state == "waiting"
        clock.pass_seconds(pause)
        deliver()
    sweep.run()
    assert (jobs.load(ADA, job_id).state, jobs.load(ADA, job_id).error) == ("failed", OUR_FAULT)


def test_a_job_that_kills_its_workers_fails_too_and_can_be_tried_again(
    start, jobs, deliver, functions, sweep, clock, records
):
    deadly = [True]

    def kills(_run):
        if deadly:
            raise Died

    functions["kills"] = kills
    job_id = start("kills")
    for _ in range(len(PAUSES) + 1):
        with pytest.raises(Died):
            deliver()
        clock.pass_seconds(LEASE)
    deliver()
    sweep.run()
    assert (jobs.load(ADA, job_id).state, jobs.load(ADA, job_id).error) == ("failed", GIVEN_UP)
    deadly.clear()
    records.retry(job_id)
    deliver()
    assert (jobs.load(ADA, job_id).state, jobs.load(ADA, job_id).error) == ("done", None)


def test_people_see_their_own_jobs_only_and_the_answer_tells_nothing(start, jobs, clock):
    first = start(to=1)
    clock.pass_seconds(1)
    second, hers = start(to=2), start(user_id="ben", to=3)
    assert [job.job_id for job in jobs.list_own(ADA)] == [second, first]
    refusals = []
    for missing in (hers, "nothing"):
        with pytest.raises(NotFound) as refused:
            jobs.load(ADA, missing)
        refusals.append((refused.value.code, refused.value.message))
    assert len(set(refusals)) == 1


def test_a_job_of_an_unknown_kind_is_refused_with_the_known_ones(start):
    with pytest.raises(Invalid, match="count"):
        start("paint")
