"""A whole Greenroom for each storage, and people who use it through a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.person import Person
from tests.house.running import RunningGreenroom

STORAGES = ("file", "sql", "mongo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def greenroom(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RunningGreenroom]:
    """One installation on files for the tests of a module."""
    with RunningGreenroom(tmp_path_factory.mktemp("greenroom") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def login(greenroom: RunningGreenroom, browser: Browser) -> StorageState:
    """The cookies of the account of this installation: who tests something else need not log in each time."""
    page = browser.new_page()
    Person(page, greenroom).make_the_first_account()
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture
def another_device(greenroom: RunningGreenroom, browser: Browser, login: StorageState) -> Iterator[Person]:
    """The same person with another browser."""
    context = browser.new_context(storage_state=login)
    yield Person(context.new_page(), greenroom)
    context.close()


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.mongo if name == "mongo" else ()) for name in STORAGES])
def fresh_greenroom(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningGreenroom]:
    """An installation without any account, on each of the storages."""
    more = {"SESSION_STORAGE": request.param}
    if request.param == "mongo":
        more["MONGO_URL"] = request.getfixturevalue("mongodb_url")
        more["MONGODB_DATABASE"] = request.getfixturevalue("mongodb_database")
    with RunningGreenroom(tmp_path / "data", **more) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser of its own, in which every complaint of a page fails the test."""
    complaints: list[str] = []
    context = browser.new_context()
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: "Content Security Policy" in said.text and complaints.append(said.text))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def person(page: Page, greenroom: RunningGreenroom, login: StorageState) -> Person:
    """Somebody who is logged in."""
    page.context.add_cookies(login["cookies"])  # type: ignore[arg-type]  # the same cookies, as another type
    return Person(page, greenroom)
