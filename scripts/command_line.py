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
        return told(name, refusal, BAD_USAGE)
    return guarded(name, lambda: _over(app, command, chosen), app.close)


def guarded(name: str, work: Callable[[], None], at_the_end: Callable[[], None] = lambda: None) -> int:
    """Do this work and return the exit code; what was refused is told on standard error."""
    try:
        work()
    except GreenroomError as refusal:
        return told(name, refusal, REFUSED)
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return INTERRUPTED
    finally:
        at_the_end()
    return DONE


def told(name: str, refusal: GreenroomError, code: int) -> int:
    """Tell a refusal on standard error, and return the exit code that goes with it."""
    print(f"{name}: {refusal}{_because(refusal)}", file=sys.stderr)
    return code


def _over(app: bootstrap.App, command: Command, chosen: Namespace) -> None:
    app.prepare()
    with app.database_scope():
        command(chosen, app)


def _because(error: GreenroomError) -> str:
    """What an outside system itself said, where that is known."""
    reason = str(error.facts.get("reason", ""))
    return f" ({reason})" if reason else ""
