"""Addresses of people, of this installation, and of mail servers."""

import pytest

from domain.errors import Invalid
from domain.mail_address import check_mail_address, check_sender, mail_host
from domain.smtp_address import SmtpAddress


def test_words_before_a_senders_address_are_what_people_see():
    sender = check_sender("from", 'The "Green" room <post@Example.org>')
    assert (sender.display_name, sender.addr_spec) == ('The "Green" room', "post@example.org")
    assert check_sender("from", "post@example.org").display_name == ""


@pytest.mark.parametrize(
    "text", ["", "a <b@c.org> d", "<b@c.org", "a\n <b@c.org>", "a <b@c.org>, d <e@f.org>", "a <b>"]
)
def test_a_sender_that_is_not_one_mailbox_is_refused(text):
    with pytest.raises(Invalid, match="from"):
        check_sender("from", text)


def test_hosts_are_written_as_the_name_system_knows_them():
    assert check_mail_address("to", "Ada@BÜCHER.example").addr_spec == "Ada@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://green.example.org", "green.example.org"),
        ("https://Bücher.example:8443/x", "xn--bcher-kva.example"),
        ("http://127.0.0.1:8000", "localhost"),
        ("http://[::1]:8000", "localhost"),
    ],
)
def test_mails_are_named_after_the_host_of_the_installation(public_url, host):
    assert mail_host(public_url) == host


def test_an_installation_whose_host_is_no_name_cannot_send_mail():
    with pytest.raises(Invalid, match="PUBLIC_URL"):
        mail_host("https://a..b")


@pytest.mark.parametrize(
    ("text", "host", "port", "user", "password", "implicit_tls", "starttls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, None, None, False, True),
        ("smtp://me:p%40ss@mail.example.org:25", "mail.example.org", 25, "me", "p@ss", False, True),
        ("smtps://me:x@mail.example.org", "mail.example.org", 465, "me", "x", True, False),
        ("smtp://[::1]:1025/?tls=off", "::1", 1025, None, None, False, False),
    ],
)
def test_an_address_of_a_mail_server_is_read_whole(text, host, port, user, password, implicit_tls, starttls):
    assert SmtpAddress.parse("SMTP_URL", text) == SmtpAddress(
        host=host, port=port, user=user, password=password, implicit_tls=implicit_tls, starttls=starttls
    )


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://m:0",
        "smtp://m:99999",
        "smtp://m/path",
        "smtp://user@m",
        "smtp://m?tls=maybe",
        "smtp://m#x",
        "smtps://m?tls=off",
        "smtp://me:x@m?tls=off",
    ],
)
def test_an_address_that_says_something_else_is_refused(text):
    with pytest.raises(Invalid, match="SMTP_URL"):
        SmtpAddress.parse("SMTP_URL", text)
