"""A real SMTP server on the loopback interface, which counts what it took and refuses what it is told to refuse."""

import re
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol  # noqa: N811  # a protocol's name, not a constant
from aiosmtpd.smtp import AuthResult, Envelope, Session

from tests.house.running import free_port

USER, PASSWORD = "greenroom", "p@ss/word:#"


class SmtpServer:
    """`taken` holds the bytes of every message it said yes to, by Message-ID."""

    def __init__(self, **options: object) -> None:
        self.taken: defaultdict[str, list[bytes]] = defaultdict(list)
        self.answers: dict[str, str] = {}
        self.logins: list[bytes] = []
        self.after_taking: str | None = None
        self._lock = threading.Lock()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), ready_timeout=10, enable_SMTPUTF8=True, **options
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.port)

    @property
    def messages(self) -> list[bytes]:
        """Everything it took."""
        return [message for messages in self.taken.values() for message in messages]

    def answer(self, command: str, line: str) -> None:
        """Answer this to RCPT or DATA from now on, such as `550 no such mailbox`."""
        self.answers[command] = line

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()

    # --- what aiosmtpd calls -----------------------------------------------------------------------------------------

    async def handle_RCPT(  # noqa: N802  # theirs
        self, _server: Protocol, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient, or say what this test wants said."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Protocol, session: Session, envelope: Envelope) -> str:  # noqa: N802  # theirs
        """Take a message; with `after_taking` "drop" the connection ends before the answer."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        with self._lock:
            self.taken[_message_id(content)].append(content)
        if self.after_taking == "drop":
            _server.transport.abort()
        return "250 taken"

    def authenticate(self, _server: object, _session: object, _envelope: object, _how: str, data: object) -> AuthResult:
        """Let in who knows the password."""
        login, password = getattr(data, "login", b""), getattr(data, "password", b"")
        self.logins.append(login)
        return AuthResult(success=(login, password) == (USER.encode(), PASSWORD.encode()), handled=False)


def _message_id(content: bytes) -> str:
    """Read by hand: a server that takes thousands has no time for the parser."""
    found = re.search(rb"(?mi)^Message-ID: (.*?)\r$", content)
    assert found is not None, "a message without an id"
    return found[1].decode()


def read(content: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(content: bytes) -> str:
    """The text of a message, its lines ending as ours do."""
    return str(read(content).get_content()).replace("\r\n", "\n")


def encrypted(context: ssl.SSLContext) -> SmtpServer:
    """A server that wants STARTTLS and a login before anything else."""
    server = SmtpServer(tls_context=context, require_starttls=True, auth_required=True)
    server._controller.SMTP_kwargs["authenticator"] = server.authenticate
    return server


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A server in the clear, for one test."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()
