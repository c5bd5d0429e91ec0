"""What stands in Redis can make a worker do no more than the listed functions, whoever wrote it there."""

import json
import pickle
import sys

import pytest
from rq.job import Callback, Job
from rq.queue import Queue
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer, PickleSerializer
from rq.webhook import Webhook

from jobs.listed_worker import ListedWorker
from jobs.queue import RqJobQueue
from services.ports import Queue as Priority


@pytest.fixture
def called():
    return []


@pytest.fixture
def work(client, called):
    """Runs everything that waits, in this process."""

    def run():
        functions = {"sweep": lambda **payload: called.append(payload)}
        ListedWorker(["default"], functions, client).work(burst=True, logging_level="CRITICAL")

    return run


def put(client, function, serializer=JSONSerializer, **options):
    """A job straight into Redis, as somebody who can write there would."""
    return Queue("default", connection=client, serializer=serializer).enqueue_call(function, **options)


def failed(client):
    return FailedJobRegistry("default", connection=client).get_job_ids()


def test_a_listed_function_is_called_with_its_payload_and_nothing_stays_behind(client, work, called):
    RqJobQueue(client).enqueue("sweep", queue=Priority.DEFAULT, n=1)
    work()
    assert called == [{"n": 1}]
    assert failed(client) == []
    assert client.keys("rq:job:*") == []


def test_a_foreign_function_is_refused_recorded_as_failed_and_nothing_ran(client, work, called, tmp_path):
    job = put(client, "os.system", args=[f"touch {tmp_path}/ran"])
    work()
    assert failed(client) == [job.id]
    assert list(tmp_path.iterdir()) == []
    reason = Job.fetch(job.id, connection=client, serializer=JSONSerializer).latest_result().exc_string
    assert "'os.system' is not accepted; allowed is empty_outbox, sweep, tidy" in reason


def test_nothing_is_imported_to_find_that_out(client, work, tmp_path, monkeypatch):
    (tmp_path / "trap_for_imports.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    job = put(client, "trap_for_imports.anything")
    work()
    assert failed(client) == [job.id]
    assert "trap_for_imports" not in sys.modules


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return (sys.exit, ("unpickled",))


def test_a_payload_that_is_no_json_is_refused(client, work, called):
    job = put(client, "sweep", serializer=PickleSerializer)
    client.hset(job.key, "data", pickle.dumps(Trap()))
    work()
    assert failed(client) == [job.id]
    assert called == []


@pytest.mark.parametrize(
    "data",
    [["sweep", None, [1], {}], ["sweep", {"an": "instance"}, [], {}], [["sweep"], None, [], {}], {"not": "a call"}],
)
def test_a_call_of_another_shape_is_refused(client, work, called, data):
    job = put(client, "sweep")
    client.hset(job.key, "data", json.dumps(data))
    work()
    assert failed(client) == [job.id]
    assert called == []


@pytest.mark.parametrize("function", ["sweep", "os.system"])
def test_callbacks_web_hooks_and_retries_out_of_redis_are_not_followed(client, work, tmp_path, monkeypatch, function):
    monkeypatch.setattr(Webhook, "send", lambda *_, **__: pytest.fail("a web hook was called"))
    (tmp_path / "trap_for_callbacks.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    trap = Callback("trap_for_callbacks.anything")
    hooks = [Webhook("http://127.0.0.1:1/", status) for status in ("finished", "failed")]
    job = put(client, function, on_success=trap, on_failure=trap, on_stopped=trap, webhooks=hooks)
    client.hset(job.key, "retries_left", "1000000")
    work()
    assert failed(client) == ([] if function == "sweep" else [job.id])
    assert "trap_for_callbacks" not in sys.modules
    assert client.llen("rq:queue:default") == 0


def test_an_ordinary_worker_would_have_run_it(client, tmp_path):
    """The control: without the list, what stands in Redis is what happens."""
    from rq.worker import SimpleWorker

    put(client, "os.mkdir", args=[f"{tmp_path}/ran"])
    queue = Queue("default", connection=client, serializer=JSONSerializer)
    SimpleWorker([queue], connection=client, serializer=JSONSerializer).work(burst=True, logging_level="CRITICAL")
    assert [path.name for path in tmp_path.iterdir()] == ["ran"]
