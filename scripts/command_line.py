"""What the operator's commands have in common: settings, application, refusals and exit codes."""

import sys
from argparse import Namespace
from collections.abc import Callable

import bootstrap
from domain.errors import GreenroomError, Invalid
from settings import Settings

DONE, REFUSED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130

Command = Callable[[Namespace, bootstrap.App], None]


def run(name: str, command: Command, chosen: Namespace) -> int:
    """Run a command over the application and return the exit code; what was refused is told on standard error."""
    try:
        app = bootstrap.build(Settings.from_env())
    except Invalid as refusal:
        print(f"{name}: {refusal}", file=sys.stderr)
        return BAD_USAGE
    try:
        return guarded(name, lambda: _run(command, chosen, app))
    finally:
        app.close()


def _run(command: Command, chosen: Namespace, app: bootstrap.App) -> int:
    app.prepare()
    with app.database_scope():
        command(chosen, app)
    return DONE


def guarded(name: str, work: Callable[[], int]) -> int:
    """The exit code of some work; what was refused is told on standard error, without a traceback."""
    try:
        return work()
    except GreenroomError as refusal:
        print(f"{name}: {refusal}{_because(refusal)}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return INTERRUPTED


def _because(error: GreenroomError) -> str:
    """What an outside system itself said, where that is known."""
    reason = str(error.facts.get("reason", ""))
    return f" ({reason})" if reason else ""
