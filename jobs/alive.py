"""Tells whether a worker or a scheduler of this machine is at work: the health check of a container.

    python -m jobs.alive worker
    python -m jobs.alive scheduler

Exit codes: 0 it is, 1 it is not (one line on standard error says why), 2 wrong usage or a bad setting.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from redis.exceptions import RedisError

from domain.errors import GreenroomError
from jobs.connection import connect
from jobs.signs_of_life import scheduler_lives, worker_lives
from settings import Settings

TIMEOUT_SECONDS = 2.0
CHECKS = {"worker": worker_lives, "scheduler": scheduler_lives}


def main(arguments: list[str] | None = None) -> int:
    """Look once and return the exit code."""
    parser = ArgumentParser("jobs.alive", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=list(CHECKS))
    role = parser.parse_args(arguments).role
    try:
        settings = Settings.from_env()
    except GreenroomError as error:
        return _tell(str(error), 2)
    with connect(settings.redis_url, timeout_seconds=TIMEOUT_SECONDS) as client:
        try:
            lives = CHECKS[role](client)
        except RedisError as error:
            return _tell(f"Redis does not answer ({type(error).__name__})", 1)
    return 0 if lives else _tell(f"no {role} of this machine is at work", 1)


def _tell(why: str, exit_code: int) -> int:
    print(f"alive: {why}", file=sys.stderr)  # noqa: T201  # the one line that a person reads
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
