"""Asks the web server of this machine for its health: the health check of a container.

    python -m scripts.web_health

It needs no curl, and sends no name that the server could refuse. Exit codes: 0 it answered 200, 1 it did not (one line
on standard error says what it answered), 2 a bad setting.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from urllib.error import HTTPError
from urllib.request import urlopen

from domain.errors import GreenroomError
from settings import Settings

TIMEOUT_SECONDS = 5.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, not bound


def main(arguments: list[str] | None = None) -> int:
    """Ask once and return the exit code."""
    ArgumentParser("web_health", description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args(arguments)
    try:
        settings = Settings.from_env()
    except GreenroomError as error:
        return _tell(str(error), 2)
    address = f"{own_address(settings.host, settings.port)}/health"
    try:
        with urlopen(address, timeout=TIMEOUT_SECONDS):  # noqa: S310  # our own address
            return 0
    except HTTPError as answer:
        with answer:
            return _tell(f"{address} answered {answer.code}: {answer.read(1000).decode(errors='replace').strip()}", 1)
    except OSError as error:
        return _tell(f"{address} does not answer ({error})", 1)


def own_address(host: str, port: int) -> str:
    """Where a server that listens on this host is reached from this machine."""
    name = EVERYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _tell(why: str, exit_code: int) -> int:
    print(f"web health: {why}", file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
