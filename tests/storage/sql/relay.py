"""A relay in front of a PostgreSQL that can swallow one answer and hang up, as a broken network would."""

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"
READY = b"Z\x00\x00\x00\x05I"
"""What the server says when a transaction is over, whether it was committed or not."""


class Relay:
    """Passes bytes both ways between a client of its own socket and the server's.

    `swallow(tag)` makes it wait for the next finished answer with that tag, such as `UPDATE 1`, drop it, and hang up.
    """

    def __init__(self, server_folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="greenroom-relay-"))
        self.swallowed = 0
        self._server = str(server_folder / SOCKET_NAME)
        self._tag: bytes | None = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET_NAME))
        self._listener.listen()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __enter__(self) -> "Relay":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        shutil.rmtree(self.folder)

    def url(self, address: str) -> str:
        """The server's address with this relay in front."""
        return f"{address.partition('?')[0]}?host={self.folder}"

    def swallow(self, tag: str) -> None:
        """Swallow the next answer with this command tag."""
        self._tag = tag.encode() + b"\x00"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), server:
            while asked := client.recv(65536):
                server.sendall(asked)
            server.shutdown(socket.SHUT_RDWR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError), client:
            while answer := server.recv(65536):
                if self._tag and self._tag in answer:
                    self._wait_until_committed(server, answer)
                    break
                client.sendall(answer)
            client.shutdown(socket.SHUT_RDWR)

    def _wait_until_committed(self, server: socket.socket, answer: bytes) -> None:
        while READY not in answer:
            answer += server.recv(65536)
        self._tag = None
        self.swallowed += 1
