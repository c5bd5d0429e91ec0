"""What every mail transport promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from domain.errors import Invalid
from providers.mail.base import MailConfig, MailRefused
from providers.mail.registry import MAIL_TRANSPORTS
from tests.engines.smtp_server import read, text_of
from tests.providers.mail.conftest import SENT_AT, make_mail


def test_a_mail_arrives_as_it_was_given(inbox):
    inbox.transport.send(make_mail(subject="Grüße – „wie geht’s?“", text="Hällo Ada,\n\nžluťoučký kůň\n" + "x" * 2000))
    (content,) = inbox.arrived()
    message = read(content)
    assert message["Message-ID"] == "<0000-1@green.example.org>"
    assert message["From"] == "Greenroom <greenroom@green.example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "Grüße – „wie geht’s?“"
    assert message["Date"].datetime == SENT_AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert text_of(content) == "Hällo Ada,\n\nžluťoučký kůň\n" + "x" * 2000 + "\n"


def test_lines_that_mean_something_on_the_way_arrive_unchanged(inbox):
    text = ".\n..\nFrom somebody\n.hidden\n\n\nend\n"
    inbox.transport.send(make_mail(text=text))
    assert text_of(inbox.arrived()[0]) == text


def test_the_same_mail_again_is_no_error_and_carries_the_same_id_and_bytes(inbox):
    for _ in range(2):
        inbox.transport.send(make_mail())
    arrived = inbox.arrived()
    assert len(arrived) in (1, 2)
    assert len(set(arrived)) == 1


def test_mails_sent_at_once_all_arrive(inbox):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: inbox.transport.send(make_mail(number)), range(20)))
    ids = {read(content)["Message-ID"] for content in inbox.arrived()}
    assert ids == {f"<0000-{number}@green.example.org>" for number in range(20)}


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org, eve@example.org",
        "ada@example.org;eve@example.org",
        "eve@example.org,ada@example.org",
        '"ada, eve"@example.org',
        "ada(a comment)@example.org",
        "Ada <ada@example.org>",
        "<ada@example.org>",
        "friends:ada@example.org;",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\x00",
        "ada@exam ple.org",
        "ada @example.org",
        "ada@eve@example.org",
        "ada@[127.0.0.1]",
        "ada@example.org>",
        "a" * 300 + "@example.org",
    ],
)
def test_an_address_that_is_none_or_could_read_as_more_than_one_is_refused_and_nothing_is_sent(inbox, to):
    with pytest.raises(MailRefused):
        inbox.transport.send(make_mail(to=to))
    assert inbox.arrived() == []


@pytest.mark.parametrize("field", ["subject", "message_id", "sender"])
@pytest.mark.parametrize("value", ["x\nBcc: eve@example.org", "x\r\n\r\nA body", "x\x00", ""])
def test_no_field_can_smuggle_in_a_header_or_a_body(inbox, field, value):
    with pytest.raises(MailRefused, match=field):
        inbox.transport.send(make_mail(**{field: value}))
    assert inbox.arrived() == []


def test_a_text_that_cannot_travel_is_refused(inbox):
    for text in ("a \x00", "a \ud800", "x" * 300_000):
        with pytest.raises(MailRefused, match="text"):
            inbox.transport.send(make_mail(text=text))


def test_letters_beyond_ascii_work_on_both_sides_of_the_address(inbox):
    inbox.transport.send(make_mail(to="jürgen@bücher.example"))
    assert read(inbox.arrived()[0])["To"] == "jürgen@xn--bcher-kva.example"


def test_the_same_values_make_the_same_bytes_and_others_do_not(inbox):
    inbox.transport.send(make_mail(1))
    inbox.transport.send(msgspec.structs.replace(make_mail(2), sent_at=SENT_AT + timedelta(hours=1)))
    first, second = inbox.arrived()
    assert first != second


def test_an_unknown_transport_is_refused_with_the_known_names():
    with pytest.raises(Invalid, match="file, smtp, memory"):
        MAIL_TRANSPORTS.find("pigeon")


def test_smtp_without_a_server_is_refused(tmp_path):
    with pytest.raises(Invalid, match="SMTP_URL"):
        MAIL_TRANSPORTS.find("smtp").from_config(MailConfig(folder=tmp_path, smtp_url=None))
