"""What goes wrong with a mail server, and which of it is the mail's own fault."""

import socket
import ssl
from contextlib import closing
from urllib.parse import quote

import pytest

from domain.errors import ProviderDown
from domain.smtp_address import SmtpAddress
from providers.mail import smtp
from providers.mail.base import MailRefused
from providers.mail.smtp import SmtpMailTransport
from tests.engines.smtp_server import PASSWORD, USER, SmtpServer, encrypted
from tests.house.running import free_port
from tests.providers.mail.conftest import make_mail


def transport_to(port, *, tls=None, scheme="smtp", login="", query=""):
    url = f"{scheme}://{login}127.0.0.1:{port}{query}"
    return SmtpMailTransport(SmtpAddress.parse("SMTP_URL", url), tls)


def login(password=PASSWORD):
    return f"{USER}:{quote(password, safe='')}@"


@pytest.fixture
def plain(smtp_server):
    return transport_to(smtp_server.port, query="?tls=off")


@pytest.fixture
def secure_server(server_tls):
    server = encrypted(server_tls)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_lasting_no_refuses_the_mail_and_a_passing_one_means_later(smtp_server, plain, command):
    smtp_server.answer(command, "550 5.1.1 no such mailbox")
    with pytest.raises(MailRefused, match="no such mailbox"):
        plain.send(make_mail())
    smtp_server.answer(command, "451 4.3.0 come back later")
    with pytest.raises(ProviderDown, match="451"):
        plain.send(make_mail())
    smtp_server.answers.clear()
    plain.send(make_mail())
    assert len(smtp_server.messages) == 1


def test_a_server_that_is_gone_means_later():
    with pytest.raises(ProviderDown, match=r"127\.0\.0\.1"):
        transport_to(free_port(), query="?tls=off").send(make_mail())


def test_a_server_that_accepts_and_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, pytest.raises(ProviderDown) as refused:
        transport_to(silent.getsockname()[1], query="?tls=off").send(make_mail())
    assert "timed out" in refused.value.facts["reason"]


def test_a_connection_that_breaks_before_the_answer_means_later_although_the_mail_may_have_arrived(smtp_server, plain):
    smtp_server.after_taking = "drop"
    with pytest.raises(ProviderDown):
        plain.send(make_mail())
    smtp_server.after_taking = None
    plain.send(make_mail())
    assert {name: len(set(copies)) for name, copies in smtp_server.taken.items()} == {make_mail().message_id: 1}
    assert len(smtp_server.messages) == 2


def test_an_address_beyond_ascii_is_refused_by_a_server_that_does_not_know_such(monkeypatch, plain):
    monkeypatch.setattr(smtp.smtplib.SMTP, "has_extn", lambda *_: False)
    with pytest.raises(MailRefused, match="ASCII"):
        plain.send(make_mail(to="jürgen@example.org"))


def test_a_mail_goes_encrypted_and_logged_in(secure_server, trusting):
    transport_to(secure_server.port, tls=trusting, login=login()).send(make_mail())
    assert (len(secure_server.messages), secure_server.logins) == (1, [USER.encode()])


def test_a_wrong_password_is_the_installations_fault_and_spoils_no_mail(secure_server, trusting):
    with pytest.raises(ProviderDown, match="Authentication") as refused:
        transport_to(secure_server.port, tls=trusting, login=login("wrong-one")).send(make_mail())
    assert "wrong-one" not in refused.value.message + str(refused.value.facts)


def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_mail(secure_server):
    with pytest.raises(ProviderDown, match="SSLCertVerificationError"):
        transport_to(secure_server.port, login=login()).send(make_mail())
    assert (secure_server.messages, secure_server.logins) == ([], [])


def test_a_certificate_for_another_host_is_not_accepted(secure_server, certificates):
    trusting = ssl.create_default_context(cafile=str(certificates / "certificate.pem"))
    address = SmtpAddress.parse("SMTP_URL", f"smtp://{login()}localhost:{secure_server.port}")
    with pytest.raises(ProviderDown, match="SSLCertVerificationError"):
        SmtpMailTransport(address, trusting).send(make_mail())


def test_a_server_without_encryption_gets_nothing_unless_the_setting_says_so(smtp_server):
    with pytest.raises(ProviderDown, match="NotSupported"):
        transport_to(smtp_server.port).send(make_mail())
    assert smtp_server.messages == []


def test_encryption_from_the_first_byte(server_tls, trusting):
    server = SmtpServer(ssl_context=server_tls)
    server.start()
    try:
        transport_to(server.port, scheme="smtps", tls=trusting).send(make_mail())
        assert len(server.messages) == 1
    finally:
        server.stop()
