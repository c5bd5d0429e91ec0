"""Shows what waits to happen outside of the database (mails, notices, jobs), and decides about dead letters.

    python scripts/outbox.py list                     # dead letters; also: --state waiting, --state done
    python scripts/outbox.py show 0a1b2c3d-…
    python scripts/outbox.py retry 0a1b2c3d-…         # or: retry --all-dead
    python scripts/outbox.py drop 0a1b2c3d-…          # it will not happen

A dead letter was tried for two days, or refused for good. Retrying begins all attempts anew.

Exit codes: 0 done, 1 refused (the reason is on standard error), 2 wrong usage, a bad setting or stores that are not of
this release, 130 interrupted.
"""

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from scripts.command_line import Command, run
from services.outbox.effects import OutboxState
from services.outbox.records import PAGE, OutboxRecord


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    root = parser()
    chosen = root.parse_args(arguments)
    if chosen.command == "retry" and (chosen.outbox_id is None) != chosen.all_dead:
        root.error("retry: name one row, or --all-dead")
    return run("outbox", COMMANDS[chosen.command], chosen)


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("outbox.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="show rows, the newest first")
    listing.add_argument("--state", choices=[str(state) for state in OutboxState], default=str(OutboxState.DEAD))
    listing.add_argument("--limit", type=int, default=PAGE, help=f"at most so many ({PAGE})")
    commands.add_parser("show", help="show all of one row").add_argument("outbox_id")
    retrying = commands.add_parser("retry", help="try again at once")
    retrying.add_argument("outbox_id", nargs="?")
    retrying.add_argument("--all-dead", action="store_true", help=f"the newest {PAGE} dead letters")
    commands.add_parser("drop", help="let it be; it will not happen").add_argument("outbox_id")
    return root


def _list(chosen: Namespace, app: App) -> None:
    for record in app.outbox_records.list_rows(OutboxState(chosen.state), chosen.limit):
        print(_line(record))


def _show(chosen: Namespace, app: App) -> None:
    record = app.outbox_records.load(chosen.outbox_id)
    for name in record.__struct_fields__:
        value = getattr(record, name)
        print(f"{name:12} {json.dumps(value, ensure_ascii=False) if name == 'payload' else value}")


def _retry(chosen: Namespace, app: App) -> None:
    records = app.outbox_records
    for record in records.retry_dead() if chosen.all_dead else [records.retry(chosen.outbox_id)]:
        print(f"Will be tried again: {_line(record)}")


def _drop(chosen: Namespace, app: App) -> None:
    print(f"Will not happen: {_line(app.outbox_records.drop(chosen.outbox_id))}")


def _line(record: OutboxRecord) -> str:
    what = " ".join(filter(None, [record.kind, str(record.payload.get("letter") or record.payload.get("job") or "")]))
    error = f" – {record.last_error}" if record.last_error else ""
    return f"{record.outbox_id} {record.due_at:%Y-%m-%d %H:%M:%S} {what}, {record.attempts} attempts{error}"


COMMANDS: dict[str, Command] = {"list": _list, "show": _show, "retry": _retry, "drop": _drop}

if __name__ == "__main__":
    sys.exit(main())
