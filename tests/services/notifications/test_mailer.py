"""A mail is worded when it is delivered, by the letter its row names, and has an id that follows from the row."""

from datetime import timedelta

import pytest
from jinja2 import UndefinedError

from domain.errors import ProviderDown
from providers.mail.base import MailRefused, MailTransport
from providers.mail.memory import MemoryMailTransport
from services.links import Links
from services.notifications import Draft, Mailer, TrialLetter, Wording
from services.notifications.letters import mail
from services.outbox import Delivery
from services.ports import Queue


@pytest.fixture
def transport():
    return MemoryMailTransport()


@pytest.fixture
def wording():
    return Wording(Links("https://green.example.org/"))


@pytest.fixture
def deliver(unified, clock, transport, wording):
    """Delivers everything due, by these letters beside the trial."""

    def run(transport=transport, **letters):
        mailer = Mailer(
            transport,
            {"trial": TrialLetter(wording), **letters},
            sender="post@green.example.org",
            host="green.example.org",
        )
        Delivery(unified, {"mail": mailer.handle}, clock).empty(Queue.DEFAULT)

    return run


def test_a_letter_arrives_with_the_id_of_its_row_and_the_time_it_was_asked_for(put, deliver, transport, clock):
    asked_at = clock()
    outbox_id = put(mail("trial", to="ada@example.org"))
    clock.moment += timedelta(hours=3)
    deliver()
    (sent,) = transport.sent
    assert (sent.message_id, sent.to) == (f"<{outbox_id}@green.example.org>", "ada@example.org")
    assert (sent.sender, sent.sent_at) == ("post@green.example.org", asked_at)


def test_a_letter_is_text_with_a_greeting_and_the_address_of_the_installation(put, deliver, transport):
    put(mail("trial", to="ada@example.org"))
    deliver()
    text = transport.sent[0].text
    assert text.startswith("Hello,\n\nthis is a test mail.")
    assert text.endswith("\n\n-- \nGreenroom\nhttps://green.example.org/\n")
    assert "{" not in text


def test_a_name_is_greeted_and_no_markup_is_escaped(wording):
    assert wording.text("trial", name="Ada <L> & Co").startswith("Hello Ada <L> & Co,\n")


def test_a_fact_that_nobody_gave_is_an_error_and_never_an_empty_place(wording, tmp_path, monkeypatch):
    (tmp_path / "hole.txt").write_text("{{ links.home() }} {{ nothing }}")
    monkeypatch.setattr(wording._environment.loader, "searchpath", [str(tmp_path)])
    with pytest.raises(UndefinedError, match="nothing"):
        wording.text("hole")


def test_what_a_letter_says_is_decided_when_it_leaves(put, deliver, transport):
    now_known = {}
    put(mail("greeting", who="ada"))
    now_known["ada"] = "ada@example.org"
    deliver(greeting=lambda claimed: Draft(to=now_known[claimed.payload["who"]], subject="Hello", text="Hello"))
    assert [sent.to for sent in transport.sent] == ["ada@example.org"]


def test_when_there_is_nobody_to_write_to_the_row_is_done_and_nothing_is_sent(put, deliver, transport, rows):
    outbox_id = put(mail("greeting"))
    deliver(greeting=lambda _claimed: None)
    assert (transport.sent, rows()[outbox_id].state) == ([], "done")


class Refusing(MailTransport):
    """Raises what it is told to."""

    def __init__(self, error):
        self.error = error

    @classmethod
    def from_config(cls, config):
        raise LookupError("no setting names this transport")

    def send(self, mail):
        raise self.error


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (MailRefused("The mail server said: 550 no such mailbox"), "dead", "550 no such mailbox"),
        (ProviderDown("The mail server does not answer."), "waiting", "does not answer"),
    ],
)
def test_a_mail_that_is_refused_for_good_is_a_dead_letter_and_any_other_waits(put, deliver, rows, error, state, said):
    outbox_id = put(mail("trial", to="ada@example.org"))
    deliver(Refusing(error))
    assert rows()[outbox_id].state == state
    assert said in rows()[outbox_id].last_error


def test_a_letter_that_this_release_does_not_know_waits_and_one_that_lacks_a_fact_does_not(put, deliver, rows):
    unknown, lacking = put(mail("from the future")), put(mail("trial"))
    deliver()
    assert rows()[unknown].state == "waiting"
    assert (rows()[lacking].state, rows()[lacking].last_error) == ("dead", "The letter lacks a text for to.")
