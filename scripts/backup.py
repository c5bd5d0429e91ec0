"""Writes one archive of everything: sessions, accounts and all that hangs on them, mails, exports, keys.

    python scripts/backup.py                              # into backups/ of the data folder
    python scripts/backup.py --to /mnt/safe/greenroom.zip # or a folder: /mnt/safe
    python scripts/backup.py --without-keys               # the keys are kept elsewhere
    python scripts/backup.py --verify FILE                # is this archive whole? nothing is written

The application may run meanwhile. The archive opens every account: keep it as you keep the keys.

Exit codes: 0 done, 1 refused, or something could not be read and is named (the rest is in the archive), 2 wrong usage
or a bad setting, 130 interrupted (then there is no archive).
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import telemetry
from bootstrap import App
from bootstrap.operators import backup_of
from domain.errors import Conflict
from scripts.command_line import guarded, run
from scripts.progress import progress
from services.backup import ArchiveReader, Manifest, check


def main(arguments: list[str] | None = None) -> int:
    """Take a backup, or verify one, and return the exit code."""
    chosen = parser().parse_args(arguments)
    if chosen.verify is not None:
        return guarded("backup", lambda: verify(chosen.verify))
    return run("backup", _take, chosen)


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("backup.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    one = root.add_mutually_exclusive_group()
    one.add_argument("--to", type=Path, metavar="FILE", help="where the archive is to stand; it must not exist yet")
    one.add_argument("--verify", type=Path, metavar="FILE", help="check this archive and write nothing")
    root.add_argument("--without-keys", action="store_true", help="leave the keys in secrets/ out")
    return root


def verify(path: Path) -> None:
    """Check an archive as a restore would. Raises Invalid, Unavailable."""
    telemetry.configure("warning")  # no settings are read, so nobody else says how much to tell
    with ArchiveReader.open(path) as archive:
        with progress("Checking the archive", archive.manifest.sessions) as tell:
            check(archive, tell)
        print(f"{path} is whole: {summary(archive.manifest)}")


def summary(manifest: Manifest) -> str:
    """What an archive holds, in one line."""
    rows = sum(table.rows for table in manifest.tables)
    keys = "with the keys" if manifest.with_keys else "without the keys"
    taken = f"{manifest.begun_at:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"{manifest.sessions} sessions with {manifest.messages} messages, {rows} rows, {manifest.files} files, {keys}; "
        f"taken {taken} by release {manifest.release}"
    )


def _take(chosen: Namespace, app: App) -> None:
    backup = backup_of(app)
    place = backup.place(chosen.to)
    with progress("Writing sessions", backup.expected()) as tell:
        manifest = backup.take(place, with_keys=not chosen.without_keys, tell=tell)
    print(f"{place}: {summary(manifest)}")
    for each in manifest.unsaved:
        print(f"backup: {each.what} is not in it: {each.reason}", file=sys.stderr)
    if manifest.unsaved:
        raise Conflict(f"{len(manifest.unsaved)} things could not be read and are not in the archive; all others are.")


if __name__ == "__main__":
    sys.exit(main())
