"""What holds on every page: no barrier that axe-core knows, no sideways scrolling, nothing from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from tests.browser.person import ANSWERS, Person
from tests.house.running import RunningGreenroom
from tests.web.conftest import settings_in
from web.services import EXTENSION
from web_app import create_app

VISITOR_PAGES = (
    "/",
    "/login",
    "/first-run/used",
    "/nothing-here",
    "/register",
    "/register/used",
    "/reset-password",
    "/reset-password/used",
    "/verify-email/used",
    "/change-email/used",
    "/g/ended",
    "/erasure/nobodys",
)
MEMBER_PAGES = (
    "/dashboard",
    "/interviews",
    "/interviews?status=failed",
    "/interviews/new",
    "/search",
    "/search?q=stock",
    "/account",
    "/account/security",
    "/account/tokens",
    "/account/data",
    "/account/erase",
    "/s/nothing",
)
NO_PAGES = (
    "api_",
    "api-docs",
    "health",
    "static",
    "account.fetch_export",
    "interviews.report_json",
    "interviews.report_m",
)
"""What answers a GET and is no page: documents, files, and the API, whose page of docs is looked at by itself."""
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)


@pytest.fixture(scope="module")
def conversations(greenroom: RunningGreenroom, browser: Browser, login: StorageState) -> list[str]:
    """An interview that runs, one that is paused, one that is over with two versions of its report."""
    page = browser.new_context(storage_state=login).new_page()
    person = Person(page, greenroom)
    running = person.open_interview("One that runs")
    person.answer(ANSWERS[0])
    paused = person.open_interview("One that is paused")
    person.press("Pause")
    over = person.open_interview("One that is over")
    for said in (*ANSWERS, "My neighbour said it was Friday. I don't know who did it."):
        if page.get_by_label("Your answer").is_visible():
            person.answer(said)
    for _ in range(2):
        end(page)
        page.locator("article.report").wait_for()
        person.go(over)
        person.press("Reopen")
    end(page)
    person.press("Make an assessment")
    expect(page.locator("#assessment")).to_contain_text("on request")
    page.context.close()
    return [running, paused, over]


def end(page: Page) -> None:
    page.locator("summary[aria-label='More actions']").click()
    page.get_by_role("button", name="End and write the report").click()


@pytest.fixture(scope="module")
def good_links(
    greenroom: RunningGreenroom, browser: Browser, login: StorageState, conversations: list[str]
) -> list[str]:
    """Paths of links that were mailed and not used yet, and of one for a guest."""
    page = browser.new_context(storage_state=login).new_page()
    person = Person(page, greenroom)
    person.go("/account/security")
    person.press("Mail me a link to verify it")
    page.get_by_text("Change my address").click()
    page.get_by_label("New e-mail address").fill("other@example.org")
    page.get_by_role("textbox", name="Password", exact=True).fill(Person.PASSWORD)
    person.press("Mail me the link")
    person.go(f"{conversations[0]}/guests")
    page.get_by_label("Who is it for?").fill("Gus")
    person.press("Make the link")
    guest_link = page.locator(".secret code").inner_text()
    visitor = Person(browser.new_page(), greenroom)
    visitor.go("/register")
    visitor.page.get_by_label("Your name").fill("New")
    visitor.page.get_by_label("E-mail address").fill("new@example.org")
    visitor.press("Send me the link")
    visitor.go("/reset-password")
    visitor.page.get_by_label("E-mail address").fill(Person.EMAIL)
    visitor.press("Send me the link")
    mailed = [
        person.mailed_link(part) for part in ("/verify-email/", "/change-email/", "/register/", "/reset-password/")
    ]
    for each in (page, visitor.page):
        each.context.close()
    return [link.removeprefix(greenroom.url) for link in (guest_link, *mailed)]


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def looked_at(request: pytest.FixtureRequest, browser: Browser, greenroom: RunningGreenroom) -> Iterator[Person]:
    context = browser.new_context(viewport=request.param, bypass_csp=True)
    yield Person(context.new_page(), greenroom)
    context.close()


def member_pages(conversations: list[str]) -> list[str]:
    below = [f"{path}{page}" for path in conversations for page in ("", "/summary", "/report", "/delete", "/guests")]
    return [*MEMBER_PAGES, *below, f"{conversations[-1]}/report?version=1"]


def test_every_page_there_is_is_looked_at(tmp_path: Path, conversations: list[str], good_links: list[str]) -> None:
    app = create_app(settings_in(tmp_path))
    routes = app.url_map.bind("127.0.0.1")
    looked = (*VISITOR_PAGES, *good_links, *member_pages(conversations))
    seen = {routes.match(path.partition("?")[0])[0] for path in looked if path != "/nothing-here"}
    app.extensions[EXTENSION].close()
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {page for page in pages if not page.startswith(NO_PAGES)} - seen == set()


def test_no_page_has_a_barrier_or_scrolls_sideways(
    looked_at: Person, login: StorageState, conversations: list[str], good_links: list[str]
) -> None:
    wrong = {path: found for path in (*VISITOR_PAGES, *good_links) if (found := looked_at.complaints_about(path))}
    looked_at.go(good_links[0])
    looked_at.press("Begin")
    if found := looked_at.complaints_about(conversations[0]):
        wrong["the conversation of a guest"] = found
    looked_at.page.context.add_cookies(login["cookies"])  # type: ignore[arg-type]  # the same, as another type
    wrong |= {path: found for path in member_pages(conversations) if (found := looked_at.complaints_about(path))}
    assert wrong == {}


def test_axe_would_notice_a_barrier(looked_at: Person) -> None:
    looked_at.go("/login")
    looked_at.page.evaluate("document.querySelector('label').remove()")
    assert any(complaint.startswith("label:") for complaint in looked_at.complaints_of_axe())


def test_no_page_asks_another_host_for_anything(person: Person, conversations: list[str]) -> None:
    asked: set[str] = set()
    person.page.on("request", lambda request: asked.add(request.url))
    for path in (*VISITOR_PAGES, *member_pages(conversations)):
        person.go(path)
    elsewhere = {url for url in asked if not url.startswith((f"{person.greenroom.url}/", "data:"))}
    assert asked
    assert elsewhere == set()


def test_the_page_of_the_api_works_under_the_policy_that_allows_nothing_by_default(person: Person) -> None:
    person.go("/api/docs")
    person.page.get_by_text("/api/interviews", exact=True).first.wait_for()
    person.page.get_by_role("button", name="GET /api/interviews", exact=False).first.click()
    person.page.get_by_role("button", name="Try it out").click()
    person.page.get_by_role("button", name="Execute").click()
    expect(person.page.locator(".live-responses-table td.response-col_status").last).to_contain_text("200")


def test_every_target_is_large_enough_for_a_finger(person: Person, page: Page, conversations: list[str]) -> None:
    page.set_viewport_size(PHONE)
    small: dict[str, list[str]] = {}
    for path in member_pages(conversations):
        person.go(path)
        if found := page.evaluate(TOO_SMALL):
            small[path] = found
    assert small == {}


TOO_SMALL = """[...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")]
  .filter((it) => it.checkVisibility() && !it.closest("p, td, .visually-hidden, [aria-hidden]"))
  .filter((it) => !it.matches(".skip, label input"))
  .map((it) => [it.getBoundingClientRect(), it.outerHTML.slice(0, 100)])
  .filter(([box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""


def test_the_chosen_theme_is_there_before_anything_is_painted(person: Person, page: Page) -> None:
    person.go("/account")
    page.locator("main").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    answer = page.goto(person.greenroom.url + "/")
    assert answer is not None
    assert 'data-theme="dark"' in answer.text()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 23, 20)"


def test_a_report_prints_without_the_frame_around_it(person: Person, conversations: list[str]) -> None:
    person.go(f"{conversations[-1]}/report?version=1")
    person.page.emulate_media(media="print")
    expect(person.page.locator("article.report")).to_be_visible()
    for frame in (".rail", ".topline", ".bottom-bar", ".report-tools"):
        expect(person.page.locator(frame)).to_be_hidden()
