"""Starts everything under one supervisor: `make run`.

    python -m scripts.serve            # PORT=8080 HOST=0.0.0.0 python -m scripts.serve

Checks the settings, migrates, starts the processes of the Procfile (Redis only when no REDIS_URL is set), prints the
address and, while there is no account, the one-time link that makes the first. Ctrl-C stops all of it.

Exit codes: 0 stopped by a signal, 1 a process ended by itself, 2 a bad setting, a taken port, an unwritable folder or
a storage that is away, 130 interrupted before anything ran.
"""

import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from honcho.environ import parse_procfile
from honcho.manager import SIGNALS, Manager

import bootstrap
from domain.errors import Conflict, GreenroomError, Invalid
from scripts.command_line import because
from scripts.web_health import own_address
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60


def main() -> int:
    """Run until a signal or until one of the processes ends."""
    try:
        settings = Settings.from_env()
        with only_one(settings.data_dir):
            check_port(settings.host, settings.port)
            link = prepare(settings)
            return supervise(settings, link)
    except GreenroomError as error:
        print(f"greenroom: {error}{because(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for one supervisor. Raises Conflict when another one runs on it."""
    with (data_dir / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"Another Greenroom runs on {data_dir}; stop it, or set GREENROOM_DATA_DIR.") from None
        yield


def check_port(host: str, port: int) -> None:
    """Raise Invalid when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Invalid("PORT", port, "a port that this user may open, such as 8000") from None
        except socket.gaierror:
            raise Invalid("HOST", host, "an address of this machine, such as 127.0.0.1") from None
        except OSError:
            allowed = f"a free port of this machine; try: PORT={port % 65535 + 1} make run"
            raise Invalid("PORT", port, f"{allowed} (another program has it, or {host} is not ours)") from None


def prepare(settings: Settings) -> str | None:
    """Bring the stores into shape; return the path of the first-run page while there is no account."""
    app = bootstrap.build(settings)
    try:
        app.prepare()
        token = app.accounts.first_run_token()
        return f"/first-run/{token}" if token else None
    finally:
        app.close()


class Supervisor(Manager):  # type: ignore[misc]  # honcho ships no types
    """Honcho's, whose stop does not fail at its own word about it."""

    def _system_print(self, data: str) -> None:
        """Leave a line out where a signal came in the middle of another: Python refuses to write into what it writes.

        Raised, it would end this process and leave all the others running.
        """
        with suppress(RuntimeError):
            super()._system_print(data)


def supervise(settings: Settings, first_run_path: str | None) -> int:
    """Run the Procfile's processes until a signal comes or one of them ends; return the exit code."""
    manager = Supervisor()
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}", "PYTHONUNBUFFERED": "1"}
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        if name != "redis" or settings.redis_is_embedded:
            manager.add_process(name, f"exec {command}", env=env, cwd=str(Path.cwd()))
    signal.signal(signal.SIGHUP, _stop)  # a closed terminal stops everything, as Ctrl-C does
    threading.Thread(target=announce, args=(settings, first_run_path), daemon=True).start()
    manager.loop()
    asked_to_stop = manager.returncode in {known["rc"] for known in SIGNALS.values()}
    return 0 if asked_to_stop else 1


def _stop(_number: int, _frame: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def announce(settings: Settings, first_run_path: str | None) -> None:
    """Wait until the pages answer, then print where they are."""
    if not answers(settings, time.monotonic() + READY_SECONDS):
        print(f"greenroom: {settings.public_url} has not answered for {READY_SECONDS} seconds; see the lines above")
        return
    print(f"\n  Greenroom is ready at {settings.public_url}")
    if first_run_path:
        print(f"  Make the first account: {settings.public_url}{first_run_path}")
    print("  Stop with Ctrl-C\n", flush=True)


def answers(settings: Settings, until: float) -> bool:
    """Whether `/health/live` answered before the monotonic time `until`."""
    address = f"{own_address(settings.host, settings.port)}/health/live"
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=2):  # noqa: S310  # our own address
                return True
        except OSError:
            time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main())
