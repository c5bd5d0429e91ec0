"""Brings the interviews of an old installation, one JSON file each, into MongoDB or any other storage.

    python scripts/migrate_file_to_mongo.py                            # for migrated-user, into the MongoDB that is set
    python scripts/migrate_file_to_mongo.py 7af3ab95-08c2-4de7-8094-2b1e36b85a16 --timezone Europe/Berlin
    python scripts/migrate_file_to_mongo.py --dry-run                  # read and compare, write nothing
    python scripts/migrate_file_to_mongo.py --to sqlite:///data/sessions.sqlite
    python scripts/migrate_file_to_mongo.py --to file:data/sessions

The files are those of <DATA_DIR>/.sessions (see docs/settings.md); they are only read. What does not say whose it is
belongs to USER_ID. What is there already is passed by, so it can be run again; everything that was written is read back
and compared. Each problem is one line with the name of the file; docs/storage.md, "Old installations", says what is
taken over how. On a terminal it asks once before it writes, elsewhere never.

Exit codes: 0 everything is there, 1 some files could not be taken over or it was refused, 2 wrong usage or a bad
setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import telemetry
from bootstrap.operators import Target, target_at
from domain.checks import check_owner
from domain.errors import GreenroomError, Invalid
from domain.user import check_time_zone
from scripts.command_line import BAD_USAGE, guarded, told
from scripts.progress import progress
from services.legacy_import import Defaults, FileResult, LegacyFiles, LegacyImport, Outcome
from settings import Settings

NAME = "migrate_file_to_mongo"


def main(arguments: list[str] | None = None) -> int:
    """Take the files over, and return the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        settings = Settings.from_env()
        target = target_at(settings, chosen.to)
    except Invalid as refusal:
        return told(NAME, refusal, BAD_USAGE)
    telemetry.configure(settings.log_level, settings.log_format)
    migrate = partial(_migrate, chosen, LegacyFiles(settings.legacy_data_dir), target)
    return guarded(NAME, migrate, target.storage.close)


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("migrate_file_to_mongo.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    root.add_argument(
        "user_id", nargs="?", type=_owner, default="migrated-user", metavar="USER_ID", help="whose they are"
    )
    root.add_argument(
        "--to", metavar="URL", help="another storage: file:…, sqlite:///…, postgresql://…, mongodb://…/db"
    )
    root.add_argument(
        "--timezone", type=_zone, default="UTC", metavar="ZONE", help="in which times without a zone were written (UTC)"
    )
    root.add_argument("--dry-run", action="store_true", help="read and compare only")
    root.add_argument("--yes", action="store_true", help="do not ask, on a terminal either")
    return root


def _migrate(chosen: Namespace, files: LegacyFiles, target: Target) -> None:
    names = files.names()
    if not chosen.dry_run and not chosen.yes and not _is_wanted(len(names), files, target, chosen.user_id):
        raise GreenroomError("Nothing was written.")
    for name in files.others():
        print(_printable(f"{name}: passed by, its name does not end in .json"), file=sys.stderr)
    importing = LegacyImport(files, target.storage, Defaults(user_id=chosen.user_id, zone=chosen.timezone))
    counts: Counter[Outcome] = Counter()
    try:
        _tell(importing.rehearse() if chosen.dry_run else importing.run(), len(names), counts)
    finally:  # also of what was done until the target went away
        _sum_up(counts, dry_run=chosen.dry_run)
    if errors := counts[Outcome.ERROR]:
        raise GreenroomError(f"{errors} of {counts.total()} files could not be taken over; they are named above.")


def _tell(results: Iterable[FileResult], total: int, counts: Counter[Outcome]) -> None:
    with progress("Reading", total) as advance:
        for result in results:
            counts[result.outcome] += 1
            for line in _lines(result):
                print(_printable(line), file=sys.stderr)
            advance(1)


def _sum_up(counts: Counter[Outcome], *, dry_run: bool) -> None:
    if dry_run:
        print("Nothing was written: this is what would come of it.")
    for label, outcome in (("Migrated", Outcome.MIGRATED), ("Skipped", Outcome.SKIPPED), ("Errors", Outcome.ERROR)):
        print(f"{label}: {counts[outcome]}")
    print(f"Total: {counts.total()}")


def _lines(result: FileResult) -> list[str]:
    """What is to be said of a file; of one that is there already nothing, it was said when it came."""
    if result.outcome == Outcome.SKIPPED:
        return []
    problem = [f"{result.name}: {result.reason}"] if result.outcome == Outcome.ERROR else []
    return problem + [f"{result.name}: note: {note}" for note in result.notes]


def _printable(line: str) -> str:
    """One line that any terminal shows, whatever a file is called."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def _is_wanted(count: int, files: LegacyFiles, target: Target, user_id: str) -> bool:
    """Whether to go on: asked of a person at a terminal, taken for granted elsewhere."""
    if not sys.stdin.isatty():
        return True
    print(f"Bring {count} interviews from {files.folder} to {target.name}, for {user_id}? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _owner(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("a user id is not blank")
    try:
        check_owner(text)
    except Invalid as refusal:
        raise ArgumentTypeError(refusal.message) from None
    return text


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(check_time_zone(name))
    except Invalid as refusal:
        raise ArgumentTypeError(refusal.message) from None


if __name__ == "__main__":
    sys.exit(main())
