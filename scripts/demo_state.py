"""Says whether the demo still has to be seeded: prints `missing` or `there`.

    python scripts/demo_state.py

It is missing while it has no account, or its account has no sessions. So a new start does not undo what visitors did
to a demo that is there.

Exit codes: 0 told, 1 refused (the reason is on standard error), 2 wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from scripts.command_line import run
from services.seeding import SCENARIOS


def main(arguments: list[str] | None = None) -> int:
    """Tell it and return the exit code."""
    parser = ArgumentParser("demo_state.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    return run("demo_state", _tell, parser.parse_args(arguments))


def _tell(_chosen: Namespace, app: App) -> None:
    print("there" if app.seeding.is_there(SCENARIOS["demo"]) else "missing")


if __name__ == "__main__":
    sys.exit(main())
