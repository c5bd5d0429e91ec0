"""Server-sent events from ordinary views: what changed in an interview, as it changes.

An event on the bus is only a wake-up; what is sent is read from the store each time. So nothing is lost when Redis is
away, only told a little later, and a stream resumes exactly behind the last event the client saw.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Lock
from typing import cast

import msgspec
from flask import Response, current_app, request

import telemetry
from domain.actor import Actor
from domain.errors import GreenroomError, Invalid, SessionAccessDenied, TooMany
from domain.interview import Interview
from domain.session import Message
from web.auth import still_in
from web.errors import LoginNeeded
from web.services import AppServices, app_services

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 3.0
"""How often the store is looked into while no events arrive from other processes."""
RETRY_MILLISECONDS = 2_000
LIFETIME_SECONDS = 600.0
"""After this a stream says good-bye and the client comes back: so it never outlives its access token by more."""
BATCH = 100
COUNT = "greenroom.streams"

_PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")

log = telemetry.logger("web.streams")


class OpenStreams:
    """How many streams are open in this process: each keeps a thread, and requests need some too."""

    def __init__(self, *, threads: int) -> None:
        self.limit = max(2, threads * 9 // 10)
        self.limit_per_user = max(1, threads * 17 // 20)
        self._open: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, user_id: str) -> Callable[[], None]:
        """Count one more and return what counts it off again, once however often it is called.

        Raises TooMany beyond the limits.
        """
        with self._lock:
            if self._open[user_id] >= self.limit_per_user or self._open.total() >= self.limit:
                raise TooMany("Too many event streams are open; close some.", retry_after_seconds=60)
            self._open[user_id] += 1
        entered = [user_id]
        return lambda: self._leave(entered)

    def count(self, user_id: str) -> int:
        """How many this user has open."""
        with self._lock:
            return self._open[user_id]

    def _leave(self, entered: list[str]) -> None:
        with self._lock:
            while entered:
                user_id = entered.pop()
                self._open[user_id] -= 1
                self._open += Counter()  # drops whoever has none


def open_streams() -> OpenStreams:
    """The count of the present application."""
    return cast(OpenStreams, current_app.extensions[COUNT])


def interview_stream(actor: Actor, session_id: str, *, after: int) -> Response:
    """A response that stays open and tells each new message and each change of the interview, in order, once.

    `after` is the number of the last message the client has; `Last-Event-ID` is stronger. Raises SessionAccessDenied,
    TooMany, and Invalid for a `Last-Event-ID` that we never gave.
    """
    services = app_services()
    services.interviews.load(actor, session_id, messages=0)
    place = _place(after)
    leave = open_streams().enter(actor.user_id)
    seconds = current_app.config["STREAM_SECONDS"]
    stream = InterviewStream(services, actor, session_id, place, seconds, still_in=still_in())
    response = Response(_until_left(stream.events(), leave), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(leave)  # for one that ends before its first byte, such as the answer to HEAD
    return response


def _until_left(events: Iterator[str], leave: Callable[[], None]) -> Iterator[str]:
    try:
        yield from events
    finally:
        leave()


def _place(after: int) -> tuple[int, int]:
    """The last message and the revision that the client has seen."""
    last = request.headers.get("Last-Event-ID")
    if last is None:
        return after, 0
    found = _PLACE.fullmatch(last)
    if found is None:
        raise Invalid("Last-Event-ID", last, "the id of an event of this stream")
    return int(found[1]), int(found[2])


class InterviewStream:
    """One open stream. It holds no connection and no lock while it waits."""

    def __init__(
        self,
        services: AppServices,
        actor: Actor,
        session_id: str,
        place: tuple[int, int],
        seconds: float,
        *,
        still_in: Callable[[], bool],
    ) -> None:
        self._services = services
        self._actor = actor
        self._session_id = session_id
        self._seen_n, self._seen_revision = place
        self._ends = time.monotonic() + seconds
        self._still_in = still_in

    def events(self) -> Iterator[str]:
        """The text of the stream, piece by piece; ends on drain, at the end of its time, and with the interview."""
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        try:
            with self._services.bus.subscribe(f"session:{self._session_id}") as subscription:
                while True:
                    yield from self._news()
                    if self._is_over():
                        break
                    woken = subscription.wait(self._patience())
                    if self._services.bus.draining:  # a thousand at once: what is new is told when they come back
                        break
                    if not woken:
                        yield ": heartbeat\n\n"
            yield self._event("bye", {"reason": "draining" if self._services.bus.draining else "time"})
        except SessionAccessDenied:
            yield self._event("bye", {"reason": "gone"})
        except GreenroomError as error:
            log.warning("stream_interrupted", code=error.code)
            yield self._event("bye", {"reason": error.code})

    def _news(self) -> Iterator[str]:
        if not self._still_in():
            raise LoginNeeded
        interview = self._services.interviews.load(self._actor, self._session_id, messages=0)
        while self._seen_n < interview.message_count:
            batch = self._services.interviews.messages(self._actor, self._session_id, after=self._seen_n, limit=BATCH)
            if not batch:
                break
            for message in batch:
                yield self._message(message)
        if interview.revision != self._seen_revision:
            yield self._state(interview)

    def _message(self, message: Message) -> str:
        self._seen_n = message.n
        return self._event("message", message)

    def _state(self, interview: Interview) -> str:
        self._seen_revision = interview.revision
        return self._event("state", {"etag": interview.etag, "status": interview.status, "stage": interview.stage})

    def _event(self, name: str, data: object) -> str:
        text = msgspec.json.encode(data).decode()
        return f"id: {self._seen_n}-{self._seen_revision}\nevent: {name}\ndata: {text}\n\n"

    def _is_over(self) -> bool:
        return self._services.bus.draining or time.monotonic() >= self._ends

    def _patience(self) -> float:
        pause = HEARTBEAT_SECONDS if self._services.bus.healthy() else POLL_SECONDS
        return max(0.0, min(pause, self._ends - time.monotonic()))
