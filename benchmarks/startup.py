"""What importing the application costs, beside the frameworks it is made with alone.

    python -m benchmarks.startup [--rounds 9]

Each round starts one fresh interpreter for either, in shuffled order. Printed are the median in processor time, which a
busy machine stretches less than the clock, and the ratio within the rounds.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.house.running import RunningGreenroom

ROOT = Path(__file__).parents[1]
GOAL_SECONDS = 0.8
GOAL_RATIO = 1.5
GOAL_START_SECONDS = 5
OURS = "import web_app"
FRAMEWORKS = (
    "import flask, flask_limiter, flask_login, flask_smorest, flask_wtf, marshmallow, msgspec, structlog, wtforms"
)


def processor_seconds(code: str) -> float:
    """User time of a fresh interpreter that runs this code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)  # noqa: S603  # one of the two pieces above
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def second_start() -> float:
    """Seconds until a supervisor on a folder that was set up before answers: the least of three."""
    with tempfile.TemporaryDirectory(prefix="greenroom-startup-") as folder:
        seconds: list[float] = []
        for _ in range(4):
            began = time.monotonic()
            with RunningGreenroom(Path(folder)):
                seconds.append(time.monotonic() - began)
    return min(seconds[1:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    measured: dict[str, list[float]] = {OURS: [], FRAMEWORKS: []}
    for _ in range(rounds):
        for code in random.sample(list(measured), 2):
            measured[code].append(processor_seconds(code))
    ours = statistics.median(measured[OURS])
    ratio = statistics.median(mine / theirs for mine, theirs in zip(*measured.values(), strict=True))
    print(f"import web_app            {ours:.2f} s   goal at most {GOAL_SECONDS} s")
    print(f"beside its frameworks     {ratio:.2f}x    goal at most {GOAL_RATIO}x")
    print(f"second start serves after {second_start():.1f} s    goal at most {GOAL_START_SECONDS} s")


if __name__ == "__main__":
    main()
