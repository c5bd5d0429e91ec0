"""Every mail transport there is, for the one suite they all pass."""

import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providers.mail.base import MailConfig, MailTransport, OutgoingMail
from providers.mail.file import FileMailTransport
from providers.mail.memory import MemoryMailTransport
from providers.mail.registry import MAIL_TRANSPORTS

SENT_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def make_mail(number: int = 1, **changes: str) -> OutgoingMail:
    """A mail that everybody takes."""
    mail = OutgoingMail(
        message_id=f"<0000-{number}@green.example.org>",
        sender="Greenroom <greenroom@green.example.org>",
        to="ada@example.org",
        subject=f"Number {number}",
        text=f"Hello Ada,\n\nthis is number {number}.\n",
        sent_at=SENT_AT,
    )
    return msgspec.structs.replace(mail, **changes)


class Inbox:
    """A transport, and how to see what arrived by it."""

    def __init__(self, transport: MailTransport, arrived: Callable[[], list[bytes]]) -> None:
        self.transport = transport
        self.arrived = arrived


@pytest.fixture(params=["file", "memory", "smtp"])
def inbox(request, tmp_path) -> Inbox:
    """Each transport in turn, made as bootstrap makes it."""
    server = request.getfixturevalue("smtp_server") if request.param == "smtp" else None
    url = f"smtp://127.0.0.1:{server.port}?tls=off" if server else None
    transport = MAIL_TRANSPORTS.find(request.param).from_config(MailConfig(folder=tmp_path / "mail", smtp_url=url))
    if isinstance(transport, FileMailTransport):
        return Inbox(transport, lambda: files_in(tmp_path / "mail"))
    if isinstance(transport, MemoryMailTransport):
        return Inbox(transport, lambda: transport.messages)
    return Inbox(transport, lambda: server.messages)


def files_in(folder: Path) -> list[bytes]:
    """The mails that lie there, and nothing else does."""
    files = sorted(folder.iterdir()) if folder.exists() else []
    assert [file.suffix for file in files] == [".eml"] * len(files)
    return [file.read_bytes() for file in files]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """What a server on 127.0.0.1 shows, and what its clients trust."""
    folder = tmp_path_factory.mktemp("certificates")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(secret)
    return folder


@pytest.fixture
def server_tls(certificates):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "certificate.pem", certificates / "key.pem")
    return context


@pytest.fixture
def trusting(certificates):
    """A client's settings that trust that server, and check everything as usual."""
    return ssl.create_default_context(cafile=str(certificates / "certificate.pem"))
