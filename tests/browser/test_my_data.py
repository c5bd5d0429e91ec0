"""From registration to erasure, as a person walks it, with the mails read from where the file transport laid them."""

import json
import re
import zipfile
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.person import Person
from tests.house.running import RunningGreenroom

SOON = 60_000
"""Milliseconds that a worker may take on a slow machine."""
SAID = "I came back at one and the yard gate stood open, with a heron on the weathercock above it."


class Newcomer(Person):
    """Somebody who has no account yet."""

    EMAIL: ClassVar = "grace@example.org"
    NAME: ClassVar = "Grace Newcomer"

    def register(self) -> None:
        """Make an account, by the link in the mail."""
        self.go("/register")
        self.page.get_by_label("Your name").fill(self.NAME)
        self.page.get_by_label("E-mail address").fill(self.EMAIL)
        self.press("Send me the link")
        expect(self.page.get_by_role("heading", name="Look into your mail")).to_be_visible()
        link = re.search(r"http\S+/register/\S+", self.mail("Choose a password"))
        assert link is not None
        self.page.goto(link[0])
        self.page.get_by_label("Password").fill(self.PASSWORD)
        self.press("Make my account")
        self.page.wait_for_url("**/dashboard")

    def export(self, folder: Path) -> zipfile.ZipFile:
        """Have an export made, wait for it, and fetch it."""
        self.go("/account/data")
        self.press("Make my export")
        ready = self.page.get_by_role("link", name=re.compile("^Fetch"))
        expect(ready).to_be_visible(timeout=SOON)
        with self.page.expect_download() as download:
            ready.click()
        place = folder / download.value.suggested_filename
        download.value.save_as(place)
        return zipfile.ZipFile(place)

    def erase(self) -> None:
        """Erase the account and watch it go."""
        self.go("/account/data")
        self.page.get_by_role("link", name="Erase my account").click()
        expect(self.page.get_by_text("Nobody can bring it back")).to_be_visible()
        self.page.get_by_label("Password").fill(self.PASSWORD)
        self.press("Erase everything for good")
        self.page.wait_for_url("**/erasure/*")
        expect(self.page.get_by_role("heading", name="Everything is gone")).to_be_visible(timeout=SOON)


def walk(person: Newcomer, folder: Path) -> None:
    person.register()
    person.open_interview()
    person.answer(SAID)
    with person.export(folder) as archive:
        assert archive.testzip() is None
        (transcript,) = (name for name in archive.namelist() if name.endswith("transcript.md"))
        assert SAID in archive.read(transcript).decode()
        assert json.loads(archive.read("account.json"))["email"] == person.EMAIL
        (mailed,) = (archive.read(name) for name in archive.namelist() if name.startswith("mails/"))
        assert b"/register/(left out)" in mailed.replace(b"=\r\n", b"")
    assert "/account/data" in person.mail("Your export is ready")
    person.erase()
    assert "make a new account" in person.mail("Your account was erased").replace("\n", " ")
    assert len(list(person.mails())) == 1
    person.go("/login")
    person.page.get_by_label("E-mail address").fill(person.EMAIL)
    person.page.get_by_label("Password").fill(person.PASSWORD)
    person.press("Log in")
    expect(person.page.get_by_text("do not belong together")).to_be_visible()


@pytest.mark.usefixtures("login")
def test_a_person_registers_tells_takes_everything_along_and_is_forgotten(
    page: Page, greenroom: RunningGreenroom, tmp_path: Path
) -> None:
    walk(Newcomer(page, greenroom), tmp_path)


@pytest.mark.usefixtures("login")
def test_the_pages_have_no_barrier_and_fit_a_telephone(
    browser: Browser, greenroom: RunningGreenroom, tmp_path: Path
) -> None:
    context = browser.new_context(viewport=ViewportSize(width=360, height=740), bypass_csp=True)
    person = Newcomer(context.new_page(), greenroom)
    person.register()
    person.export(tmp_path).close()
    wrong = [*person.complaints_about("/account/data"), *person.complaints_about("/account/erase")]
    person.erase()
    wrong += person.complaints_about(person.page.url.removeprefix(greenroom.url))
    context.close()
    assert wrong == []
