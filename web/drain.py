"""The graceful stop, seen from the web: open event streams say good-bye, and nobody is sent here any more."""

import os
import signal
import socket
import threading
from collections.abc import Callable

import structlog
from flask import Flask

from web.services import EXTENSION

_kept_open: list[socket.socket] = []
"""Python goes on writing to the wake-up descriptor until the process ends, so it must not be closed before."""


def begin_drain(app: Flask) -> None:
    """End the open event streams of this process and answer "not ready" from now on. Idempotent."""
    app.extensions[EXTENSION].bus.drain()


def on_stop_signal(drain: Callable[[], None]) -> None:
    """Call `drain` once, on a thread of its own, as soon as SIGTERM or SIGINT arrives. Main thread only.

    granian sets its signal handlers after the application is made and gives no hook in the worker, so we listen to the
    wake-up descriptor that Python writes to on every signal, whoever handles it.
    """
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    _kept_open.append(sender)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(receiver, drain), name="drain", daemon=True).start()


def _watch(receiver: socket.socket, drain: Callable[[], None]) -> None:
    while not {signal.SIGTERM, signal.SIGINT} & set(receiver.recv(64)):
        continue
    structlog.get_logger("web").info("draining", pid=os.getpid())
    drain()
