"""Serves pages and API with granian, one worker per core, real threads.

    python -m scripts.web_server

SIGTERM drains: open event streams say good-bye, running requests end, then the workers stop. Exit codes: 0 stopped,
1 a worker could not start, 2 a bad setting, or a store that is away or not of this release.
"""

import resource
import sys

from granian.constants import Interfaces
from granian.server import Server

import bootstrap
from domain.errors import GreenroomError
from settings import Settings

BACKLOG = 4096
STOP_SECONDS = 4
"""How long a worker may take to stop before it is killed; the supervisor waits five."""


def main() -> int:
    """Serve until a signal says stop."""
    try:
        settings = Settings.from_env()
        bootstrap.check_schemas(settings)
    except GreenroomError as error:
        print(f"web: {error}", file=sys.stderr)
        return 2
    raise_open_files_limit()
    Server(
        "web_app:create_worker_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=BACKLOG,
        backpressure=settings.threads + 64,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_enabled=False,
    ).serve()
    return 0


def raise_open_files_limit() -> None:
    """Allow as many open connections as the system lets us: each event stream keeps one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
