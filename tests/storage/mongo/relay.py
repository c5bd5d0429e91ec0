"""A way to MongoDB that loses replies: the server has done what it was asked, and nobody hears of it."""

import socket
import struct
import threading

OP_MSG = 2013


class Relay:
    """Passes messages between clients and one server on loopback. Use it as a context manager.

    `lose(command, times, after)` lets so many replies to that command pass and then loses the next ones, each together
    with its connection.
    """

    def __init__(self, port):
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._guard = threading.Lock()
        self._sockets = []
        self._command = None
        self._left = 0
        self._after = 0
        self.lost = 0

    @property
    def url(self):
        """Straight to the relay: asked for the members of the set, the driver would go around it."""
        return f"mongodb://127.0.0.1:{self._listener.getsockname()[1]}/?directConnection=true"

    def lose(self, command, times=1, *, after=0):
        with self._guard:
            self._command, self._left, self._after = command, times, after

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            _close(each)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            self._sockets += [client, server]
            doomed = set()
            for way in (self._requests, self._replies):
                threading.Thread(target=way, args=(client, server, doomed), daemon=True).start()

    def _requests(self, client, server, doomed):
        while (message := _receive(client)) is not None:
            if self._is_doomed(message):
                doomed.add(_request_id(message))
            if not _send(server, message):
                break
        _close(client, server)

    def _replies(self, client, server, doomed):
        while (message := _receive(server)) is not None:
            if _answers(message) in doomed or not _send(client, message):
                break
        _close(client, server)

    def _is_doomed(self, message):
        with self._guard:
            if not self._left or _command(message) != self._command:
                return False
            if self._after:
                self._after -= 1
                return False
            self._left -= 1
            self.lost += 1
            return True


def _receive(connection):
    head = _exactly(connection, 16)
    if head is None:
        return None
    rest = _exactly(connection, struct.unpack_from("<i", head)[0] - 16)
    return None if rest is None else head + rest


def _exactly(connection, size):
    received = b""
    while len(received) < size:
        try:
            part = connection.recv(size - len(received))
        except OSError:
            return None
        if not part:
            return None
        received += part
    return received


def _send(connection, message):
    try:
        connection.sendall(message)
    except OSError:
        return False
    return True


def _close(*connections):
    for connection in connections:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
        finally:
            connection.close()


def _request_id(message):
    return struct.unpack_from("<i", message, 4)[0]


def _answers(message):
    return struct.unpack_from("<i", message, 8)[0]


def _command(message):
    """The first name in the body of the message, which is the command."""
    if struct.unpack_from("<i", message, 12)[0] != OP_MSG:
        return None
    name = message[26:]
    return name[: name.index(b"\0")].decode()
