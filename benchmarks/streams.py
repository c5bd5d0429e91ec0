"""Does a server with a thousand idle event streams answer others as fast as without?

    python -m benchmarks.streams [--streams 1000] [--requests 3000]

Starts a Greenroom of its own on a temporary folder, measures one session read over 16 kept-open connections without
and with the streams, in turns, and then how long the stop takes with all of them open. Prints medians and ratios.
"""

import argparse
import http.client
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import bootstrap
from domain.actor import Actor, Role
from settings import Settings
from tests.house.running import RunningGreenroom

CONNECTIONS = 16
ROUNDS = 3
PASSWORD = "a-password-of-the-benchmark"  # noqa: S105  # of an installation that lives for a minute
STREAMS_EACH = 500
"""Fewer than one person may have open at one worker."""


class Listener(NamedTuple):
    """Somebody with an interview of their own, and the token that opens it."""

    path: str
    token: str


class Streams:
    """Event streams that are opened and then only held."""

    def __init__(self, port: int, listeners: list[Listener], count: int) -> None:
        self.open: list[socket.socket] = []
        for number in range(count):
            listener = listeners[number % len(listeners)]
            stream = socket.create_connection(("127.0.0.1", port), timeout=30)
            head = f"GET {listener.path}/events HTTP/1.1\r\nHost: localhost\r\n"
            stream.sendall(f"{head}Authorization: Bearer {listener.token}\r\n\r\n".encode())
            self.open.append(stream)
        self.accepted = sum(stream.recv(4096).startswith(b"HTTP/1.1 200") for stream in self.open)

    def close(self) -> None:
        """Hang up, as a thousand closed laptops would."""
        for stream in self.open:
            stream.close()


def measure(port: int, path: str, token: str, requests: int) -> list[float]:
    """Seconds of each request, over 16 kept-open connections at once."""
    seconds: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(requests // CONNECTIONS):
            began = time.perf_counter()
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            response = connection.getresponse()
            response.read()
            if response.status != http.client.OK:
                raise RuntimeError(f"{path} answered {response.status}")
            seconds.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def seed(greenroom: RunningGreenroom, count: int) -> list[Listener]:
    """Make people, each with an interview, on the folder of a running installation."""
    app = bootstrap.build(Settings.from_env(greenroom.env))
    try:
        return [make_listener(app, number) for number in range(count)]
    finally:
        app.close()


def make_listener(app: bootstrap.App, number: int) -> Listener:
    """One person with an account, an interview and a token."""
    email = f"bench-{number}@example.org"
    user = app.accounts.create_user(email=email, password=PASSWORD, roles={Role.MEMBER}, display_name="Bench")
    interview = app.interviews.open(
        Actor(user_id=user.user_id),
        incident_name="A measured incident",
        interviewee_name="Bench",
        interviewee_role="witness",
        summary="On Monday at nine I saw the gate open.",
    )
    token = app.tokens.issue(email, PASSWORD).access_token
    return Listener(f"/api/interviews/{interview.session_id}", token)


def run(streams: int, requests: int) -> dict[str, float]:
    """Measure without and with the streams in turns; return medians, ratios and the seconds that the stop took."""
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        greenroom = RunningGreenroom(Path(folder) / "data", GREENROOM_API_LIMIT="1000000 per minute").start()
        port = int(greenroom.env["PORT"])
        listeners = seed(greenroom, max(1, streams // STREAMS_EACH))
        path, token = listeners[0]
        measure(port, path, token, requests // 4)  # warms threads and caches
        without: list[float] = []
        with_streams: list[float] = []
        for round_number in range(ROUNDS):
            without += measure(port, path, token, requests)
            held = Streams(port, listeners, streams)
            if held.accepted != streams:
                raise RuntimeError(f"only {held.accepted} of {streams} streams were accepted")
            with_streams += measure(port, path, token, requests)
            if round_number < ROUNDS - 1:
                held.close()
        started = greenroom.processes()
        stop = greenroom.stop()
        left = sum(process.is_running() for process in started)
        held.close()
    return figures(without, with_streams) | {"stop_seconds": stop, "processes_left": left}


def figures(without: list[float], with_streams: list[float]) -> dict[str, float]:
    """Medians and 99th percentiles in milliseconds, and their ratios."""
    found: dict[str, float] = {}
    for name, pick in (("median", statistics.median), ("p99", lambda s: statistics.quantiles(s, n=100)[98])):
        found[f"{name}_ms_without"] = pick(without) * 1000
        found[f"{name}_ms_with"] = pick(with_streams) * 1000
        found[f"{name}_ratio"] = pick(with_streams) / pick(without)
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=3000)
    asked = parser.parse_args()
    for name, value in run(asked.streams, asked.requests).items():
        print(f"{name:20} {value:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
