"""Moves the schemas of both stores, the relational database and the chosen session storage: `make migrate`.

    python scripts/run_migrations.py status                       # what is applied, what waits, what is not known here
    python scripts/run_migrations.py up                           # all that waits
    python scripts/run_migrations.py up --to 0003                 # by number or by name
    python scripts/run_migrations.py down                         # the newest step of the two stores
    python scripts/run_migrations.py down --only sessions --to base

`--to` names the migration that stays applied, `base` none. A step that would delete what is stored is refused, with
the number of what would be lost, unless --lose-data is given; a production environment wants --yes-really as well. Stop
the application before you go down. Two of these at once are safe: the second waits and finds the work done.

Exit codes: 0 done (status: both are current), 1 refused or failed (status: something waits or is not known here), 2
wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from domain.migrating import MigrationState
from scripts.command_line import Command, refuse_in_production, run_on_any_schema
from services.schemas import Step


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    chosen = parser().parse_args(arguments)
    return run_on_any_schema("run_migrations", COMMANDS[chosen.command], chosen)


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("run_migrations.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="apply what waits")
    down = commands.add_parser("down", help="undo the newest step, or all after --to")
    status = commands.add_parser("status", help="show every migration")
    for command in (up, down, status):
        command.add_argument("--only", choices=["database", "sessions"], help="leave the other store alone")
    for command in (up, down):
        command.add_argument("--to", metavar="ID", help="the migration that is the newest afterwards; base is none")
    down.add_argument("--lose-data", action="store_true", help="delete what is stored in what the steps remove")
    down.add_argument("--yes-really", action="store_true", help="do it in a production environment")
    return root


def _up(chosen: Namespace, app: App) -> None:
    if not app.schemas.up(chosen.to, chosen.only, lambda step: _tell("Applied", step)):
        print("Nothing to do: everything that was asked for is applied.")


def _down(chosen: Namespace, app: App) -> None:
    refuse_in_production(app.settings, "undo migrations", yes_really=chosen.yes_really)
    done = app.schemas.down(chosen.to, chosen.only, lose_data=chosen.lose_data, tell=lambda step: _tell("Undone", step))
    if not done:
        print("Nothing to do: nothing that was asked to go is applied.")


def _tell(what: str, step: Step) -> None:
    print(f"{what}: {step.store} {step.migration_id}", flush=True)


def _status(chosen: Namespace, app: App) -> None:
    rows = [_row(store, state) for store, state in app.schemas.states(chosen.only)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    app.schemas.check(chosen.only)


def _row(store: str, state: MigrationState) -> tuple[str, str, str, str]:
    return store, state.migration_id, _when(state), state.about if state.reversible else f"{state.about} (no way down)"


def _when(state: MigrationState) -> str:
    if not state.known:
        return "ahead"
    if not state.applied:
        return "pending"
    return f"{state.applied_at:%Y-%m-%d %H:%M:%S} UTC" if state.applied_at else "applied, time not known"


COMMANDS: dict[str, Command] = {"up": _up, "down": _down, "status": _status}

if __name__ == "__main__":
    sys.exit(main())
