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


def run(name: str, command: Command, chosen: Namespace) -> int:
    """Run a command over the started application and return the exit code; a refusal is told on standard error.

    Stores of another release are refused as a bad setting is: nothing can be done before that is put right.
    """

    def started(chosen: Namespace, app: bootstrap.App) -> None:
        app.start()
        with app.database_scope():
            command(chosen, app)

    return _run(name, started, chosen, foreign_schema=BAD_USAGE)


def run_on_any_schema(name: str, command: Command, chosen: Namespace) -> int:
    """The same for a command that may meet stores of any release, and is there to change that."""
    return _run(name, command, chosen, foreign_schema=REFUSED)


def _run(name: str, command: Command, chosen: Namespace, foreign_schema: int) -> int:
    try:
        app = bootstrap.build(Settings.from_env())
    except Invalid as refusal:
        print(f"{name}: {refusal}", file=sys.stderr)
        return BAD_USAGE
    try:
        command(chosen, app)
    except GreenroomError as refusal:
        print(f"{name}: {refusal}{because(refusal)}", file=sys.stderr)
        return foreign_schema if isinstance(refusal, ForeignSchema) else REFUSED
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return INTERRUPTED
    finally:
        app.close()
    return DONE


def refuse_in_production(app: bootstrap.App, what: str, *, yes_really: bool) -> None:
    """Raise NotAllowed where people are served, unless it was said that this is meant."""
    if app.settings.environment == "production" and not yes_really:
        raise NotAllowed(
            f"This is a production environment (GREENROOM_ENVIRONMENT); nothing was done. To {what} here, "
            "say --yes-really."
        )


def because(error: GreenroomError) -> str:
    """What an outside system itself said, where that is known: its first line, cut to what fits."""
    reason = str(error.facts.get("reason", "")).partition("\n")[0]
    return f" ({reason[:REASON_LENGTH]})" if reason else ""
