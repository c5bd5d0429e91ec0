"""Sends a test mail with the settings of this installation, at once, and says what came of it.

    python scripts/mail.py send-test --to ada@example.org

Nothing is put into the outbox, so that a mistake in the settings shows here and now.

Exit codes: 0 handed on, 1 refused (the reason is on standard error), 2 wrong usage, a bad setting or stores that are
not of this release, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from uuid import uuid4

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from domain import clock
from scripts.command_line import run
from services.notifications.letters import mail
from services.outbox import Claimed


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit code."""
    return run("mail", _send_test, parser().parse_args(arguments))


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("mail.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("send-test", help="send a test mail").add_argument("--to", required=True, metavar="ADDRESS")
    return root


def _send_test(chosen: Namespace, app: App) -> None:
    effect = mail("trial", to=chosen.to)
    trial = Claimed(outbox_id=str(uuid4()), kind=effect.kind, payload=effect.payload, created_at=clock.now())
    app.mailer.handle(trial)
    place = f", into {app.settings.data_dir / 'mail'}" if app.settings.mail == "file" else ""
    print(f"Handed on by {app.settings.mail}{place}: {app.mailer.message_id(trial.outbox_id)}")


if __name__ == "__main__":
    sys.exit(main())
