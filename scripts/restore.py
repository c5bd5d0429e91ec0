"""Brings back what `scripts/backup.py` wrote, into the stores that the settings name or into others of any kind.

    python scripts/restore.py FILE
    python scripts/restore.py FILE --replace              # what is there is removed first
    python scripts/restore.py FILE --sessions-to mongodb://127.0.0.1:27017/greenroom?replicaSet=rs0
    python scripts/restore.py FILE --sessions-to file:/tmp/look/sessions \\
        --database-to sqlite:////tmp/look/greenroom.sqlite --files-to /tmp/look    # beside an installation that runs

Sessions go to file:PATH, sqlite:///PATH, postgresql://… or mongodb://…/database, the tables to sqlite:/// or
postgresql://, whichever they came from. The archive is checked as a whole before anything is touched, and what was
restored is compared with it before this says done. Interrupted, run the same command again.

Stop the application first. In a production environment --replace wants --yes-really too.

Exit codes: 0 restored and compared, 1 refused (the reason is on standard error), 2 wrong usage or a bad setting, 130
interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from contextlib import ExitStack
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from msgspec import structs

import bootstrap
import telemetry
from bootstrap.operators import restore_to
from domain.errors import Invalid, Unavailable
from scripts.backup import summary
from scripts.command_line import BAD_USAGE, INTERRUPTED, guarded, refuse_in_production, told
from scripts.progress import progress
from scripts.serve import only_one
from services.backup import Restore
from settings import Settings

RERUN = "restore: nothing is lost: the same command begins again, and goes on over what it left"
AFTERWARDS = """Everybody logs in anew, and mailed links are void. Mails that waited when the backup was taken will be
sent, also those that were sent since. API tokens and guest links are as they were: end again what was ended since."""


def main(arguments: list[str] | None = None) -> int:
    """Restore, and return the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        configured = Settings.from_env()
        wanted = aimed(configured, chosen)
        app = bootstrap.build(wanted)
        telemetry.configure("error")  # what the stores tell of themselves is not what was asked
        restore = restore_to(app, chosen.sessions_to, keys_count=chosen.database_to is not None)
    except Invalid as refusal:
        return told("restore", refusal, BAD_USAGE)
    code = guarded("restore", lambda: _restore(chosen, restore, configured, wanted), app.close)
    if code == INTERRUPTED:
        print(RERUN, file=sys.stderr)
    return code


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("restore.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    root.add_argument("archive", type=Path, metavar="FILE", help="what scripts/backup.py wrote")
    root.add_argument("--sessions-to", metavar="URL", help="another storage than the configured one")
    root.add_argument("--database-to", metavar="URL", help="another database than the configured one")
    root.add_argument("--files-to", type=Path, metavar="FOLDER", help="another folder than the data folder")
    root.add_argument("--replace", action="store_true", help="remove what is there first")
    root.add_argument("--yes-really", action="store_true", help="also in a production environment")
    return root


def aimed(settings: Settings, chosen: Namespace) -> Settings:
    """The settings with the places that were named on the command line. Raises Invalid, Unavailable."""
    if chosen.files_to is not None:
        settings = structs.replace(settings, data_dir=chosen.files_to.expanduser().resolve())
    if chosen.database_to is not None:
        settings = structs.replace(settings, database_url=chosen.database_to)
    return settings


def _restore(chosen: Namespace, restore: Restore, configured: Settings, wanted: Settings) -> None:
    if chosen.replace:
        refuse_in_production(configured, "remove what is there", yes_really=chosen.yes_really)
    with ExitStack() as held:
        for folder in _folders(chosen, configured, wanted):
            held.enter_context(only_one(folder))
        manifest = restore.run(chosen.archive, replace=chosen.replace, show=progress)
    print(f"Restored {summary(manifest)}.\n{AFTERWARDS}")


def _folders(chosen: Namespace, configured: Settings, wanted: Settings) -> list[Path]:
    """The data folders on which nothing may run meanwhile."""
    _make(wanted.data_dir)
    elsewhere = None not in (chosen.sessions_to, chosen.database_to, chosen.files_to)
    return [wanted.data_dir] if elsewhere else list({wanted.data_dir, configured.data_dir})


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be made: {error.strerror}.") from error


if __name__ == "__main__":
    sys.exit(main())
