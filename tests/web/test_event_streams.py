"""Server-sent events: everything once, in order, resumable, and over at once when the process is to stop."""

import json
import queue
import threading
import time

import pytest

from web import streams
from web.drain import begin_drain

SOON = 10.0


class Listener:
    """A client of one stream, in a thread of its own as a server would have it."""

    def __init__(self, program, path, **headers):
        self.answer = program.get(path, headers=headers, buffered=False)
        self.events = queue.Queue()
        self.heartbeats = 0
        self.thread = threading.Thread(target=self._listen, daemon=True)
        if self.answer.status_code == 200:
            self.thread.start()

    def _listen(self):
        text = ""
        for piece in self.answer.response:
            text += piece.decode() if isinstance(piece, bytes) else piece
            while "\n\n" in text:
                block, _, text = text.partition("\n\n")
                self._take(block)
        self.events.put(None)

    def _take(self, block):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "" in fields:
            self.heartbeats += 1
        elif "event" in fields:
            self.events.put((fields["event"], fields["id"], json.loads(fields["data"])))

    def next(self, name):
        """The next event of this name; what comes before it is passed over."""
        while True:
            event = self.events.get(timeout=SOON)
            assert event is not None, f"the stream ended before {name}"
            if event[0] == name:
                return event

    def rest(self):
        """Every event up to the end of the stream."""
        return list(iter(lambda: self.events.get(timeout=SOON), None))

    def close(self):
        self.answer.close()


@pytest.fixture
def one(alice):
    return f"/api/interviews/{alice.open_interview()['session_id']}"


@pytest.fixture
def listen(app, alice, one):
    made = []

    def start(path=None, **headers):
        made.append(Listener(alice, path or f"{one}/events", **headers))
        return made[-1]

    yield start
    begin_drain(app)
    for listener in made:
        if listener.thread.is_alive():
            listener.thread.join(SOON)
        listener.close()


@pytest.fixture
def count(app):
    return app.extensions[streams.COUNT]


def say(alice, one, n):
    answer = alice.post(f"{one}/answer", json={"message_id": f"m{n}", "content": f"I saw thing number {n} there."})
    assert answer.status_code == 200


def test_a_stream_may_not_be_kept_or_buffered_on_its_way(listen):
    headers = listen().answer.headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Accel-Buffering"] == "no"


def test_a_stream_first_tells_what_is_there_and_then_what_comes(alice, one, listen):
    stream = listen()
    assert stream.next("message")[2]["n"] == 1
    state = stream.next("state")[2]
    assert state["etag"] == alice.get(one).headers["ETag"].strip('"')
    say(alice, one, 1)
    assert stream.next("message")[2]["message_id"] == "m1"
    alice.post(f"{one}/pause")
    while stream.next("state")[2]["status"] != "paused":
        pass


def test_nothing_is_lost_or_told_twice_over_many_interruptions(app, alice, one, listen):
    """A client that is cut off again and again, and resumes with Last-Event-ID, hears each message once."""
    stop = threading.Event()

    def talk():
        for n in range(8):
            say(alice, one, n)
        stop.set()

    talking = threading.Thread(target=talk)
    talking.start()
    heard, last, quiet = [], None, 0
    app.config["STREAM_SECONDS"] = 0.15
    while quiet < 2:
        stream = listen(**({"Last-Event-ID": last} if last else {}))
        told = stream.rest()
        messages = [data["n"] for name, _id, data in told if name == "message"]
        last = told[-1][1]
        heard += messages
        quiet = quiet + 1 if stop.is_set() and not messages else 0
    talking.join()
    stored = [message["n"] for message in alice.get(f"{one}/messages?limit=200").get_json()["items"]]
    assert heard == stored


def test_a_stream_begins_behind_the_message_the_client_names(app, alice, one, listen):
    app.config["STREAM_SECONDS"] = 0.0
    count = alice.get(one).get_json()["message_count"]
    told = listen(f"{one}/events?after={count - 1}").rest()
    assert [data["n"] for name, _id, data in told if name == "message"] == [count]


