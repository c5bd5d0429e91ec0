"""The queue over RQ: wake-ups as JSON, one RQ queue for each priority."""

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError

import telemetry
from domain.checks import check_json
from jobs.allowed import check_allowed
from services.ports import JSON, Queue

if TYPE_CHECKING:
    from rq import Queue as RqQueue

LONGEST_JOB_SECONDS = 3600
"""Then a job is interrupted: it hangs. What it had in hand is tried again like everything that failed."""
KEEP_FAILED_SECONDS = 7 * 24 * 3600
"""As long as an operator may want to read why."""
LOOKED_AT = 50
"""Waiting wake-ups among which an equal one is looked for. Equal ones are not added, so there are a few at most."""

_log = telemetry.logger("jobs")


class RqJobQueue:
    """Wakes workers through Redis, and waits for it no longer than the client that it is given.

    rq is loaded with the first wake-up: most processes of a web server never need it.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._queues: dict[Queue, RqQueue] = {}
        self._away = False

    def enqueue(self, function: str, *, queue: Queue = Queue.DEFAULT, **payload: JSON) -> None:
        """See `services.ports.JobQueue`."""
        name = _name_of(check_allowed(function), payload)
        try:
            self._push(queue, function, name, payload)
        except RedisError as error:
            self._note_away(function, error)
        else:
            self._note_back()

    def _push(self, queue: Queue, function: str, name: str, payload: dict[str, JSON]) -> None:
        """Add a wake-up unless an equal one waits: whoever takes that will look after this moment, as well."""
        place = self._queue(queue)
        if any(waiting.startswith(name) for waiting in place.get_job_ids(0, LOOKED_AT)):
            return
        place.enqueue_call(
            function,
            kwargs=payload,
            job_id=f"{name}{secrets.token_hex(8)}",
            timeout=LONGEST_JOB_SECONDS,
            result_ttl=0,
            failure_ttl=KEEP_FAILED_SECONDS,
        )

    def _queue(self, queue: Queue) -> "RqQueue":
        from rq import Queue as RqQueue
        from rq.serializers import JSONSerializer

        if queue not in self._queues:
            self._queues[queue] = RqQueue(str(queue), connection=self._client, serializer=JSONSerializer)
        return self._queues[queue]

    def _note_away(self, function: str, error: RedisError) -> None:
        """Once, and not with every wake-up: a busy hour without Redis would fill the log."""
        if not self._away:
            _log.warning("wake_ups_are_lost", function=function, error=type(error).__name__)
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            _log.info("wake_ups_arrive_again")
        self._away = False


def _name_of(function: str, payload: dict[str, JSON]) -> str:
    """The same for equal calls. Raises Invalid for a payload that is no JSON."""
    check_json("payload", payload)
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:12]
    return f"{function}-{digest}-"
