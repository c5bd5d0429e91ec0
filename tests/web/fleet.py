"""Two instances of one installation behind a balancer, restarted one after the other, and clients that never stop."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import NEW_INTERVIEW, PASSWORD, serve, settings_in
from tests.web.pages.conftest import TOKEN

PATIENCE_SECONDS = 120


class Fleet:
    """Requests go to the instances in turn; one that restarts gets none, and finishes those that it has."""

    def __init__(self, folder: Path, redis_url: str, keys: str) -> None:
        self._folder, self._redis_url = folder, redis_url
        self._ready = threading.Condition()
        self._turn = count()
        self._busy = [0, 0]
        self._opened = [self._open(keys), self._open(keys)]
        self._apps: list[Flask | None] = [next(opened) for opened in self._opened]

    def restart_all(self, keys: str, meanwhile: Callable[[], None]) -> None:
        """Give one instance after the other these keys, as a rolling restart does; both serve `meanwhile`."""
        for place in (0, 1):
            with self._ready:
                self._apps[place] = None
                self._ready.wait_for(lambda place=place: not self._busy[place], PATIENCE_SECONDS)
            self._close(place)
            self._opened[place] = self._open(keys)
            started = next(self._opened[place])
            with self._ready:
                self._apps[place] = started
            meanwhile()

    def close(self) -> None:
        for place in (0, 1):
            self._close(place)

    @contextmanager
    def instance(self) -> Iterator[Flask]:
        """The one whose turn it is, of those that run."""
        with self._ready:
            running = [place for place in (0, 1) if self._apps[place] is not None]
            place = running[next(self._turn) % len(running)]
            self._busy[place] += 1
            app = self._apps[place]
        try:
            yield app
        finally:
            with self._ready:
                self._busy[place] -= 1
                self._ready.notify_all()

    def _open(self, keys: str) -> Iterator[Flask]:
        """Cookies, forms and tokens are signed with different keys that change in the same steps."""
        secret, token = (",".join(f"{name}-{key}".ljust(40, "!") for key in keys.split(",")) for name in ("s", "j"))
        return serve(settings_in(self._folder, REDIS_URL=self._redis_url, SECRET_KEY=secret, JWT_SECRET=token))

    def _close(self, place: int) -> None:
        assert next(self._opened[place], None) is None


class Client(threading.Thread):
    """Does its lap again and again until it is stopped, and writes down whatever did not go as it should."""

    def __init__(self, fleet: Fleet, lap: Callable[["Client"], None], email: str) -> None:
        super().__init__(daemon=True)
        self.fleet, self.lap, self.email = fleet, lap, email
        self.laps, self.requests, self.failures = 0, 0, []
        self._cookies: dict[str, str] = {}
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.lap(self)
            except AssertionError as error:
                self.failures.append(str(error).partition("\n")[0])
                self._stopped.wait(0.05)  # who fails at once must not leave the others no turn
            self.laps += 1

    def stop(self) -> None:
        self._stopped.set()
        self.join(PATIENCE_SECONDS)
        assert not self.is_alive()

    def ask(self, method: str, path: str, status: int, **options: Any) -> TestResponse:
        """Send a request to whichever instance is next; a failure unless it is answered with this status."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= options.pop("headers", {})
        with self.fleet.instance() as app:
            answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers, **options)
        self.requests += 1
        for text in answer.headers.getlist("Set-Cookie"):
            self._cookies |= {name: found.value for name, found in SimpleCookie(text).items()}
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} instead of {status}"
        return answer

    def log_in(self, **more: str) -> None:
        """As the login page does it; with `remember` the cookie is renewed with every answer."""
        self._cookies.clear()
        form = {"csrf_token": self.token_on("/login"), "email": self.email, "password": PASSWORD, **more}
        self.ask("POST", "/login", 302, data=form)

    def token_on(self, path: str) -> str:
        """The token against forgery of a page."""
        return TOKEN.search(self.ask("GET", path, 200).text)[1]


def looks_at_pages(client: Client) -> None:
    """With one login all along, which stays for thirty days."""
    for path in ("/dashboard", "/interviews", "/account"):
        client.ask("GET", path, 200)


def sends_forms(client: Client) -> None:
    """The form may come from one instance and go to the other. With a new login for each lap, as after twelve hours."""
    client.log_in()
    form = {"csrf_token": client.token_on("/account"), "display_name": "Alice", "time_zone": "UTC"}
    client.ask("POST", "/account", 302, data=form)


def calls_the_api(client: Client) -> None:
    """With a token that is fetched anew for each lap, as it must be every ten minutes."""
    login = {"email": client.email, "password": PASSWORD}
    token = client.ask("POST", "/api/auth/token", 200, json=login).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(4):
        client.ask("GET", "/api/interviews?limit=1", 200, headers=headers)
    once = {**headers, "Idempotency-Key": str(uuid4())}
    first, again = (client.ask("POST", "/api/interviews", 201, json=NEW_INTERVIEW, headers=once) for _ in range(2))
    assert again.get_json() == first.get_json(), "an answer that one instance sealed was not told by the other"
    assert again.headers.get("Idempotency-Replayed") == "true"


def laps_pass(clients: list[Client], laps: int) -> None:
    """Wait until each client has begun and ended so many more."""
    goals = {client: client.laps + laps + 1 for client in clients}
    ends = time.monotonic() + PATIENCE_SECONDS
    while any(client.laps < goal for client, goal in goals.items()):
        assert time.monotonic() < ends, "the clients stand still"
        time.sleep(0.01)
