"""Programs of a deployment as processes of their own, with what they write kept for whoever reads a failure."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from tests.waiting import until


def on_path(env: dict[str, str]) -> dict[str, str]:
    """The same environment, in which `python` is the Python of the tests."""
    return {**env, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


class Running:
    """One program, stopped at the end of the block if it has not ended."""

    def __init__(self, words: list[str], env: dict[str, str], cwd: Path, log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                words, env=on_path(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(timeout=30)

    def processes(self) -> list[psutil.Process]:
        """It and everything that it started."""
        with suppress(psutil.NoSuchProcess):
            mine = psutil.Process(self.process.pid)
            return [*mine.children(recursive=True), mine]
        return []

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text()


def answers(running: Running, address: str, path: str = "/health") -> bool:
    """Whether it answers 200 before it ends or a test has waited too long."""

    def asked() -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{address}{path}", timeout=5).status_code == 200
        return False

    return until(lambda: running.process.poll() is not None or asked(), 90) and running.process.poll() is None


def run(words: list[str], env: dict[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(words, env=on_path(env), cwd=cwd, capture_output=True, text=True, timeout=90, check=False)