@pytest.mark.parametrize("last", ["x", "1", "1-", "-1-2", "1-2-3", "9" * 50 + "-1", "1-2\x00"])
def test_a_last_event_id_that_was_never_given_is_refused(alice, one, last):
    try:
        answer = alice.get(f"{one}/events", headers={"Last-Event-ID": last})
    except ValueError:
        return  # the client itself does not send such a header
    assert answer.status_code == 422


def test_draining_ends_every_stream_at_once_with_a_good_bye(app, alice, listen):
    open_ones = [listen() for _ in range(10)]
    for stream in open_ones:
        stream.next("state")
    started = time.monotonic()
    begin_drain(app)
    for stream in open_ones:
        assert stream.rest()[-1][0] == "bye"
    assert time.monotonic() - started < 2


def test_a_stream_says_good_bye_when_its_interview_is_deleted(alice, one, listen):
    stream = listen()
    stream.next("state")
    alice.delete(one)
    assert stream.rest()[-1][2] == {"reason": "gone"}


def test_a_stream_sends_a_heartbeat_while_nothing_happens(monkeypatch, listen):
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    stream = listen()
    stream.next("state")
    ends = time.monotonic() + SOON
    while stream.heartbeats < 3 and time.monotonic() < ends:
        time.sleep(0.01)
    assert stream.heartbeats >= 3


def test_a_stream_looks_for_itself_while_redis_is_away(monkeypatch, services, alice, one, listen):
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(type(services.bus), "healthy", lambda _bus: False)
    monkeypatch.setattr(type(services.bus), "publish", lambda _bus, _topic: None)
    stream = listen()
    stream.next("state")
    say(alice, one, 1)
    assert stream.next("message")[2]["message_id"] == "m1"


def test_without_a_wake_up_and_without_the_poll_nothing_is_told(monkeypatch, services, alice, one, listen):
    """The control of the test above: it is the poll that tells."""
    monkeypatch.setattr(type(services.bus), "publish", lambda _bus, _topic: None)
    stream = listen()
    stream.next("state")
    say(alice, one, 1)
    with pytest.raises(queue.Empty):
        stream.events.get(timeout=0.3)


def test_a_user_has_so_many_streams_and_a_closed_one_makes_room(count, alice, one):
    count.limit_per_user = 2
    first, second = (alice.get(f"{one}/events", buffered=False) for _ in range(2))
    refused = alice.get(f"{one}/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    first.close()
    third = alice.get(f"{one}/events", buffered=False)
    assert third.status_code == 200
    for stream in (first, second, third):
        stream.close()
    assert count.count(alice.user.user_id) == 0


def test_the_streams_of_one_user_do_not_count_for_another_but_all_of_them_together_do(count, alice, bob, one):
    count.limit_per_user, count.limit = 1, 2
    ours = alice.get(f"{one}/events", buffered=False)
    theirs = bob.get(f"/api/interviews/{bob.open_interview()['session_id']}/events", buffered=False)
    assert (ours.status_code, theirs.status_code) == (200, 200)
    count.limit_per_user = 2
    assert alice.get(f"{one}/events").status_code == 429
    ours.close()
    theirs.close()


@pytest.mark.parametrize("threads", [1, 2, 8, 700, 4000])
def test_streams_leave_threads_to_other_requests(threads):
    count = streams.OpenStreams(threads=threads)
    assert 1 <= count.limit_per_user <= count.limit
    assert count.limit < threads or threads <= 2


def test_a_stream_holds_no_database_connection_while_it_waits(services, listen):
    listen().next("state")
    assert services.db_manager.engine.pool.checkedout() == 0


def test_head_opens_no_stream(count, alice, one):
    with alice.head(f"{one}/events") as answer:
        assert answer.data == b""
    assert count.count(alice.user.user_id) == 0
