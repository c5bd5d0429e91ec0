"""The conversation: nothing typed is lost, two devices stay in step, quotes show where they stand."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.person import ANSWERS, Person


def test_an_answer_appears_on_another_device_without_a_reload(person: Person, another_device: Person) -> None:
    conversation = person.open_interview("Two devices")
    other = another_device.go(conversation)
    other.write("I am still writing this")
    before = person.question.inner_text()
    person.answer(ANSWERS[0])
    expect(other.answers.filter(has_text=ANSWERS[0])).to_be_visible()
    expect(other.question).not_to_have_text(before)
    expect(other.page.get_by_label("Your answer")).to_have_value("I am still writing this")


def test_pausing_here_shows_as_paused_there(person: Person, another_device: Person) -> None:
    conversation = person.open_interview("Paused elsewhere")
    other = another_device.go(conversation)
    person.press("Pause")
    expect(other.page.get_by_text("Take your time.")).to_be_visible()
    expect(other.page.get_by_label("Your answer")).to_have_count(0)


def test_a_draft_is_there_again_after_a_reload(person: Person) -> None:
    person.open_interview("A draft")
    person.write("Half a sentence about the ya")
    person.page.reload()
    expect(person.page.get_by_label("Your answer")).to_have_value("Half a sentence about the ya")


def test_an_answer_given_without_a_connection_is_kept_over_a_reload_and_sent_once(person: Person) -> None:
    person.open_interview("No connection")
    person.page.route("**/answer", lambda route: route.abort())
    person.write(ANSWERS[0])
    person.press("Send answer")
    expect(person.page.get_by_text("Kept here, will be sent")).to_be_visible()
    expect(person.page.get_by_text("There is no connection.")).to_be_visible()
    person.page.unroute("**/answer")
    person.page.reload()
    expect(person.answers.filter(has_text=ANSWERS[0])).to_have_count(1)
    expect(person.page.locator(".entry-pending")).to_have_count(0)


def test_a_reply_lost_on_its_way_makes_no_second_answer(person: Person) -> None:
    person.open_interview("A lost reply")

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    person.page.route("**/answer", swallow, times=1)
    person.write(ANSWERS[1])
    person.press("Send answer")
    expect(person.answers.filter(has_text=ANSWERS[1])).to_have_count(1)
    expect(person.page.locator(".entry-pending")).to_have_count(0, timeout=15_000)
    person.page.reload()
    expect(person.answers.filter(has_text=ANSWERS[1])).to_have_count(1)


def test_an_answer_that_is_refused_comes_back_into_the_box_with_the_reason(
    person: Person, another_device: Person
) -> None:
    conversation = person.open_interview("Refused")
    person.page.route("**/events*", lambda route: route.abort())
    person.page.reload()
    other = another_device.go(conversation)
    other.press("Pause")
    expect(other.page.get_by_text("Take your time.")).to_be_visible()
    person.write(ANSWERS[2])
    person.press("Send answer")
    expect(person.page.get_by_text("Take your time.")).to_be_visible()
    person.press("Resume")
    expect(person.page.get_by_label("Your answer")).to_have_value(ANSWERS[2])


def test_a_suggestion_goes_into_the_box_and_not_straight_into_the_record(person: Person) -> None:
    person.open_interview("A suggestion")
    suggestion = person.page.locator(".suggestion").first
    words = suggestion.inner_text()
    suggestion.click()
    expect(person.page.get_by_label("Your answer")).to_have_value(words)
    expect(person.answers).to_have_count(1)


def test_touching_a_quote_lights_up_the_sentence_it_stands_in(person: Person) -> None:
    person.open_interview("Quotes")
    person.answer(ANSWERS[0])
    quote = person.page.locator("[data-quote]").first
    quote.hover()
    lit = person.page.evaluate("[...(CSS.highlights.get('quote') ?? [])].map(String)")
    assert lit == [quote.get_attribute("data-quote")]
    person.page.get_by_role("heading", level=1).hover()
    assert person.page.evaluate("CSS.highlights.has('quote')") is False


def test_a_goal_says_why_it_stands_where_it_does_and_stays_open_when_the_page_changes(person: Person) -> None:
    person.open_interview("Goals")
    person.page.locator("#goal-what summary").click()
    expect(person.page.locator("#goal-what .why")).to_be_visible()
    person.answer(ANSWERS[0])
    expect(person.page.locator("#goal-what .why")).to_be_visible()
    expect(person.page.locator("#goal-what .why li").first).to_have_text(re.compile(r"[+-]?\d+"))


def test_the_keyboard_alone_is_enough_to_answer(person: Person) -> None:
    person.open_interview("Keyboard")
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    person.page.get_by_label("Your answer").focus()
    person.page.keyboard.type("The gate stood open.")
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_role("button", name="Send answer")).to_be_focused()
    person.page.keyboard.press("Enter")
    expect(person.answers.filter(has_text="The gate stood open.")).to_be_visible()
    expect(person.page.get_by_label("Your answer")).to_be_focused()


def test_the_text_of_a_new_interview_survives_a_reload_and_is_forgotten_once_it_is_opened(person: Person) -> None:
    person.go("/interviews/new")
    person.page.get_by_label("What is known so far").fill("A long account")
    person.page.get_by_label("Witness").check()
    person.page.reload()
    expect(person.page.get_by_label("What is known so far")).to_have_value("A long account")
    expect(person.page.get_by_label("Witness")).to_be_checked()
    person.open_interview("Kept while writing")
    person.page.wait_for_function("localStorage.getItem('greenroom:form:new-interview') === null")
    person.go("/interviews/new")
    expect(person.page.get_by_label("What is known so far")).to_have_value("")


def test_a_form_sent_with_an_error_keeps_everything_and_names_the_field(page: Page, person: Person) -> None:
    person.go("/interviews/new")
    page.get_by_label("What is known so far").fill("It must not be lost.")
    person.press("Open the interview")
    expect(page.get_by_text("Give the incident a name.")).to_be_visible()
    expect(page.get_by_label("What is known so far")).to_have_value("It must not be lost.")


def test_the_permanent_address_can_be_copied_and_leads_back(person: Person) -> None:
    conversation = person.open_interview("An address")
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.locator("summary[aria-label='More actions']").click()
    person.press("Copy the address")
    expect(person.page.get_by_role("button", name="Copied")).to_be_visible()
    address = person.page.evaluate("navigator.clipboard.readText()")
    assert address == f"{person.greenroom.url}{conversation.replace('/interviews/', '/s/')}"
    person.page.goto(address)
    assert person.page.url == person.greenroom.url + conversation
