"""Empties an installation: every session, every account and all that hangs on them, exports and mails.

    python scripts/reset_database.py                 # say what would go, change nothing
    python scripts/reset_database.py --confirm

The schema stays, and so do settings, keys and secrets: the next start shows a first-run link again. It cannot be
undone. Stop the application first; what is made meanwhile may stay.

Nothing is asked. In a production environment it refuses without --yes-really.

Exit codes: 0 done, 1 refused (the reason is on standard error), 2 nothing was changed because --confirm is missing,
wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from scripts.command_line import BAD_USAGE, check_not_production, run
from scripts.progress import progress
from services.reset import Contents


def main(arguments: list[str] | None = None) -> int:
    """Count or remove, and return the exit code."""
    chosen = parser().parse_args(arguments)
    if chosen.confirm:
        return run("reset_database", _remove, chosen)
    return run("reset_database", _preview, chosen) or BAD_USAGE


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("reset_database.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    root.add_argument("--confirm", action="store_true", help="do it; without it nothing is changed")
    root.add_argument("--yes-really", action="store_true", help="also in a production environment")
    return root


def _preview(chosen: Namespace, app: App) -> None:
    check_not_production(app.settings, chosen.yes_really)
    for line in _lines(app.reset.count()):
        print(f"Would remove {line}")
    print("Nothing was changed. Say --confirm to remove it; it cannot be undone.")


def _remove(chosen: Namespace, app: App) -> None:
    check_not_production(app.settings, chosen.yes_really)
    with progress("Removing sessions", None) as advance:
        removed = app.reset.remove(advance)
    for line in _lines(removed):
        print(f"Removed {line}")


def _lines(contents: Contents) -> Iterator[str]:
    yield f"{contents.sessions} sessions"
    yield from (f"{count} in the table {table}" for table, count in contents.rows.items())
    yield from (f"{count} in the folder {folder}" for folder, count in contents.files.items())


if __name__ == "__main__":
    sys.exit(main())
