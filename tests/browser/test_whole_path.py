"""The whole path as a person walks it, on every storage, and once with no script at all."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import ANSWERS, Person
from tests.house.running import RunningGreenroom


def walk(person: Person) -> None:
    """First account, interview of six turns, correction, pause and resume, report, delete."""
    person.make_the_first_account()
    expect(person.page.get_by_text("Open your first interview")).to_be_visible()
    conversation = person.open_interview()
    for said in ANSWERS[:4]:
        person.answer(said)
    rest_and_go_on(person)
    for said in ANSWERS[4:]:
        person.answer(said)
    correct_what_was_understood(person, conversation)
    read_the_report(person, conversation)
    delete_it(person, conversation)


def rest_and_go_on(person: Person) -> None:
    person.press("Pause")
    expect(person.page.get_by_text("Take your time.")).to_be_visible()
    person.go("/dashboard")
    expect(person.page.get_by_text("Waits to be resumed")).to_be_visible()
    person.page.get_by_role("link", name=re.compile("Bicycle taken")).first.click()
    person.press("Resume")
    expect(person.page.get_by_label("Your answer")).to_be_visible()


def correct_what_was_understood(person: Person, conversation: str) -> None:
    person.go(f"{conversation}/summary")
    person.press("Add a person")
    names = person.page.get_by_label(re.compile("^Name of person"))
    names.last.fill("Omar the caretaker")
    person.page.get_by_label("Place", exact=True).fill("The yard behind the office, by the gate")
    person.press("Keep my correction")
    expect(person.page.get_by_text("Your correction is kept.")).to_be_visible()
    person.go(f"{conversation}/summary")
    expect(person.page.get_by_label("Place", exact=True)).to_have_value("The yard behind the office, by the gate")
    expect(names.last).to_have_value("Omar the caretaker")


def read_the_report(person: Person, conversation: str) -> None:
    person.go(conversation)
    if person.page.get_by_label("Your answer").is_visible():
        person.page.locator("summary[aria-label='More actions']").click()
        person.press("End and write the report")
    else:
        person.go(f"{conversation}/report")
    report = person.page.locator("article.report")
    expect(report.get_by_role("heading", level=1)).to_have_text("Bicycle taken from the yard")
    expect(report.locator("q").filter(has_text="The lock lay on the ground, cut through").first).to_be_visible()
    expect(report).to_contain_text("Omar the caretaker")


def delete_it(person: Person, conversation: str) -> None:
    person.go(f"{conversation}/delete")
    person.press("Delete for good")
    expect(person.page.get_by_text("Your interviews will stand here")).to_be_visible()
    answer = person.page.goto(person.greenroom.url + conversation)
    assert answer is not None
    assert answer.status == 404


def test_a_person_gets_from_the_first_account_to_a_report_that_quotes_them(
    fresh_greenroom: RunningGreenroom, page: Page
) -> None:
    walk(Person(page, fresh_greenroom))


@pytest.mark.parametrize("fresh_greenroom", ["file"], indirect=True)
def test_the_whole_path_needs_no_script(fresh_greenroom: RunningGreenroom, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    walk(Person(context.new_page(), fresh_greenroom))
    context.close()
