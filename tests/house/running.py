"""A Greenroom that runs as a person would run it: the supervisor as a process of its own, on a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"ready at (?P<url>http://\S+)")
FIRST_RUN = re.compile(r"first account: (?P<url>http://\S+)")


def free_port() -> int:
    """A port of the loopback interface that nobody has right now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a test's own installation, with nothing taken over from the one that runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "GREENROOM_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), "PORT": str(free_port()), **more}


class RunningGreenroom:
    """Starts the supervisor, reads what it prints, and stops it as Ctrl-C does."""

    def __init__(self, data_dir: Path, **more: str) -> None:
        self.data_dir = data_dir
        self.env = environment(data_dir, **more)
        self.url = f"http://127.0.0.1:{self.env['PORT']}"
        self.first_run_url: str | None = None
        self.lines: list[str] = []
        self._ready = threading.Event()

    def start(self, timeout_seconds: float = 60) -> Self:
        """Start and wait until it says that it is ready. Raises RuntimeError with its output when it does not."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"],
            cwd=self.data_dir.parent,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(timeout_seconds) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError("it did not become ready:\n" + "".join(self.lines))
        return self

    def stop(self, number: int = signal.SIGINT) -> float:
        """Send the signal, wait for the end, and return how many seconds it took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=30)
        self._reader.join(timeout=5)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return time.monotonic() - began

    def processes(self) -> list[psutil.Process]:
        """Every process that the supervisor started, and those that they started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if link := FIRST_RUN.search(line):
                self.first_run_url = link["url"]
            if "Stop with Ctrl-C" in line:
                self._ready.set()
        self._ready.set()
