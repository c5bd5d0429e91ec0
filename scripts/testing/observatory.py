"""Scores every page of a running Greenroom by its headers and cookies, as Mozilla's HTTP Observatory does.

    python -m scripts.testing.observatory https://greenroom.example.org
    python -m scripts.testing.observatory http://127.0.0.1:8000 --as-https --email ada@example.org --password …

Begins at `/`, the pages of errors and the API's own pages, follows the links of the site and looks at what pages load;
with an account also everything from /dashboard on. Only reads; the login is all it sends. `--as-https` is for a server
whose TLS ends at a proxy that is not there now; start it with a PUBLIC_URL of https.

Exit codes: 0 every page has 120 points or more and no penalty, 1 some have not, 2 a bad argument or nobody answers.
"""

import argparse
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from scripts.testing.scoring import Answer, Score, score

ENOUGH = 120
STARTS = (
    "/",
    "/login",
    "/nothing-here",
    "/api/docs",
    "/api/openapi.json",
    "/api/nothing-here",
    "/health/live",
    "/health",
)
STARTS_LOGGED_IN = ("/dashboard", "/login", "/nothing-here", "/api/docs")
FOREIGN_ORIGIN = "https://observatory.invalid"
MOST = 500
"""Pages that are looked at, at most: lists may go on for ever."""
TIMEOUT_SECONDS = 20.0


class Scored(NamedTuple):
    """One address and what was found there."""

    who: str
    path: str
    status: int
    score: Score

    @property
    def is_good(self) -> bool:
        """Whether it has enough points and no penalty."""
        return self.score.points >= ENOUGH and not self.score.penalties


class Walker:
    """Walks over one site with cookies of its own, and never leaves it."""

    def __init__(self, client: httpx.Client, url: str, *, as_https: bool = False) -> None:
        self.client = client
        self.url = url.rstrip("/")
        self.as_https = as_https
        self.plain_route = None if as_https or not self._speaks_tls() else self._route_without_tls()
        self._cookies: dict[str, str] = {}

    def walk(self, who: str, starts: Iterable[str]) -> Iterator[Scored]:
        """Score every address that can be reached from these, once each."""
        waiting = deque(starts)
        seen = set(waiting)
        while waiting and len(seen) <= MOST:
            path = waiting.popleft()
            answer, status = self.fetch(path)
            yield Scored(who, path, status, score(answer))
            for found in self._onward(path, answer):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)

    def fetch(self, path: str, method: str = "GET", **form: str) -> tuple[Answer, int]:
        """Ask for a path of the site and remember the cookies of the answer."""
        headers = {"Origin": FOREIGN_ORIGIN} if method == "GET" else {"Referer": f"{self.url}{path}"}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"X-Forwarded-Proto": "https"} if self.as_https else {}
        got = self.client.request(method, f"{self.url}{path}", headers=headers, data=form or None)
        for text in got.headers.get_list("Set-Cookie"):
            self._cookies |= {name: found.value for name, found in SimpleCookie(text).items()}
        url = f"{self.url}{path}"
        shown = url.replace("http://", "https://", 1) if self.as_https else url
        pairs = list(got.headers.multi_items())
        return Answer(shown, pairs, got.text, origin=FOREIGN_ORIGIN, plain_route=self.plain_route), got.status_code

    def log_in(self, email: str, password: str) -> Scored:
        """Log in by the form, as a person would. Raises ValueError when the account is not let in."""
        token = self.fetch("/login")[0].page.hidden.get("csrf_token", "")
        answer, status = self.fetch("/login", "POST", csrf_token=token, email=email, password=password)
        if status != httpx.codes.FOUND:
            raise ValueError(f"the login of {email} was refused with status {status}")
        return Scored("login", "/login (POST)", status, score(answer))

    def _onward(self, path: str, answer: Answer) -> Iterator[str]:
        """The addresses of this site that an answer links to, loads or leads to."""
        for target in (*answer.page.links, *answer.page.loads, *answer.all("Location")):
            parts = urlsplit(urljoin(f"{self.url}{path}", target))
            if f"{parts.scheme}://{parts.netloc}" == self.url:
                yield (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _speaks_tls(self) -> bool:
        return self.url.startswith("https://")

    def _route_without_tls(self) -> list[str] | None:
        """Where the site leads whoever comes without TLS; None when it does not answer."""
        start = f"http://{urlsplit(self.url).hostname}/"
        try:
            got = self.client.get(start, follow_redirects=True)
        except httpx.TransportError:
            return None
        return [str(step.url) for step in (*got.history, got)]


def look(walker: Walker, paths: Iterable[str], account: tuple[str, str] | None) -> Iterator[Scored]:
    """Everything that a visitor can reach, and then what somebody with this account can."""
    yield from walker.walk("visitor", [*STARTS, *paths])
    if account:
        yield walker.log_in(*account)
        yield from walker.walk("member", [*STARTS_LOGGED_IN, *paths])


def show(found: Scored) -> str:
    """One line of the table: who, status, points, address, and every rule that gave or took something."""
    said = ", ".join(f"{it.rule} {it.points:+} ({it.reason})" for it in found.score.findings if it.points)
    mark = "ok " if found.is_good else "BAD"
    return f"{mark} {found.who:8} {found.status} {found.score.points:4}  {found.path}\n      {said}"


def main(arguments: list[str] | None = None) -> int:
    """Walk, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="where it runs, such as https://greenroom.example.org")
    parser.add_argument("--email", help="an account, to see what stands behind the login")
    parser.add_argument("--password", default="")
    parser.add_argument(
        "--path", action="append", default=[], help="another address to begin at; may be given several times"
    )
    parser.add_argument("--as-https", action="store_true", help="score as if a proxy in front spoke TLS")
    asked = parser.parse_args(arguments)
    account = (asked.email, asked.password) if asked.email else None
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            walker = Walker(client, asked.url, as_https=asked.as_https)
            return report(look(walker, asked.path, account))
    except (httpx.HTTPError, ValueError) as error:
        print(f"observatory: {asked.url}: {error}", file=sys.stderr)
        return 2


def report(found: Iterable[Scored]) -> int:
    """Print each as it comes and a line at the end; 1 when some are not good."""
    everything = []
    for scored in found:
        print(show(scored))
        everything.append(scored)
    bad = sum(not scored.is_good for scored in everything)
    lowest = min((scored.score.points for scored in everything), default=0)
    print(f"{len(everything)} answers, the lowest score {lowest}, {bad} below {ENOUGH} or with a penalty")
    return 1 if bad or not everything else 0


if __name__ == "__main__":
    sys.exit(main())
