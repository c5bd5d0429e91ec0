"""What the operator's commands have in common: settings, application, refusals and exit codes."""

import sys
from argparse import Namespace
from collections.abc import Callable

import bootstrap
from domain.errors import GreenroomError, Invalid, NotAllowed
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

    def over_the_application() -> None:
        app.prepare()
        with app.database_scope():
            command(chosen, app)

    try:
        return answer(name, over_the_application)
    finally:
        app.close()


def answer(name: str, work: Callable[[], None]) -> int:
    """Do it and return the exit code; what was refused is told on standard error."""
    try:
        work()
    except GreenroomError as refusal:
        print(f"{name}: {refusal}{_because(refusal)}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return INTERRUPTED
    return DONE


def check_not_production(settings: Settings, really: bool) -> None:
    """Raise NotAllowed where real people's data are, unless somebody said that they mean it."""
    if settings.environment == "production" and not really:
        raise NotAllowed("This is a production environment. Say --yes-really if you mean it. Nothing was changed.")


def _because(error: GreenroomError) -> str:
    """What an outside system itself said, where that is known."""
    reason = str(error.facts.get("reason", ""))
    return f" ({reason})" if reason else ""
