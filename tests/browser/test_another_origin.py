"""Another origin in a real browser: it reads the API by token where it is named, and never by cookie."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.browser.person import Person
from tests.house.running import RunningGreenroom, free_port

ASK = """async ([url, init]) => {
  try {
    const answer = await fetch(url, init);
    return [answer.status, answer.headers.get("X-Request-ID") !== null, (await answer.json()).code ?? "ok"];
  } catch (error) {
    return [0, false, error.name];
  }
}"""
BLOCKED = [0, False, "TypeError"]
"""What a page sees of an answer that the browser keeps from it."""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[dict[str, str]]:
    """Two empty pages of other origins: `named` in the setting of the installation, `unnamed` not."""

    @Request.application
    def empty_page(_request: Request) -> Response:
        return Response("<!doctype html><title>Elsewhere</title>", mimetype="text/html")

    servers = [make_server("127.0.0.1", free_port(), empty_page, request_handler=Quiet) for _ in range(2)]
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    yield dict(zip(("named", "unnamed"), (f"http://127.0.0.1:{server.port}" for server in servers), strict=True))
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def greenroom(tmp_path_factory: pytest.TempPathFactory, elsewhere: dict[str, str]) -> Iterator[RunningGreenroom]:
    """An installation that names one of them."""
    folder: Path = tmp_path_factory.mktemp("shared") / "data"
    with RunningGreenroom(folder, GREENROOM_CORS_ORIGINS=elsewhere["named"]) as running:
        yield running


@pytest.fixture
def pages(person: Person, page: Page, browser: Browser, elsewhere: dict[str, str]) -> dict[str, Page]:
    """Pages of both origins in the browser of somebody who is logged in here."""
    person.go("/dashboard")
    opened = {}
    for name, url in elsewhere.items():
        opened[name] = page.context.new_page()
        opened[name].goto(url)
    return opened


@pytest.fixture
def token(page: Page, greenroom: RunningGreenroom) -> str:
    """A token of theirs."""
    login = {"email": Person.EMAIL, "password": Person.PASSWORD}
    answer = page.request.post(f"{greenroom.url}/api/auth/token", data=login)
    return str(answer.json()["access_token"])


def test_a_named_origin_reads_the_api_by_token(pages: dict[str, Page], greenroom: RunningGreenroom, token: str) -> None:
    init = {"headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}}
    assert pages["named"].evaluate(ASK, [f"{greenroom.url}/api/interviews", init]) == [200, True, "ok"]
    assert pages["unnamed"].evaluate(ASK, [f"{greenroom.url}/api/interviews", init]) == BLOCKED


def test_the_cookie_of_the_browser_opens_nothing_from_another_origin(
    pages: dict[str, Page], greenroom: RunningGreenroom
) -> None:
    """127.0.0.1 is the same site on every port, so a browser does send the cookie when it is asked to."""
    plain, with_cookies = {}, {"credentials": "include"}
    path = f"{greenroom.url}/api/interviews"
    assert pages["named"].evaluate(ASK, [path, plain]) == [401, True, "login_required"]
    assert pages["named"].evaluate(ASK, [path, with_cookies]) == BLOCKED
    assert pages["unnamed"].evaluate(ASK, [path, with_cookies]) == BLOCKED
