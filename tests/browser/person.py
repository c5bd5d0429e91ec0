"""What people do with Greenroom, in their own words, through a browser."""

import re
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from typing import ClassVar, Self

from playwright.sync_api import Page, expect

from tests.house.running import RunningGreenroom

ANSWERS = (
    "I came back from lunch at about one and the yard gate stood open. My bicycle, a dark green Kalkhoff, was gone.",
    "Nobody else was in the yard. My colleague Lena Brandt came down a little later.",
    "Lena told me that she had seen a man with a grey van around noon. I did not see him myself.",
    "It was on Thursday. I had locked it to the rack at half past eight in the morning.",
    "I am not sure whether the gate was closed in the morning.",
    "The lock lay on the ground, cut through. I took a photo of it.",
)
MAIL_SECONDS = 60
"""That a worker may take on a slow machine."""
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class Person:
    """Somebody in front of a browser."""

    EMAIL: ClassVar = "ada@example.org"
    PASSWORD: ClassVar = "a sentence that I remember"

    def __init__(self, page: Page, greenroom: RunningGreenroom) -> None:
        self.page = page
        self.greenroom = greenroom

    def go(self, path: str) -> Self:
        """Open a page of this installation."""
        self.page.goto(self.greenroom.url + path)
        return self

    def make_the_first_account(self) -> Self:
        """Follow the link that the start printed."""
        assert self.greenroom.first_run_url is not None
        self.page.goto(self.greenroom.first_run_url)
        self.page.get_by_label("Your name").fill("Ada Example")
        self.page.get_by_label("E-mail address").fill(self.EMAIL)
        self.page.get_by_label("Password").fill(self.PASSWORD)
        self.press("Make my account")
        self.page.wait_for_url("**/dashboard")
        return self

    def log_in(self) -> Self:
        """Come in by the front door."""
        self.go("/login")
        self.page.get_by_label("E-mail address").fill(self.EMAIL)
        self.page.get_by_label("Password").fill(self.PASSWORD)
        self.press("Log in")
        self.page.wait_for_url("**/dashboard")
        return self

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def open_interview(self, incident: str = "Bicycle taken from the yard") -> str:
        """Open an interview and return the path of its conversation."""
        self.go("/interviews/new")
        self.page.get_by_label("What is it about?").fill(incident)
        self.page.get_by_label("Who tells it?").fill("Sam Okoro")
        self.page.get_by_label("Participant").check()
        self.page.get_by_label("What is known so far").fill("My bicycle was stolen from the yard behind the office.")
        self.press("Open the interview")
        expect(self.question).to_be_visible()
        return self.page.url.removeprefix(self.greenroom.url).partition("?")[0]

    @property
    def question(self):
        """The question that is asked now."""
        return self.page.locator(".question-text")

    @property
    def answers(self):
        """What this person said, as the transcript shows it."""
        return self.page.locator(".entry-interviewee:not(.entry-pending) .entry-text")

    def write(self, text: str) -> None:
        """Type an answer without sending it."""
        self.page.get_by_label("Your answer").fill(text)

    def answer(self, text: str) -> None:
        """Answer and wait until the answer stands in the transcript."""
        self.write(text)
        self.press("Send answer")
        expect(self.answers.filter(has_text=text)).to_be_visible()

    def mail(self, subject: str) -> str:
        """The text of the mail with this subject, once it has come."""
        ends = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < ends:
            for mail in self.mails():
                if subject in str(mail["Subject"]):
                    return str(mail.get_content())
            time.sleep(0.1)  # there is nothing else to wait on between processes
        raise AssertionError(f"no mail about {subject!r} has come")

    def mailed_link(self, part: str) -> str:
        """The address with this part that was mailed to anybody, once it has come."""
        ends = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < ends:
            for path in (self.greenroom.data_dir / "mail").glob("*.eml"):
                mail = message_from_bytes(path.read_bytes(), policy=SMTPUTF8)
                if found := re.search(rf"http\S+{part}\S+", str(mail.get_content())):
                    return found[0]
            time.sleep(0.1)  # as above
        raise AssertionError(f"no mail with {part!r} in it has come")

    def mails(self) -> Iterator[EmailMessage]:
        """What was mailed to this person."""
        for path in (self.greenroom.data_dir / "mail").glob("*.eml"):
            mail = message_from_bytes(path.read_bytes(), policy=SMTPUTF8)
            if mail["To"] == self.EMAIL:
                yield mail

    def complaints_of_axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it stands."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run()")
        return [f"{wrong['id']}: {node['html'][:160]}" for wrong in found["violations"] for node in wrong["nodes"]]

    def complaints_about(self, path: str) -> list[str]:
        """What is wrong with a page in either colour scheme: barriers that axe-core knows, and sideways scrolling."""
        self.go(path)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = [f"{path} is {wide} px too wide"] if wide > 0 else []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong += [f"{path}, {scheme}: {complaint}" for complaint in self.complaints_of_axe()]
        return wrong
