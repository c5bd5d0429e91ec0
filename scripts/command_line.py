"""What the operator's commands have in common: settings, application, refusals and exit codes."""

import sys
from argparse import Namespace
from collections.abc import Callable

import bootstrap
from domain.errors import ForeignSchema, GreenroomError, Invalid, NotAllowed
from settings import Settings

REASON_LENGTH = 120
DONE, REFUSED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130

Command = Callable[[Namespace, bootstrap.App], None]
Work = Callable[[], int | None]
"""What it returns is the exit code; nothing means that it is done."""


def run(name: str, command: Command, chosen: Namespace) -> int:
    """Run a command over the started application and return the exit code; a refusal is told on standard error.

    Stores of another release are refused as a bad setting is: nothing can be done before that is put right.
    """
    try:
        app = bootstrap.build(Settings.from_env())
    except Invalid as refusal:
        return told(name, refusal, BAD_USAGE)
    return guarded(name, lambda: _started(app, command, chosen, name), app.close)


def run_on_any_schema(name: str, command: Command, chosen: Namespace) -> int:
    """The same for a command that may meet stores of any release, and is there to change that."""
    try:
        app = bootstrap.build(Settings.from_env())
    except Invalid as refusal:
        return told(name, refusal, BAD_USAGE)
    return guarded(name, lambda: command(chosen, app), app.close)


def _started(app: bootstrap.App, command: Command, chosen: Namespace, name: str) -> int | None:
    try:
        app.start()
    except ForeignSchema as refusal:
        return told(name, refusal, BAD_USAGE)
    with app.database_scope():
        command(chosen, app)
    return DONE


def guarded(name: str, work: Work, at_the_end: Callable[[], None] = lambda: None) -> int:
    """Do this work and return the exit code; what was refused is told on standard error, without a traceback."""
    try:
        return work() or DONE
    except GreenroomError as refusal:
        return told(name, refusal, REFUSED)
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return INTERRUPTED
    finally:
        at_the_end()


def told(name: str, refusal: GreenroomError, code: int) -> int:
    """Tell a refusal on standard error, and return the exit code that goes with it."""
    print(f"{name}: {refusal}{because(refusal)}", file=sys.stderr)
    return code


def refuse_in_production(settings: Settings, what: str, *, yes_really: bool) -> None:
    """Raise NotAllowed where people are served, unless it was said that this is meant."""
    if settings.environment == "production" and not yes_really:
        raise NotAllowed(
            f"This is a production environment (GREENROOM_ENVIRONMENT); nothing was done. To {what} here, "
            "say --yes-really."
        )


def because(error: GreenroomError) -> str:
    """What an outside system itself said, where that is known: its first line, cut to what fits."""
    reason = str(error.facts.get("reason", "")).partition("\n")[0]
    return f" ({reason[:REASON_LENGTH]})" if reason else ""
