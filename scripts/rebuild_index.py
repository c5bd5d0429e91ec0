"""Makes the index of the file storage anew from the sessions themselves.

    python scripts/rebuild_index.py

It is derived and mends itself after a crash; this is for whoever restored or moved files by hand. Safe while the
application runs. SQL and MongoDB keep their indexes themselves: then there is nothing to do.

Exit codes: 0 done, 1 refused (the reason is on standard error), 2 wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from scripts.command_line import run


def main(arguments: list[str] | None = None) -> int:
    """Rebuild it and return the exit code."""
    parser = ArgumentParser("rebuild_index.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    return run("rebuild_index", _rebuild, parser.parse_args(arguments))


def _rebuild(_chosen: Namespace, app: App) -> None:
    count = app.storage.rebuild_index()
    print("Nothing to rebuild: this storage keeps no index." if count is None else f"The index lists {count} sessions.")


if __name__ == "__main__":
    sys.exit(main())
