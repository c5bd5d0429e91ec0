"""Moves every session from one storage to another, and verifies that all of it has arrived.

    python scripts/migrate_sessions.py --from file:data/sessions --to mongodb://127.0.0.1:27017/greenroom --dry-run
    python scripts/migrate_sessions.py --from file:data/sessions --to mongodb://127.0.0.1:27017/greenroom
    python scripts/migrate_sessions.py --from file:data/sessions --to mongodb://127.0.0.1:27017/greenroom --verify
    python scripts/migrate_sessions.py --from sqlite:///data/sessions.sqlite --to postgresql://ada@host/greenroom

An address is file:PATH, sqlite:///PATH, postgresql://…/database or mongodb://…/database. Both sides may be in use
meanwhile: what changes at the source is copied again, what is newer at the target is left alone and named. Run the same
command again whenever it was interrupted: it goes on where it was. `--verify` alone compares and writes nothing.

Exit codes: 0 complete and verified, 1 something was not moved or differs (each session is named with its reason) or a
storage was away for too long, 2 wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import telemetry
from bootstrap.operators import move_checkpoint, open_move
from domain.errors import Invalid
from scripts.command_line import BAD_USAGE, DONE, REFUSED, guarded
from scripts.progress import progress
from services.moving import Move, Outcome, Patience
from settings import Settings

PATIENCE_SECONDS = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Move, verify or rehearse, and return the exit code."""
    root = parser()
    chosen = root.parse_args(arguments)
    if chosen.delete_source and (chosen.dry_run or chosen.verify):
        root.error("--delete-source: only together with a move, not with --dry-run or --verify")
    telemetry.configure("error")
    return guarded("migrate_sessions", lambda: _usable(chosen))


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("migrate_sessions.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    root.add_argument("--from", dest="source", required=True, metavar="URL", help="where the sessions are")
    root.add_argument("--to", dest="target", required=True, metavar="URL", help="where they are to be")
    instead = root.add_mutually_exclusive_group()
    instead.add_argument("--dry-run", action="store_true", help="say what would be moved; write nothing")
    instead.add_argument("--verify", action="store_true", help="compare both sides; write nothing")
    root.add_argument("--delete-source", action="store_true", help="then remove what was moved and verified")
    root.add_argument("--restart", action="store_true", help="begin anew where an interrupted run would go on")
    help_text = f"wait so long for a storage that is away ({PATIENCE_SECONDS:g})"
    root.add_argument("--patience", type=_seconds, default=PATIENCE_SECONDS, metavar="SECONDS", help=help_text)
    return root


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 24 * 60 * 60:
        raise ArgumentTypeError(f"{text!r} is no number of seconds from 0 to a day")
    return seconds


def _usable(chosen: Namespace) -> int:
    try:
        return _move(chosen)
    except Invalid as refusal:
        print(f"migrate_sessions: {refusal}", file=sys.stderr)
        return BAD_USAGE


def _move(chosen: Namespace) -> int:
    patience = Patience(chosen.patience, lambda what: print(what, file=sys.stderr, flush=True))
    with open_move(chosen.source, chosen.target, patience=patience, shown=progress) as move:
        outcome = _done(move, chosen)
    _tell(outcome, chosen)
    return DONE if outcome.is_complete else REFUSED


def _done(move: Move, chosen: Namespace) -> Outcome:
    if chosen.dry_run:
        return move.rehearse()
    if chosen.verify:
        return move.verify()
    checkpoint = move_checkpoint(Settings.from_env(), chosen.source, chosen.target)
    return move.run(checkpoint, restart=chosen.restart, delete_source=chosen.delete_source)


def _tell(outcome: Outcome, chosen: Namespace) -> None:
    for session_id in outcome.newer:
        print(f"{session_id}: is newer at the target, left alone")
    for problem in outcome.problems:
        print(problem)
    print(f"{'Would migrate' if chosen.dry_run else 'Migrated'}: {outcome.migrated}")
    print(f"Skipped: {outcome.skipped}")
    where_they_apply = {
        "Newer": len(outcome.newer),
        "Deleted": outcome.deleted,
        "Only at the target": outcome.only_at_target,
    }
    for name, figure in where_they_apply.items():
        if figure:
            print(f"{name}: {figure}")
    print(f"Errors: {len(outcome.problems)}")
    print(f"Total: {outcome.total}")


if __name__ == "__main__":
    sys.exit(main())
